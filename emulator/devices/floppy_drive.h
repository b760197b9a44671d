// SPDX-License-Identifier: GPL-3.0-or-later
// One floppy disk drive: where its heads are, the diskette in it, and the line that says whether
// the diskette may have been changed. The controller steps it and moves whole sectors.
#pragma once

#include "emulator/devices/disk_image.h"
#include "emulator/devices/floppy_format.h"
#include "emulator/memory/archive.h"

#include <cstdint>
#include <memory>
#include <span>

namespace bootglass {

class FloppyDrive {
  public:
    /// A drive for `format`, with a diskette of it, or empty.
    explicit FloppyDrive(FloppyFormat format, std::unique_ptr<DiskImage> medium = nullptr);

    const FloppyFormat &format() const { return format_; }
    bool loaded() const { return medium_ != nullptr; }
    /// The cylinder that the heads are over.
    uint8_t cylinder() const { return cylinder_; }
    bool atTrack0() const { return cylinder_ == 0; }
    /// The DSKCHG output: set since power on or a change, until the drive steps with a diskette in
    /// it.
    bool changed() const { return changed_; }

    /// One step pulse each; the mechanics stop at both ends.
    void step(int cylinders);

    /// Whether the track under the heads was ever formatted.
    bool formatted(unsigned head) const;
    bool read(unsigned head, unsigned sector, std::span<uint8_t> bytes) const;
    bool write(unsigned head, unsigned sector, std::span<const uint8_t> bytes);

    void serialize(Archive &archive);

  private:
    FloppyFormat format_;
    std::unique_ptr<DiskImage> medium_;
    uint8_t cylinder_ = 0;
    bool changed_ = true;
};

} // namespace bootglass
