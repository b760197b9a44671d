// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/floppy_format.h"

#include <array>
#include <cstddef>

namespace bootglass {

namespace {

constexpr uint32_t fast = 166'666'667; // 360 revolutions a minute
constexpr auto formats = std::to_array<FloppyFormat>({
    {40, 1, 8, FloppyRate::Kbps250, 1},        // 160K
    {40, 1, 9, FloppyRate::Kbps250, 1},        // 180K
    {40, 2, 8, FloppyRate::Kbps250, 1},        // 320K
    {40, 2, 9, FloppyRate::Kbps250, 1},        // 360K
    {80, 2, 9, FloppyRate::Kbps250, 3},        // 720K
    {80, 2, 15, FloppyRate::Kbps500, 2, fast}, // 1.2M
    // 3.5" high density; the firmware refuses sectors past its drive type's, so what has more than
    // 18 goes into the drive that takes everything.
    {80, 2, 18, FloppyRate::Kbps500, 4}, // 1.44M
    {80, 2, 21, FloppyRate::Kbps500, 5}, // 1.68M, Microsoft's DMF
    {80, 2, 36, FloppyRate::Mbps1, 5},   // 2.88M
});
constexpr size_t firstHighDensity = 6;

} // namespace

bool FloppyFormat::readableAt(FloppyRate selected) const {
    // A 360K diskette gives 250 kbit/s at 300 revolutions a minute and 300 in a drive that makes
    // 360: firmware may know the drive as either.
    bool slow = driveType == 1 && selected == FloppyRate::Kbps300;
    return selected == rate || slow;
}

FloppyFormat floppyFormatFor(uint64_t bytes) {
    for (const FloppyFormat &format : formats)
        if (format.bytes() == bytes) return format;
    for (size_t i = firstHighDensity; i < formats.size(); ++i)
        if (formats[i].bytes() >= bytes) return formats[i];
    return formats.back();
}

} // namespace bootglass
