// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/screen_codec.h"

#include "emulator/trace/byte_coding.h"

namespace bootglass {

TextScreen blankScreen(uint16_t columns, uint16_t rows) {
    TextScreen screen;
    if (columns > mostScreenColumns || rows > mostScreenRows) return screen;
    screen.columns = columns;
    screen.rows = rows;
    screen.cells.assign(size_t{columns} * rows, 0x0720); // a space, light grey on black
    return screen;
}

std::vector<uint8_t> encodeScreenRows(const TextScreen &screen, const std::vector<bool> &rows) {
    ByteWriter writer;
    for (uint16_t row = 0; row < screen.rows; ++row) {
        if (!rows[row]) continue;
        writer.word(row, 2);
        for (uint16_t column = 0; column < screen.columns; ++column)
            writer.word(screen.cells[size_t{row} * screen.columns + column], 2);
    }
    return {writer.bytes().begin(), writer.bytes().end()};
}

bool decodeScreenRows(std::span<const uint8_t> plain, TextScreen &screen) {
    ByteReader reader(plain);
    while (reader.ok() && reader.left()) {
        const uint64_t row = reader.word(2);
        if (row >= screen.rows) return false;
        for (uint16_t column = 0; column < screen.columns; ++column)
            screen.cells[row * screen.columns + column] = static_cast<uint16_t>(reader.word(2));
    }
    return reader.ok();
}

std::vector<uint8_t> encodePicture(const ScreenPicture &picture) {
    std::vector<uint8_t> plain;
    plain.reserve(picture.pixels.size() * 3);
    for (const uint32_t pixel : picture.pixels)
        for (unsigned shift = 0; shift < 24; shift += 8)
            plain.push_back(static_cast<uint8_t>(pixel >> shift));
    return plain;
}

bool decodePicture(std::span<const uint8_t> plain, ScreenPicture &picture) {
    const size_t pixels = size_t{picture.width} * picture.height;
    if (plain.size() != pixels * 3) return false;
    picture.pixels.resize(pixels);
    for (size_t i = 0; i < pixels; ++i)
        picture.pixels[i] =
            static_cast<uint32_t>(plain[3 * i] | plain[3 * i + 1] << 8 | plain[3 * i + 2] << 16);
    return true;
}

} // namespace bootglass
