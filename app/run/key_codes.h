// SPDX-License-Identifier: GPL-3.0-or-later
// A key of the host's keyboard as a PC keyboard sends it (scan code set 1, a US keyboard) and as a
// terminal on a serial line does.
#pragma once

#include "ui/run_session.h"

#include <cstdint>
#include <optional>
#include <string>

namespace bootglass {

/// The make code; E0xxh for keys with that prefix. Nothing for keys that a PC does not have.
std::optional<uint16_t> set1CodeOf(const KeyPress &key);

/// What a VT100 sends; empty on release and for keys that send nothing.
std::string serialBytesOf(const KeyPress &key);

/// The key that types an ASCII character, and whether Shift is held for it.
struct TypedKey {
    uint16_t set1Code = 0;
    bool shift = false;

    bool operator==(const TypedKey &) const = default;
};
std::optional<TypedKey> typedKeyOf(char character);

inline constexpr uint16_t leftShiftCode = 0x2A;

} // namespace bootglass
