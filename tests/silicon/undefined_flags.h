// SPDX-License-Identifier: GPL-3.0-or-later
// The flags that the manual leaves undefined, and so are not compared: SDM vol. 2, "Flags Affected"
// of each instruction. Whatever is not named here is defined.
#pragma once

#include "emulator/cpu/registers.h"

#include <Zydis/Zydis.h>

#include <array>
#include <cstdint>

namespace bootglass::silicon {

enum class CountRule : uint8_t {
    None,
    Rotate, // OF is defined for counts of 1 only; a count of 0 changes nothing
    Shift,  // and CF is undefined for counts beyond the operand (SHL, SHR)
    Double, // and beyond the operand everything is, the result included (SHLD, SHRD)
};

struct UndefinedFlags {
    ZydisMnemonic mnemonic;
    uint32_t flags;
    CountRule count = CountRule::None;
};

inline constexpr auto undefinedFlagsTable = std::to_array<UndefinedFlags>({
    {ZYDIS_MNEMONIC_AND, eflags::AF},
    {ZYDIS_MNEMONIC_OR, eflags::AF},
    {ZYDIS_MNEMONIC_XOR, eflags::AF},
    {ZYDIS_MNEMONIC_TEST, eflags::AF},
    {ZYDIS_MNEMONIC_MUL, eflags::SF | eflags::ZF | eflags::AF | eflags::PF},
    {ZYDIS_MNEMONIC_IMUL, eflags::SF | eflags::ZF | eflags::AF | eflags::PF},
    {ZYDIS_MNEMONIC_DIV, eflags::arithmetic},
    {ZYDIS_MNEMONIC_IDIV, eflags::arithmetic},
    {ZYDIS_MNEMONIC_BT, eflags::OF | eflags::SF | eflags::AF | eflags::PF},
    {ZYDIS_MNEMONIC_BTS, eflags::OF | eflags::SF | eflags::AF | eflags::PF},
    {ZYDIS_MNEMONIC_BTR, eflags::OF | eflags::SF | eflags::AF | eflags::PF},
    {ZYDIS_MNEMONIC_BTC, eflags::OF | eflags::SF | eflags::AF | eflags::PF},
    {ZYDIS_MNEMONIC_BSF, eflags::arithmetic & ~eflags::ZF},
    {ZYDIS_MNEMONIC_BSR, eflags::arithmetic & ~eflags::ZF},
    {ZYDIS_MNEMONIC_ROL, 0, CountRule::Rotate},
    {ZYDIS_MNEMONIC_ROR, 0, CountRule::Rotate},
    {ZYDIS_MNEMONIC_RCL, 0, CountRule::Rotate},
    {ZYDIS_MNEMONIC_RCR, 0, CountRule::Rotate},
    {ZYDIS_MNEMONIC_SHL, eflags::AF, CountRule::Shift},
    {ZYDIS_MNEMONIC_SHR, eflags::AF, CountRule::Shift},
    {ZYDIS_MNEMONIC_SAR, eflags::AF, CountRule::Rotate},
    {ZYDIS_MNEMONIC_SHLD, eflags::AF, CountRule::Double},
    {ZYDIS_MNEMONIC_SHRD, eflags::AF, CountRule::Double},
});

inline const UndefinedFlags *findUndefinedFlags(ZydisMnemonic mnemonic) {
    for (const UndefinedFlags &row : undefinedFlagsTable)
        if (row.mnemonic == mnemonic) return &row;
    return nullptr;
}

} // namespace bootglass::silicon
