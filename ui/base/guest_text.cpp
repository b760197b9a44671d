// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/guest_text.h"

#include <algorithm>
#include <string>

namespace bootglass {

namespace {

constexpr char escape = 0x1B;

/// Length of the escape sequence that starts at `at` (ECMA-48: CSI … final byte, OSC … BEL).
size_t escapeLength(std::string_view bytes, size_t at) {
    if (at + 1 >= bytes.size()) return 1;
    const char kind = bytes[at + 1];
    size_t end = at + 2;
    if (kind == '[') {
        while (end < bytes.size() && (bytes[end] < 0x40 || bytes[end] > 0x7E))
            ++end;
        return std::min(end + 1, bytes.size()) - at;
    }
    if (kind == ']') {
        while (end < bytes.size() && bytes[end] != 7)
            ++end;
        return std::min(end + 1, bytes.size()) - at;
    }
    if (kind == '(' || kind == ')') return std::min(end + 1, bytes.size()) - at;
    return 2;
}

/// A byte of UTF-8 that is not a character's first.
bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Controls, line ends, and what turns the direction of text (Unicode UAX 9): with it a line could
/// show another text than it holds.
bool isInvisible(QChar c) {
    switch (c.category()) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph: return true;
    default: return false;
    }
}

} // namespace

QString shownLine(std::string_view bytes) {
    const bool cut = bytes.size() > mostShownBytes;
    if (cut) bytes = bytes.substr(0, mostShownBytes);
    std::string plain;
    plain.reserve(bytes.size());
    for (size_t at = 0; at < bytes.size();) {
        const char c = bytes[at];
        if (c == escape) {
            at += escapeLength(bytes, at);
            continue;
        }
        ++at;
        if (c == '\t') {
            plain.append(8 - plain.size() % 8, ' ');
        } else if (c == '\b') {
            while (!plain.empty() && isContinuation(plain.back()))
                plain.pop_back();
            if (!plain.empty()) plain.pop_back();
        } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
            plain += c;
        }
    }
    QString text = QString::fromUtf8(plain.data(), static_cast<qsizetype>(plain.size()));
    text.removeIf(isInvisible);
    if (cut) text += QChar(0x2026);
    return text;
}

QChar codePage437(uint8_t character) {
    static constexpr char16_t low[33] =
        u" \u263A\u263B\u2665\u2666\u2663\u2660\u2022\u25D8\u25CB\u25D9\u2642\u2640\u266A\u266B"
        u"\u263C\u25BA\u25C4\u2195\u203C\u00B6\u00A7\u25AC\u21A8\u2191\u2193\u2192\u2190\u221F"
        u"\u2194\u25B2\u25BC";
    static constexpr char16_t high[129] =
        u"\u00C7\u00FC\u00E9\u00E2\u00E4\u00E0\u00E5\u00E7\u00EA\u00EB\u00E8\u00EF\u00EE\u00EC"
        u"\u00C4\u00C5\u00C9\u00E6\u00C6\u00F4\u00F6\u00F2\u00FB\u00F9\u00FF\u00D6\u00DC\u00A2"
        u"\u00A3\u00A5\u20A7\u0192\u00E1\u00ED\u00F3\u00FA\u00F1\u00D1\u00AA\u00BA\u00BF\u2310"
        u"\u00AC\u00BD\u00BC\u00A1\u00AB\u00BB\u2591\u2592\u2593\u2502\u2524\u2561\u2562\u2556"
        u"\u2555\u2563\u2551\u2557\u255D\u255C\u255B\u2510\u2514\u2534\u252C\u251C\u2500\u253C"
        u"\u255E\u255F\u255A\u2554\u2569\u2566\u2560\u2550\u256C\u2567\u2568\u2564\u2565\u2559"
        u"\u2558\u2552\u2553\u256B\u256A\u2518\u250C\u2588\u2584\u258C\u2590\u2580\u03B1\u00DF"
        u"\u0393\u03C0\u03A3\u03C3\u00B5\u03C4\u03A6\u0398\u03A9\u03B4\u221E\u03C6\u03B5\u2229"
        u"\u2261\u00B1\u2265\u2264\u2320\u2321\u00F7\u2248\u00B0\u2219\u00B7\u221A\u207F\u00B2"
        u"\u25A0\u00A0";
    if (character < 32) return low[character];
    if (character == 127) return QChar(0x2302);
    if (character < 127) return QChar(character);
    return high[character - 128];
}

} // namespace bootglass
