// SPDX-License-Identifier: GPL-3.0-or-later
// Draws what a VGA's monitor shows: text with the fonts of plane 2, planar, CGA and 256-colour
// modes, and the linear modes. A pure function of the state; it is for people, and the machine
// never depends on it. The picture has the mode's own dots: lines and dots that the hardware only
// repeats are there once.
#pragma once

#include "emulator/devices/screen_image.h"
#include "emulator/devices/vga_memory.h"

namespace bootglass {

/// All that the picture depends on.
struct VgaScene {
    const VgaRegisters &registers;
    const VgaVbe &vbe;
    const VideoMemory &memory;
    uint64_t frame = 0;     // for blinking
    bool bigEndian = false; // order of the bytes in linear modes of 15 bits and more
};

ScreenImage renderVga(const VgaScene &scene);

/// The parts, by kind of mode.
ScreenImage renderVgaText(const VgaScene &scene);
ScreenImage renderVgaGraphics(const VgaScene &scene);
ScreenImage renderVgaLinear(const VgaScene &scene);

/// A scan line of a VGA mode: where its fetch starts, and which line of its row it is.
struct VgaScanLine {
    unsigned counter = 0;
    unsigned rowScan = 0;
};
/// The lines of the picture, after split screen, start address and scan doubling.
std::vector<VgaScanLine> vgaScanLines(const VgaRegisters &registers);

/// The 16 colours of the attribute controller, as 00RRGGBB.
std::array<uint32_t, 16> vgaPalette(const VgaRegisters &registers);

} // namespace bootglass
