// SPDX-License-Identifier: GPL-3.0-or-later
// The text modes: which plane addresses are the cells of the page that is displayed, plane 0 the
// characters, plane 1 the attributes.
#pragma once

#include "emulator/devices/text_page.h"
#include "emulator/devices/vga_memory.h"

namespace bootglass {

struct VgaTextLayout {
    bool active = false; // a text mode is set
    unsigned columns = 0;
    unsigned rows = 0;
    unsigned pitch = 0; // CRTC counter steps from row to row
    unsigned start = 0; // of the first cell

    static VgaTextLayout of(const VgaRegisters &registers, const VgaVbe &vbe);

    /// The row that shows a plane address, if one does.
    std::optional<unsigned> rowOf(size_t planeAddress, const VgaRegisters &registers) const;
    /// The same for the CRTC's counter; with the column.
    std::optional<TextPage::Cursor> cellOf(unsigned counter) const;

    bool operator==(const VgaTextLayout &) const = default;
};

/// The cell that the CRTC's counter fetches.
TextCell vgaTextCell(unsigned counter, const VgaRegisters &registers, const VideoMemory &memory);

/// One row of cells.
std::vector<TextCell> vgaTextRow(const VgaTextLayout &layout, unsigned row,
                                 const VgaRegisters &registers, const VideoMemory &memory);

/// The whole page; the layout is active.
TextPage vgaTextPage(const VgaTextLayout &layout, const VgaRegisters &registers,
                     const VideoMemory &memory);

} // namespace bootglass
