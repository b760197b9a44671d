// SPDX-License-Identifier: GPL-3.0-or-later
// Where the beam is: the CRTC's timing registers against virtual time. Nothing runs; the position
// is computed when somebody looks (input status register 1, the phase of blinking). In dots and
// scan lines.
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/devices/vga_registers.h"

namespace bootglass {

struct VgaTiming {
    uint64_t dotsPerSecond = 0;
    unsigned lineDots = 0;
    unsigned shownDots = 0;
    unsigned frameLines = 0;
    unsigned shownLines = 0;
    unsigned retraceStart = 0;
    unsigned retraceLines = 0;

    static VgaTiming of(const VgaRegisters &registers);

    /// Input status register 1: bit 0 nothing is displayed, bit 3 vertical retrace.
    uint8_t status(VirtualNs now) const;
    /// Frames shown since reset, had this timing been set all the time.
    uint64_t frame(VirtualNs now) const;

    bool operator==(const VgaTiming &) const = default;
};

} // namespace bootglass
