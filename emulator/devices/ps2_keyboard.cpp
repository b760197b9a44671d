// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ps2_keyboard.h"

#include <array>

namespace bootglass {

namespace {

constexpr uint8_t ack = 0xFA;
constexpr uint8_t resend = 0xFE;
constexpr uint8_t batPassed = 0xAA;

constexpr uint16_t printScreen = 0xE037;
constexpr uint16_t pause = 0xE11D;

struct SetCodes {
    uint8_t set2;
    uint8_t set3;
};

// By set 1 make code, keys without a prefix; 0: no such key.
constexpr std::array<SetCodes, 0x59> plainKeys = {{
    {0, 0},       {0x76, 0x08}, {0x16, 0x16}, {0x1E, 0x1E},
    {0x26, 0x26}, {0x25, 0x25}, // – Esc 1 2 3 4
    {0x2E, 0x2E}, {0x36, 0x36}, {0x3D, 0x3D}, {0x3E, 0x3E},
    {0x46, 0x46}, {0x45, 0x45},                             // 5 6 7 8 9 0
    {0x4E, 0x4E}, {0x55, 0x55}, {0x66, 0x66}, {0x0D, 0x0D}, // - = Backspace Tab
    {0x15, 0x15}, {0x1D, 0x1D}, {0x24, 0x24}, {0x2D, 0x2D},
    {0x2C, 0x2C}, {0x35, 0x35}, // Q W E R T Y
    {0x3C, 0x3C}, {0x43, 0x43}, {0x44, 0x44}, {0x4D, 0x4D},
    {0x54, 0x54}, {0x5B, 0x5B}, // U I O P [ ]
    {0x5A, 0x5A}, {0x14, 0x11}, // Enter, left Ctrl
    {0x1C, 0x1C}, {0x1B, 0x1B}, {0x23, 0x23}, {0x2B, 0x2B},
    {0x34, 0x34}, {0x33, 0x33}, // A S D F G H
    {0x3B, 0x3B}, {0x42, 0x42}, {0x4B, 0x4B}, {0x4C, 0x4C},
    {0x52, 0x52}, {0x0E, 0x0E}, // J K L ; ' `
    {0x12, 0x12}, {0x5D, 0x5C}, // left Shift, backslash
    {0x1A, 0x1A}, {0x22, 0x22}, {0x21, 0x21}, {0x2A, 0x2A},
    {0x32, 0x32}, {0x31, 0x31}, // Z X C V B N
    {0x3A, 0x3A}, {0x41, 0x41}, {0x49, 0x49}, {0x4A, 0x4A},
    {0x59, 0x59},                                           // M , . / right Shift
    {0x7C, 0x7E}, {0x11, 0x19}, {0x29, 0x29}, {0x58, 0x14}, // keypad *, left Alt, Space, Caps Lock
    {0x05, 0x07}, {0x06, 0x0F}, {0x04, 0x17}, {0x0C, 0x1F},
    {0x03, 0x27}, // F1 to F5
    {0x0B, 0x2F}, {0x83, 0x37}, {0x0A, 0x3F}, {0x01, 0x47},
    {0x09, 0x4F},                                           // F6 to F10
    {0x77, 0x76}, {0x7E, 0x5F},                             // Num Lock, Scroll Lock
    {0x6C, 0x6C}, {0x75, 0x75}, {0x7D, 0x7D}, {0x7B, 0x84}, // keypad 7 8 9 -
    {0x6B, 0x6B}, {0x73, 0x73}, {0x74, 0x74}, {0x79, 0x7C}, // keypad 4 5 6 +
    {0x69, 0x69}, {0x72, 0x72}, {0x7A, 0x7A}, {0x70, 0x70},
    {0x71, 0x71}, // keypad 1 2 3 0 .
    {0x84, 0x57}, {0, 0},       {0x61, 0x13}, {0x78, 0x56},
    {0x07, 0x5E}, // SysRq – 102nd key F11 F12
}};

struct PrefixedKey {
    uint8_t set1;
    SetCodes codes;
};

// With prefix E0; set 3 knows no prefixes.
constexpr std::array prefixedKeys = {
    PrefixedKey{0x1C, {0x5A, 0x79}}, // keypad Enter
    PrefixedKey{0x1D, {0x14, 0x58}}, // right Ctrl
    PrefixedKey{0x35, {0x4A, 0x77}}, // keypad /
    PrefixedKey{0x38, {0x11, 0x39}}, // right Alt
    PrefixedKey{0x46, {0x7E, 0x62}}, // Break (Ctrl + Pause)
    PrefixedKey{0x47, {0x6C, 0x6E}}, // Home
    PrefixedKey{0x48, {0x75, 0x63}}, // Up
    PrefixedKey{0x49, {0x7D, 0x6F}}, // Page Up
    PrefixedKey{0x4B, {0x6B, 0x61}}, // Left
    PrefixedKey{0x4D, {0x74, 0x6A}}, // Right
    PrefixedKey{0x4F, {0x69, 0x65}}, // End
    PrefixedKey{0x50, {0x72, 0x60}}, // Down
    PrefixedKey{0x51, {0x7A, 0x6D}}, // Page Down
    PrefixedKey{0x52, {0x70, 0x67}}, // Insert
    PrefixedKey{0x53, {0x71, 0x64}}, // Delete
    PrefixedKey{0x5B, {0x1F, 0x8B}}, // left Windows
    PrefixedKey{0x5C, {0x27, 0x8C}}, // right Windows
    PrefixedKey{0x5D, {0x2F, 0x8D}}, // Menu
    PrefixedKey{0x5E, {0x37, 0}},    // Power
    PrefixedKey{0x5F, {0x3F, 0}},    // Sleep
    PrefixedKey{0x63, {0x5E, 0}},    // Wake
};

SetCodes find(uint16_t set1Code) {
    if (set1Code < plainKeys.size()) return plainKeys[set1Code];
    if (set1Code >> 8 == 0xE0)
        for (const PrefixedKey &key : prefixedKeys)
            if (key.set1 == (set1Code & 0xFF)) return key.codes;
    return {0, 0};
}

} // namespace

/// What the key sends in the present scan code set; empty if it sends nothing.
std::vector<uint8_t> Ps2Keyboard::codes(uint16_t set1Code, bool down) const {
    if (scanSet_ == 3) {
        uint8_t code = set1Code == printScreen ? 0x57
                       : set1Code == pause     ? 0x62
                                               : find(set1Code).set3;
        if (code == 0 || (!down && !breaks_)) return {};
        if (down) return {code};
        return {0xF0, code};
    }
    bool first = scanSet_ == 1;
    // Two keys of the AT keyboard carry codes of others, so that XT software is not confused.
    if (set1Code == printScreen) {
        if (first)
            return down ? std::vector<uint8_t>{0xE0, 0x2A, 0xE0, 0x37}
                        : std::vector<uint8_t>{0xE0, 0xB7, 0xE0, 0xAA};
        return down ? std::vector<uint8_t>{0xE0, 0x12, 0xE0, 0x7C}
                    : std::vector<uint8_t>{0xE0, 0xF0, 0x7C, 0xE0, 0xF0, 0x12};
    }
    if (set1Code == pause) { // make and break in one, nothing on release
        if (!down) return {};
        if (first) return {0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5};
        return {0xE1, 0x14, 0x77, 0xE1, 0xF0, 0x14, 0xF0, 0x77};
    }
    uint8_t second = find(set1Code).set2;
    if (second == 0) return {};
    std::vector<uint8_t> bytes;
    if (set1Code >> 8 != 0) bytes.push_back(0xE0);
    if (first) {
        bytes.push_back(static_cast<uint8_t>((set1Code & 0x7F) | (down ? 0 : 0x80)));
    } else {
        if (!down) bytes.push_back(0xF0);
        bytes.push_back(second);
    }
    return bytes;
}

bool Ps2Keyboard::key(uint16_t set1Code, bool down) {
    if (!scanning_) return false;
    std::vector<uint8_t> bytes = codes(set1Code, down);
    if (bytes.empty()) return false;
    // The last place is kept for the overrun code, and a key's bytes are never torn apart.
    if (keys_.size() + bytes.size() > bufferSize - 1) {
        if (!overrun_) keys_.push_back(scanSet_ == 1 ? 0xFF : 0x00);
        overrun_ = true;
        return false;
    }
    keys_.insert(keys_.end(), bytes.begin(), bytes.end());
    if (ready_) ready_();
    return true;
}

std::optional<uint8_t> Ps2Keyboard::take() {
    std::vector<uint8_t> &from = replies_.empty() ? keys_ : replies_;
    if (from.empty()) return std::nullopt;
    last_ = from.front();
    from.erase(from.begin());
    if (keys_.empty()) overrun_ = false;
    return last_;
}

void Ps2Keyboard::reply(std::initializer_list<uint8_t> bytes) {
    // A guest that asks and never reads fills no more than the buffer.
    if (replies_.size() + bytes.size() <= bufferSize)
        replies_.insert(replies_.end(), bytes.begin(), bytes.end());
}

void Ps2Keyboard::setDefaults() {
    keys_.clear();
    overrun_ = false;
    typematic_ = 0x2B;
    scanSet_ = 2;
    breaks_ = true;
}

void Ps2Keyboard::send(uint8_t command) {
    // A command byte where an argument is due is a new command (they are EDh and up).
    if (command_ != 0 && command < 0xED) return argument(command);
    command_ = 0;
    switch (command) {
    case 0xED: // set LEDs
    case 0xF0: // select scan code set
    case 0xF3: // set typematic rate
    case 0xFB: // set 3: one key's type; the key follows
    case 0xFC:
    case 0xFD:
        command_ = command;
        reply({ack});
        break;
    case 0xEE: reply({0xEE}); break;            // echo
    case 0xF2: reply({ack, 0xAB, 0x83}); break; // identify: MF2 keyboard
    case 0xF4:
        keys_.clear();
        overrun_ = false;
        scanning_ = true;
        reply({ack});
        break;
    case 0xF5:
        setDefaults();
        scanning_ = false;
        reply({ack});
        break;
    case 0xF6:
        setDefaults();
        reply({ack});
        break;
    case 0xF7: // set 3, all keys: typematic, make only
    case 0xF9:
        breaks_ = false;
        reply({ack});
        break;
    case 0xF8: // set 3, all keys: with break codes
    case 0xFA:
        breaks_ = true;
        reply({ack});
        break;
    case 0xFE: reply({last_}); break;
    case 0xFF:
        reset();
        reply({ack, batPassed});
        break;
    default: reply({resend});
    }
}

void Ps2Keyboard::argument(uint8_t value) {
    uint8_t command = command_;
    command_ = 0;
    switch (command) {
    case 0xED: leds_ = value & 7; break;
    case 0xF0:
        if (value == 0) return reply({ack, scanSet_});
        if (value > 3) return reply({resend});
        scanSet_ = value;
        keys_.clear();
        break;
    case 0xF3: typematic_ = value & 0x7F; break;
    default: command_ = command; // FBh to FDh take keys until the next command
    }
    reply({ack});
}

void Ps2Keyboard::reset() {
    setDefaults();
    replies_.clear();
    leds_ = 0;
    command_ = 0;
    scanning_ = true;
}

void Ps2Keyboard::serialize(Archive &archive) {
    archive.section("PS/2 keyboard");
    archive(replies_, keys_, scanSet_, leds_, typematic_, command_, last_, scanning_, breaks_,
            overrun_);
    if (archive.loading() && (replies_.size() > bufferSize || keys_.size() > bufferSize))
        archive.fail("the saved state of the keyboard has more bytes than its buffer");
}

} // namespace bootglass
