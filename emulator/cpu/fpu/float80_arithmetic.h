// SPDX-License-Identifier: GPL-3.0-or-later
// The x87's arithmetic (SDM vol. 1, 8.3.5 to 8.3.7) on double-extended values, with precision and
// rounding control, special operands, and exceptions masked and unmasked.
#pragma once

#include "emulator/cpu/fpu/float80.h"

namespace bootglass {

FloatResult add(const Float80 &a, const Float80 &b, uint16_t control);
FloatResult subtract(const Float80 &a, const Float80 &b, uint16_t control);
FloatResult multiply(const Float80 &a, const Float80 &b, uint16_t control);
FloatResult divide(const Float80 &a, const Float80 &b, uint16_t control);
FloatResult squareRoot(const Float80 &a, uint16_t control);
FloatResult roundToIntegral(const Float80 &a, uint16_t control);
/// a * 2^trunc(b).
FloatResult scale(const Float80 &a, const Float80 &b, uint16_t control);

/// FPREM (truncating) and FPREM1 (to nearest): the remainder, with the quotient's last three bits
/// in C0, C3, C1, and C2 set if the reduction is not complete.
FloatResult remainder(const Float80 &a, const Float80 &b, uint16_t control, bool nearest);

/// FXTRACT: a = significand * 2^exponent.
struct Extracted {
    Float80 significand;
    Float80 exponent;
    uint16_t status = 0;
};
Extracted extract(const Float80 &a, uint16_t control);

/// C3, C2, C0 as FCOM sets them, with exceptions. `quiet`: QNaNs raise none (FUCOM).
uint16_t compare(const Float80 &a, const Float80 &b, bool quiet);

} // namespace bootglass
