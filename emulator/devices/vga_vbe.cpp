// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/vga_vbe.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint16_t firstId = 0xB0C0;
constexpr uint16_t lastId = 0xB0C5;

// What GETCAPS answers, and the largest mode that is taken.
constexpr uint16_t mostColumns = 16000;
constexpr uint16_t mostRows = 12000;
constexpr uint16_t mostBitsPerPixel = 32;

constexpr bool validDepth(uint16_t bits) {
    return bits == 4 || bits == 8 || bits == 15 || bits == 16 || bits == 24 || bits == 32;
}

} // namespace

void VgaVbe::reset() {
    index_ = 0;
    registers_ = {};
    registers_[Id] = lastId;
    registers_[Bpp] = 8;
}

uint16_t VgaVbe::read(uint16_t index) const {
    if (index == VideoMemory64K) return static_cast<uint16_t>(memoryBytes_ >> 16);
    if (index >= registers) return 0;
    if (registers_[Enable] & getCapabilitiesBit) {
        if (index == XRes) return mostColumns;
        if (index == YRes) return mostRows;
        if (index == Bpp) return mostBitsPerPixel;
    }
    if (index == VirtWidth && enabled()) return std::max(registers_[VirtWidth], registers_[XRes]);
    if (index == VirtHeight && enabled()) return static_cast<uint16_t>(virtualHeight());
    return registers_[index];
}

bool VgaVbe::write(uint16_t index, uint16_t value) {
    switch (index) {
    case Id:
        if (value >= firstId && value <= lastId) registers_[Id] = value;
        return false;
    case XRes: registers_[XRes] = std::min(value, mostColumns); return false;
    case YRes: registers_[YRes] = std::min(value, mostRows); return false;
    case Bpp:
        if (value == 0) value = 8; // the interface's old default
        if (validDepth(value)) registers_[Bpp] = value;
        return false;
    case Bank: registers_[Bank] = static_cast<uint16_t>(value % (memoryBytes_ >> 16)); return false;
    case VirtWidth:
    case XOffset:
    case YOffset: registers_[index] = value; return false;
    case Enable: {
        bool before = enabled();
        registers_[Enable] = value;
        if (before || !enabled()) {
            if (!enabled()) registers_[Bank] = 0;
            return false;
        }
        // A new mode starts as large as the screen and at its corner.
        registers_[VirtWidth] = registers_[XRes];
        registers_[XOffset] = registers_[YOffset] = registers_[Bank] = 0;
        return true;
    }
    default: return false; // VirtHeight follows from the width; the memory is what it is
    }
}

unsigned VgaVbe::bytesFor(unsigned pixels) const {
    unsigned bits = registers_[Bpp];
    return bits == 4 ? pixels / 8 : pixels * ((bits + 7) / 8);
}

unsigned VgaVbe::virtualHeight() const {
    size_t line = bytesFor(std::max(registers_[VirtWidth], registers_[XRes]));
    size_t bytes = planar() ? memoryBytes_ / 4 : memoryBytes_;
    return line == 0 ? 0 : static_cast<unsigned>(std::min<size_t>(bytes / line, 0xFFFF));
}

VbeMode VgaVbe::mode() const {
    VbeMode mode;
    mode.width = registers_[XRes];
    mode.bitsPerPixel = registers_[Bpp];
    mode.bytesPerLine = bytesFor(std::max(registers_[VirtWidth], registers_[XRes]));
    mode.height = std::min<unsigned>(registers_[YRes], virtualHeight());
    mode.start = size_t{registers_[YOffset]} * mode.bytesPerLine + bytesFor(registers_[XOffset]);
    if (planar()) mode.firstPixel = registers_[XOffset] % 8;
    return mode;
}

} // namespace bootglass
