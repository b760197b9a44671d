// SPDX-License-Identifier: GPL-3.0-or-later
// The script "etc/table-loader" by which the firmware puts tables where it wants them: load a file
// into memory, add a file's address to a pointer, complete a checksum. 128 bytes per command,
// little endian, file names in 56 bytes (QEMU's documentation of the BIOS linker/loader).
#pragma once

#include "emulator/machine/boot/byte_writer.h"

#include <cstdint>
#include <string_view>

namespace bootglass {

class TableLoader {
  public:
    enum class Zone : uint8_t { High = 1, FSegment = 2 };

    void allocate(std::string_view file, uint32_t alignment, Zone zone);
    /// Adds the address of `target` to the 4-byte pointer at `offset` of `file`.
    void addPointer(std::string_view file, uint32_t offset, std::string_view target);
    /// Makes the bytes [start, start + length) of `file` sum to zero by the byte at `offset`.
    void addChecksum(std::string_view file, uint32_t offset, uint32_t start, uint32_t length);

    /// The file's contents.
    Bytes bytes() const;

  private:
    Bytes &begin(uint32_t command);
    void end();

    Bytes script_;
};

} // namespace bootglass
