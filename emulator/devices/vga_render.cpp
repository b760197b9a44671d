// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/vga_render.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr unsigned addressMask = 0xFFFF;

/// Dots at the left that the attribute controller's panning pushes out (AR13).
unsigned panning(const VgaRegisters &registers) {
    unsigned pan = registers.attribute[0x13] & 0xF;
    if (registers.graphics[5] & 0x40) return (pan & 7) / 2;
    // With 9 dots, 8 is no shift and 0 to 7 shift by one more.
    if (!registers.graphicsMode() && registers.charWidth() == 9) return pan >= 8 ? 0 : pan + 1;
    return pan & 7;
}

bool isUnderlined(uint8_t attribute) {
    return (attribute & 0x77) == 0x01;
}

/// Offset of a font in plane 2 by its three bits in SR3 (the third is worth 8 KiB).
unsigned fontOffset(unsigned select) {
    return (select & 3) * 0x4000 + (select >> 2) * 0x2000;
}

} // namespace

std::vector<VgaScanLine> vgaScanLines(const VgaRegisters &registers) {
    unsigned height = registers.rowHeight();
    bool doubled = registers.scanDoubled();
    // In graphics modes the lines of a row are the same, unless row scan bits reach the address.
    unsigned step = doubled ? 2 : 1;
    if (registers.graphicsMode() && (registers.crtc[0x17] & 3) == 3) step *= height;
    std::vector<VgaScanLine> lines;
    VgaScanLine line{registers.startAddress(), registers.crtc[8] & 0x1FU};
    for (unsigned y = 0; y < registers.verticalDisplay(); ++y) {
        if (y % step == 0) lines.push_back(line);
        if (y == registers.lineCompare()) {
            line = {};
        } else if (!doubled || y % 2 == 1) {
            if (++line.rowScan >= height) {
                line.rowScan = 0;
                line.counter += registers.pitch();
            }
        }
    }
    return lines;
}

std::array<uint32_t, 16> vgaPalette(const VgaRegisters &registers) {
    std::array<uint32_t, 16> colours{};
    const auto &attribute = registers.attribute;
    for (size_t i = 0; i < colours.size(); ++i) {
        unsigned index = attribute[i] & 0x3F;
        // AR10 bit 7: bits 4 and 5 come from the colour select register; 6 and 7 always do.
        if (attribute[0x10] & 0x80) index = (index & 0x0F) | (attribute[0x14] & 3U) << 4;
        index |= (attribute[0x14] >> 2 & 3U) << 6;
        colours[i] = registers.dac.colour(static_cast<uint8_t>(index & registers.dac.mask));
    }
    return colours;
}

ScreenImage renderVgaText(const VgaScene &scene) {
    const VgaRegisters &registers = scene.registers;
    std::vector<VgaScanLine> lines = vgaScanLines(registers);
    std::array<uint32_t, 16> palette = vgaPalette(registers);
    unsigned charWidth = registers.charWidth();
    unsigned columns = registers.columns();
    unsigned pan = panning(registers);
    unsigned select = registers.sequencer[3];
    // Attribute bit 3 chooses between map A and map B.
    std::array<unsigned, 2> fonts = {fontOffset((select & 3) | (select >> 4 & 1) << 2),
                                     fontOffset((select >> 2 & 3) | (select >> 5 & 1) << 2)};
    bool blinking = registers.attribute[0x10] & 0x08;
    bool lineGraphics = registers.attribute[0x10] & 0x04;
    // The cursor blinks every 16 frames, characters every 32.
    bool cursorPhase = !(scene.frame >> 3 & 1);
    bool blinkPhase = !(scene.frame >> 4 & 1);
    unsigned cursorFirst = registers.crtc[0x0A] & 0x1F;
    unsigned cursorLast = registers.crtc[0x0B] & 0x1F;
    bool cursorOn = cursorPhase && !(registers.crtc[0x0A] & 0x20);

    ScreenImage image(columns * charWidth, static_cast<unsigned>(lines.size()));
    for (unsigned y = 0; y < image.height; ++y) {
        VgaScanLine line = lines[y];
        for (unsigned column = 0; column <= columns; ++column) {
            unsigned counter = (line.counter + column) & addressMask;
            uint32_t word = scene.memory.word(registers.planeAddress(counter) & addressMask);
            auto character = static_cast<uint8_t>(word);
            auto attribute = static_cast<uint8_t>(word >> 8);
            unsigned glyph = fonts[attribute >> 3 & 1] + character * 32U + line.rowScan;
            unsigned dots = scene.memory.word(glyph & addressMask) >> 16 & 0xFF;
            // The ninth dot of the line-drawing characters goes on.
            bool extend = lineGraphics && character >= 0xC0 && character <= 0xDF;
            dots = dots << 1 | (extend ? dots & 1 : 0);
            if (isUnderlined(attribute) && line.rowScan == (registers.crtc[0x14] & 0x1FU))
                dots = 0x1FF;
            uint32_t front = palette[attribute & 0x0F];
            uint32_t back = palette[attribute >> 4];
            if (blinking) {
                back = palette[attribute >> 4 & 7];
                if (attribute & 0x80 && !blinkPhase) front = back;
            }
            bool cursor = cursorOn && counter == registers.cursorAddress() &&
                          line.rowScan >= cursorFirst && line.rowScan <= cursorLast;
            if (cursor) {
                front = palette[attribute & 0x0F];
                dots = 0x1FF;
            }
            for (unsigned i = 0; i < charWidth; ++i) {
                unsigned x = column * charWidth + i;
                if (x >= pan && x - pan < image.width)
                    image.at(x - pan, y) = dots >> (8 - i) & 1 ? front : back;
            }
        }
    }
    return image;
}

ScreenImage renderVgaGraphics(const VgaScene &scene) {
    const VgaRegisters &registers = scene.registers;
    std::vector<VgaScanLine> lines = vgaScanLines(registers);
    std::array<uint32_t, 16> palette = vgaPalette(registers);
    bool colours256 = registers.graphics[5] & 0x40;
    bool interleaved = registers.graphics[5] & 0x20;
    unsigned dotsPerFetch = colours256 ? 4 : 8;
    unsigned columns = registers.columns();
    unsigned pan = panning(registers);
    unsigned planes = registers.attribute[0x12] & 0xF;

    ScreenImage image(columns * dotsPerFetch, static_cast<unsigned>(lines.size()));
    auto dot = [&](uint32_t word, unsigned i) -> uint32_t {
        if (colours256) {
            auto index = static_cast<uint8_t>(word >> 8 * i);
            return registers.dac.colour(index & registers.dac.mask);
        }
        unsigned colour = 0;
        if (interleaved) {
            // Two bits of plane 0, then of plane 1; planes 2 and 3 give the upper two bits.
            unsigned shift = (i < 4 ? 0 : 8) + 2 * (3 - i % 4);
            colour = (word >> shift & 3) | (word >> (shift + 16) & 3) << 2;
        } else {
            for (unsigned p = 0; p < 4; ++p)
                colour |= (word >> (8 * p + 7 - i) & 1) << p;
        }
        return palette[colour & planes];
    };
    for (unsigned y = 0; y < image.height; ++y) {
        VgaScanLine line = lines[y];
        for (unsigned column = 0; column <= columns; ++column) {
            unsigned address = registers.planeAddress((line.counter + column) & addressMask);
            // CGA compatibility: the row's scan line is address bit 13, and 14 (CR17 bits 0, 1).
            if (!(registers.crtc[0x17] & 1))
                address = (address & ~0x2000U) | (line.rowScan & 1) << 13;
            if (!(registers.crtc[0x17] & 2))
                address = (address & ~0x4000U) | (line.rowScan >> 1 & 1) << 14;
            uint32_t word = scene.memory.word(address & addressMask);
            for (unsigned i = 0; i < dotsPerFetch; ++i) {
                unsigned x = column * dotsPerFetch + i;
                if (x >= pan && x - pan < image.width) image.at(x - pan, y) = dot(word, i);
            }
        }
    }
    return image;
}

ScreenImage renderVga(const VgaScene &scene) {
    const VgaRegisters &registers = scene.registers;
    if (scene.vbe.enabled()) {
        VbeMode mode = scene.vbe.mode();
        return registers.blanked() ? ScreenImage(mode.width, mode.height) : renderVgaLinear(scene);
    }
    if (!registers.programmed()) return {720, 400}; // a monitor without a signal
    bool graphics = registers.graphicsMode();
    if (registers.blanked()) {
        unsigned dots = !graphics ? registers.charWidth() : registers.graphics[5] & 0x40 ? 4 : 8;
        return {registers.columns() * dots, static_cast<unsigned>(vgaScanLines(registers).size())};
    }
    return graphics ? renderVgaGraphics(scene) : renderVgaText(scene);
}

} // namespace bootglass
