// SPDX-License-Identifier: GPL-3.0-or-later
// The linear modes of the Bochs display interface.
#include "emulator/devices/vga_render.h"

namespace bootglass {

namespace {

/// Widens a component of some bits to eight: its high bits come again below.
constexpr uint32_t widen(uint32_t value, unsigned bits) {
    value &= (1U << bits) - 1;
    return value << (8 - bits) | value >> (2 * bits - 8);
}

uint32_t load(const uint8_t *bytes, unsigned count, bool bigEndian) {
    uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
        unsigned place = bigEndian ? count - 1 - i : i;
        value |= static_cast<uint32_t>(bytes[i]) << 8 * place;
    }
    return value;
}

/// True colour of a pixel, as 00RRGGBB.
uint32_t directColour(uint32_t pixel, unsigned bits) {
    switch (bits) {
    case 15: return widen(pixel >> 10, 5) << 16 | widen(pixel >> 5, 5) << 8 | widen(pixel, 5);
    case 16: return widen(pixel >> 11, 5) << 16 | widen(pixel >> 5, 6) << 8 | widen(pixel, 5);
    default: return pixel & 0xFFFFFF;
    }
}

void drawPlanar(const VgaScene &scene, const VbeMode &mode, ScreenImage &image) {
    std::array<uint32_t, 16> palette = vgaPalette(scene.registers);
    unsigned planes = scene.registers.attribute[0x12] & 0xF;
    for (unsigned y = 0; y < mode.height; ++y) {
        for (unsigned x = 0; x < mode.width; ++x) {
            unsigned dot = x + mode.firstPixel;
            size_t address = mode.start + size_t{y} * mode.bytesPerLine + dot / 8;
            if (address >= scene.memory.planeSize()) return;
            uint32_t word = scene.memory.word(address);
            unsigned colour = 0;
            for (unsigned p = 0; p < 4; ++p)
                colour |= (word >> (8 * p + 7 - dot % 8) & 1) << p;
            image.at(x, y) = palette[colour & planes];
        }
    }
}

} // namespace

ScreenImage renderVgaLinear(const VgaScene &scene) {
    VbeMode mode = scene.vbe.mode();
    ScreenImage image(mode.width, mode.height);
    if (mode.bitsPerPixel == 4) {
        drawPlanar(scene, mode, image);
        return image;
    }
    const VgaDac &dac = scene.registers.dac;
    std::span<const uint8_t> memory = scene.memory.bytes();
    unsigned bytes = (mode.bitsPerPixel + 7) / 8;
    if (bytes == 0 || bytes > 4) return image;
    for (unsigned y = 0; y < mode.height; ++y) {
        size_t start = mode.start + size_t{y} * mode.bytesPerLine;
        // Offsets may push the picture's end out of the memory: nothing is there.
        if (start + size_t{mode.width} * bytes > memory.size()) break;
        const uint8_t *pixel = memory.data() + start;
        for (unsigned x = 0; x < mode.width; ++x, pixel += bytes) {
            image.at(x, y) =
                bytes == 1 ? dac.colour(*pixel & dac.mask)
                           : directColour(load(pixel, bytes, scene.bigEndian), mode.bitsPerPixel);
        }
    }
    return image;
}

} // namespace bootglass
