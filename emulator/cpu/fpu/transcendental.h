// SPDX-License-Identifier: GPL-3.0-or-later
// The x87's transcendental functions (SDM vol. 1, 8.3.7 and 8.3.8), computed by MPFR and rounded
// once, as RC says: within the manual's error bound of one unit in the last place, and the same
// bits on every host. Arguments of trigonometric functions are reduced with the 66-bit value of pi
// that the hardware has (8.3.8), so results near multiples of pi are the hardware's.
#pragma once

#include "emulator/cpu/fpu/float80.h"

namespace bootglass {

FloatResult sine(const Float80 &a, uint16_t control);
FloatResult cosine(const Float80 &a, uint16_t control);
FloatResult tangent(const Float80 &a, uint16_t control);
/// The angle of the point (x, y).
FloatResult arcTangent(const Float80 &y, const Float80 &x, uint16_t control);
/// 2^a - 1
FloatResult exponentialMinusOne(const Float80 &a, uint16_t control);
/// y * log2(x)
FloatResult logarithm(const Float80 &y, const Float80 &x, uint16_t control);
/// y * log2(x + 1)
FloatResult logarithmPlusOne(const Float80 &y, const Float80 &x, uint16_t control);

} // namespace bootglass
