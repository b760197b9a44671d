// SPDX-License-Identifier: GPL-3.0-or-later
// Screens as bytes. Rows of a text screen: per row its number and its cells, 16 bits each.
// Pictures: three bytes a pixel.
#pragma once

#include "emulator/trace/run_types.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bootglass {

/// Larger screens are not recorded: no adapter has such a text mode.
inline constexpr uint16_t mostScreenColumns = 256;
inline constexpr uint16_t mostScreenRows = 128;

/// A screen of blanks; no cells if the size is out of bounds.
TextScreen blankScreen(uint16_t columns, uint16_t rows);
/// The rows of a screen that have their bit set.
std::vector<uint8_t> encodeScreenRows(const TextScreen &screen, const std::vector<bool> &rows);
/// Puts coded rows onto a screen; false if they do not fit.
bool decodeScreenRows(std::span<const uint8_t> plain, TextScreen &screen);

/// Wider or higher pictures are not recorded.
inline constexpr uint16_t mostPictureSide = 4096;

std::vector<uint8_t> encodePicture(const ScreenPicture &picture);
/// Into a picture whose size is set; false if the bytes are not as many as that has.
bool decodePicture(std::span<const uint8_t> plain, ScreenPicture &picture);

} // namespace bootglass
