// SPDX-License-Identifier: GPL-3.0-or-later
// What a script types into a guest (`--input FILE`): a line per input,
//
//   marker:prompt            serial "2\r"          bytes for COM1, which arrive at 115,200 baud
//   marker:menu +500ms       type "ls\n"           characters as a US keyboard types them
//   time:5.2s                key Ctrl+Alt+Del      a key by Qt's name, with its modifiers
//   icount:6700000000        key Return
//
// The point is WHEN (see when.h), and after it perhaps a delay of virtual time. Text is in double
// quotes, with \n \r \t \e \\ \" and \xNN. Empty lines, and what follows a # at the start of a
// line, count for nothing.
#pragma once

#include "emulator/probe/profile.h"
#include "emulator/probe/when.h"
#include "emulator/trace/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// A key that goes down or up, or bytes of COM1, some time after its line's point.
struct InputAction {
    uint64_t afterNs = 0;
    std::string serial;    // of COM1; empty: a key
    uint16_t set1Code = 0; // see Ps2Keyboard
    bool down = false;

    bool operator==(const InputAction &) const = default;
};

struct InputLine {
    When when;
    std::vector<InputAction> actions; // in the order of time

    bool operator==(const InputLine &) const = default;
};

using InputScript = std::vector<InputLine>;

/// `name` is the script's, for messages: they tell the line.
Result<InputScript> parseInputScript(std::string_view text, const std::string &name,
                                     const Profile &profile);

} // namespace bootglass
