// SPDX-License-Identifier: GPL-3.0-or-later
// Bits of the debug registers: SDM vol. 3, figure 18-1.
#pragma once

#include <cstdint>

namespace bootglass {

namespace dr6 {
inline constexpr uint32_t breakpoints = 0xF, BD = 1U << 13, BS = 1U << 14, BT = 1U << 15;
inline constexpr uint32_t writable = breakpoints | BD | BS | BT, fixedOnes = 0xFFFF0FF0;
} // namespace dr6

namespace dr7 {
inline constexpr uint32_t GD = 1U << 13;
inline constexpr uint32_t writable = 0xFFFF23FF, fixedOnes = 1U << 10;
} // namespace dr7

} // namespace bootglass
