// SPDX-License-Identifier: GPL-3.0-or-later
// What an instruction does, apart from its operands' size and place: one name for each handler
// family. Each family lists its own names; suffixes tell the operands as the SDM's opcode maps do
// (E: ModRM operand, G: register, I: immediate, first is the destination).
#pragma once

#include "emulator/cpu/fpu/ops_sse.h"
#include "emulator/cpu/fpu/ops_x87.h"
#include "emulator/cpu/interpreter/ops_integer.h"
#include "emulator/cpu/system/ops_system.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bootglass {

enum class Op : uint16_t {
    Invalid,
#define BOOTGLASS_OP(name) name,
    BOOTGLASS_INTEGER_OPS BOOTGLASS_SYSTEM_OPS BOOTGLASS_X87_OPS BOOTGLASS_SSE_OPS
#undef BOOTGLASS_OP
        Count
};

inline constexpr size_t opCount = static_cast<size_t>(Op::Count);

/// The name as written in the lists.
std::string_view opName(Op op);

} // namespace bootglass
