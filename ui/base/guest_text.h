// SPDX-License-Identifier: GPL-3.0-or-later
// Text that a guest wrote, made fit to be shown: escape sequences and control characters out, tabs
// to spaces, a length that no widget chokes on. Guests are hostile; their text is only text.
#pragma once

#include <QString>

#include <cstdint>
#include <string_view>

namespace bootglass {

inline constexpr size_t mostShownBytes = 2000;

/// A line as people read it. UTF-8 where it is valid, replacement characters elsewhere.
QString shownLine(std::string_view bytes);

/// A cell of a VGA text screen: code page 437 to Unicode.
QChar codePage437(uint8_t character);

} // namespace bootglass
