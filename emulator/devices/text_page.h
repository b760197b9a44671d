// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on a text screen: cells of a character in code page 437, the PC's character set, and
// an attribute (blink or bright background, background, bright, foreground).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// A character of code page 437 as UTF-8; the codes below 32 are the pictures that the screen
/// shows, 0 is a blank.
std::string_view utf8FromCp437(uint8_t character);

struct TextCell {
    uint8_t character = 0;
    uint8_t attribute = 0;

    bool operator==(const TextCell &) const = default;
};

/// A line of cells as UTF-8, without the blanks at its end.
std::string utf8FromCells(const TextCell *cells, size_t count);

struct TextPage {
    struct Cursor {
        unsigned column = 0;
        unsigned row = 0;

        bool operator==(const Cursor &) const = default;
    };

    unsigned columns = 0;
    unsigned rows = 0;
    std::vector<TextCell> cells;  // row by row
    std::optional<Cursor> cursor; // none if switched off or elsewhere

    const TextCell &at(unsigned column, unsigned row) const {
        return cells[size_t{row} * columns + column];
    }
    /// One line; empty if there is no such row.
    std::string row(unsigned row) const;
    /// All lines, each ended by a newline.
    std::string utf8() const;
    bool operator==(const TextPage &) const = default;
};

} // namespace bootglass
