// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/key_codes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace bootglass {

namespace {

struct SpecialKey {
    int key = 0;
    uint16_t set1Code = 0;
    std::string_view terminal; // what a VT100 sends
};

constexpr std::array specialKeys = std::to_array<SpecialKey>({
    {Qt::Key_Escape, 0x01, "\x1b"},      {Qt::Key_Backspace, 0x0E, "\x7f"},
    {Qt::Key_Tab, 0x0F, "\t"},           {Qt::Key_Return, 0x1C, "\r"},
    {Qt::Key_Enter, 0xE01C, "\r"},       {Qt::Key_Control, 0x1D, ""},
    {Qt::Key_Shift, 0x2A, ""},           {Qt::Key_Alt, 0x38, ""},
    {Qt::Key_AltGr, 0xE038, ""},         {Qt::Key_CapsLock, 0x3A, ""},
    {Qt::Key_NumLock, 0x45, ""},         {Qt::Key_ScrollLock, 0x46, ""},
    {Qt::Key_F1, 0x3B, "\x1bOP"},        {Qt::Key_F2, 0x3C, "\x1bOQ"},
    {Qt::Key_F3, 0x3D, "\x1bOR"},        {Qt::Key_F4, 0x3E, "\x1bOS"},
    {Qt::Key_F5, 0x3F, "\x1b[15~"},      {Qt::Key_F6, 0x40, "\x1b[17~"},
    {Qt::Key_F7, 0x41, "\x1b[18~"},      {Qt::Key_F8, 0x42, "\x1b[19~"},
    {Qt::Key_F9, 0x43, "\x1b[20~"},      {Qt::Key_F10, 0x44, "\x1b[21~"},
    {Qt::Key_F11, 0x57, "\x1b[23~"},     {Qt::Key_F12, 0x58, "\x1b[24~"},
    {Qt::Key_Home, 0xE047, "\x1b[1~"},   {Qt::Key_Up, 0xE048, "\x1b[A"},
    {Qt::Key_PageUp, 0xE049, "\x1b[5~"}, {Qt::Key_Left, 0xE04B, "\x1b[D"},
    {Qt::Key_Right, 0xE04D, "\x1b[C"},   {Qt::Key_End, 0xE04F, "\x1b[4~"},
    {Qt::Key_Down, 0xE050, "\x1b[B"},    {Qt::Key_PageDown, 0xE051, "\x1b[6~"},
    {Qt::Key_Insert, 0xE052, "\x1b[2~"}, {Qt::Key_Delete, 0xE053, "\x1b[3~"},
});

/// The keys that type: from code 02h in rows, as they stand on a US keyboard, plain and shifted.
struct TypingRow {
    uint16_t firstCode = 0;
    std::string_view plain;
    std::string_view shifted;
};
constexpr std::array typingRows = std::to_array<TypingRow>({
    {0x02, "1234567890-=", "!@#$%^&*()_+"},
    {0x10, "QWERTYUIOP[]", "QWERTYUIOP{}"}, // Qt names letters by their capitals
    {0x1E, "ASDFGHJKL;'`", "ASDFGHJKL:\"~"},
    {0x2B, "\\ZXCVBNM,./", "|ZXCVBNM<>?"},
    {0x39, " ", " "},
});

} // namespace

std::optional<uint16_t> set1CodeOf(const KeyPress &key) {
    if (const auto special = std::ranges::find(specialKeys, key.key, &SpecialKey::key);
        special != specialKeys.end()) {
        return special->set1Code;
    }
    if (key.key <= 0 || key.key > 0x7E) return std::nullopt;
    for (const TypingRow &row : typingRows) {
        for (const std::string_view caps : {row.plain, row.shifted}) {
            const size_t place = caps.find(static_cast<char>(key.key));
            if (place != std::string_view::npos)
                return static_cast<uint16_t>(row.firstCode + place);
        }
    }
    return std::nullopt;
}

std::optional<TypedKey> typedKeyOf(char character) {
    switch (character) {
    case '\n':
    case '\r': return TypedKey{0x1C, false};
    case '\t': return TypedKey{0x0F, false};
    case '\b': return TypedKey{0x0E, false};
    case '\x1b': return TypedKey{0x01, false};
    default: break;
    }
    const bool capital = character >= 'A' && character <= 'Z';
    const bool small = character >= 'a' && character <= 'z';
    const char onCap = static_cast<char>(small ? character - 'a' + 'A' : character);
    for (const TypingRow &row : typingRows) {
        const size_t plain = row.plain.find(onCap);
        if (plain != std::string_view::npos)
            return TypedKey{static_cast<uint16_t>(row.firstCode + plain), capital};
        const size_t shifted = row.shifted.find(onCap);
        if (shifted != std::string_view::npos)
            return TypedKey{static_cast<uint16_t>(row.firstCode + shifted), true};
    }
    return std::nullopt;
}

std::string serialBytesOf(const KeyPress &key) {
    if (!key.down) return {};
    if (const auto special = std::ranges::find(specialKeys, key.key, &SpecialKey::key);
        special != specialKeys.end()) {
        return std::string(special->terminal);
    }
    return key.text.toStdString();
}

} // namespace bootglass
