// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/op.h"

#include <array>

namespace bootglass {

std::string_view opName(Op op) {
    static constexpr auto names = std::to_array<std::string_view>(
        {"Invalid",
#define BOOTGLASS_OP(name) #name,
         BOOTGLASS_INTEGER_OPS BOOTGLASS_SYSTEM_OPS BOOTGLASS_X87_OPS BOOTGLASS_SSE_OPS
#undef BOOTGLASS_OP
        });
    auto index = static_cast<size_t>(op);
    return index < names.size() ? names[index] : "Invalid";
}

} // namespace bootglass
