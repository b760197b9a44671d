// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/vga_timing.h"

#include <algorithm>

namespace bootglass {

VgaTiming VgaTiming::of(const VgaRegisters &registers) {
    VgaTiming timing;
    unsigned charWidth = registers.charWidth();
    timing.dotsPerSecond = registers.dotClockHz() >> (registers.sequencer[1] >> 3 & 1);
    timing.shownDots = registers.columns() * charWidth;
    timing.shownLines = registers.verticalDisplay();
    // A guest that waits for a retrace gets one, whatever it made of the other registers (linear
    // modes are set without them).
    timing.lineDots = std::max((registers.crtc[0] + 5U) * charWidth, timing.shownDots + charWidth);
    timing.retraceLines =
        std::max(1U, (registers.crtc[0x11] - registers.verticalRetraceStart()) & 0xF);
    timing.frameLines =
        std::max(registers.verticalTotal(), timing.shownLines + timing.retraceLines + 1);
    timing.retraceStart = std::clamp(registers.verticalRetraceStart(), timing.shownLines,
                                     timing.frameLines - timing.retraceLines);
    return timing;
}

uint8_t VgaTiming::status(VirtualNs now) const {
    uint64_t dots = mulDiv(now.value, dotsPerSecond, nsPerSecond);
    uint64_t line = dots / lineDots % frameLines;
    bool shown = line < shownLines && dots % lineDots < shownDots;
    bool retrace = line >= retraceStart && line < retraceStart + retraceLines;
    return static_cast<uint8_t>((shown ? 0 : 0x01) | (retrace ? 0x08 : 0));
}

uint64_t VgaTiming::frame(VirtualNs now) const {
    return mulDiv(now.value, dotsPerSecond, nsPerSecond) / (uint64_t{lineDots} * frameLines);
}

} // namespace bootglass
