// SPDX-License-Identifier: GPL-3.0-or-later
// The formats of diskettes with sectors of 512 bytes, by the size of their raw images, and the PC
// drives that they belong into.
#pragma once

#include <cstdint>

namespace bootglass {

/// As DSR, CCR and media have it: the two bits DRATE1 and DRATE0 (82077AA data sheet, table 2-6).
enum class FloppyRate : uint8_t { Kbps500, Kbps300, Kbps250, Mbps1 };

struct FloppyFormat {
    uint8_t cylinders = 0;
    uint8_t heads = 0;
    uint8_t sectors = 0; // per track
    FloppyRate rate = FloppyRate::Kbps500;
    /// The drive's type in the CMOS: 1 360K, 2 1.2M, 3 720K, 4 1.44M, 5 2.88M.
    uint8_t driveType = 4;
    /// Of the drive; 5.25" high-density ones turn faster.
    uint32_t revolutionNs = 200'000'000;

    static constexpr uint32_t sectorBytes = 512;
    static constexpr uint8_t sizeCode = 2; // N, of 512 bytes

    uint32_t bytes() const { return sectorBytes * sectors * heads * cylinders; }
    uint64_t offset(unsigned cylinder, unsigned head, unsigned sector) const {
        return ((uint64_t{cylinder} * heads + head) * sectors + sector - 1) * sectorBytes;
    }
    /// Whether a controller set to `selected` sees this medium's data.
    bool readableAt(FloppyRate selected) const;
    bool operator==(const FloppyFormat &) const = default;
};

inline constexpr uint64_t mostFloppyBytes = 2949120;

/// The format of that many bytes, or, if there is none, the smallest 3.5" high-density one that has
/// room for them: what builds boot sectors and small kernels often writes no more than they need.
/// bytes: 1 to mostFloppyBytes.
FloppyFormat floppyFormatFor(uint64_t bytes);

} // namespace bootglass
