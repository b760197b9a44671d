// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/vga_text.h"

namespace bootglass {

namespace {

constexpr unsigned counterMask = 0xFFFF; // the CRTC's counter, and its memory address, have 16 bits

} // namespace

VgaTextLayout VgaTextLayout::of(const VgaRegisters &registers, const VgaVbe &vbe) {
    VgaTextLayout layout;
    unsigned lines = registers.verticalDisplay() >> (registers.scanDoubled() ? 1 : 0);
    layout.columns = registers.columns();
    layout.rows = lines / registers.rowHeight();
    layout.pitch = registers.pitch();
    layout.start = registers.startAddress();
    layout.active = registers.programmed() && !registers.graphicsMode() && !vbe.enabled() &&
                    layout.rows > 0 && layout.pitch > 0;
    return layout;
}

std::optional<TextPage::Cursor> VgaTextLayout::cellOf(unsigned counter) const {
    unsigned distance = (counter - start) & counterMask;
    TextPage::Cursor cell{distance % pitch, distance / pitch};
    if (cell.column >= columns || cell.row >= rows) return std::nullopt;
    return cell;
}

std::optional<unsigned> VgaTextLayout::rowOf(size_t planeAddress,
                                             const VgaRegisters &registers) const {
    if (!active || planeAddress > counterMask) return std::nullopt;
    // The inverse of VgaRegisters::planeAddress.
    auto counter = static_cast<unsigned>(planeAddress);
    if (registers.crtc[0x14] & 0x40) {
        if (!registers.chain4()) counter >>= 2;
    } else if (!(registers.crtc[0x17] & 0x40)) {
        counter = counter >> 1 | (counter & 1) << 15;
    }
    std::optional<TextPage::Cursor> cell = cellOf(counter);
    if (!cell) return std::nullopt;
    return cell->row;
}

TextCell vgaTextCell(unsigned counter, const VgaRegisters &registers, const VideoMemory &memory) {
    uint32_t word = memory.word(registers.planeAddress(counter & counterMask) & counterMask);
    return {static_cast<uint8_t>(word), static_cast<uint8_t>(word >> 8)};
}

std::vector<TextCell> vgaTextRow(const VgaTextLayout &layout, unsigned row,
                                 const VgaRegisters &registers, const VideoMemory &memory) {
    std::vector<TextCell> cells(layout.columns);
    unsigned counter = layout.start + row * layout.pitch;
    for (TextCell &cell : cells)
        cell = vgaTextCell(counter++, registers, memory);
    return cells;
}

TextPage vgaTextPage(const VgaTextLayout &layout, const VgaRegisters &registers,
                     const VideoMemory &memory) {
    TextPage screen;
    screen.columns = layout.columns;
    screen.rows = layout.rows;
    screen.cells.reserve(size_t{layout.columns} * layout.rows);
    for (unsigned row = 0; row < layout.rows; ++row) {
        std::vector<TextCell> cells = vgaTextRow(layout, row, registers, memory);
        screen.cells.insert(screen.cells.end(), cells.begin(), cells.end());
    }
    if (!(registers.crtc[0x0A] & 0x20)) screen.cursor = layout.cellOf(registers.cursorAddress());
    return screen;
}

} // namespace bootglass
