// SPDX-License-Identifier: GPL-3.0-or-later
// The sixteen conditions of Jcc, SETcc and CMOVcc by their number in the opcode: SDM vol. 1,
// appendix B.
#pragma once

#include "emulator/cpu/flags.h"

namespace bootglass::interpreter {

template<unsigned Condition>
[[gnu::always_inline]] inline bool holds(const ArithmeticFlags &flags) {
    constexpr unsigned pair = Condition >> 1;
    bool value = false;
    if constexpr (pair == 0)
        value = flags.of();
    else if constexpr (pair == 1)
        value = flags.cf();
    else if constexpr (pair == 2)
        value = flags.zf();
    else if constexpr (pair == 3)
        value = flags.cf() || flags.zf();
    else if constexpr (pair == 4)
        value = flags.sf();
    else if constexpr (pair == 5)
        value = flags.pf();
    else if constexpr (pair == 6)
        value = flags.sf() != flags.of();
    else
        value = flags.zf() || flags.sf() != flags.of();
    return value != static_cast<bool>(Condition & 1);
}

} // namespace bootglass::interpreter
