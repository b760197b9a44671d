// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/fpu/float80_arithmetic.h"

#include "emulator/cpu/fpu/exact_arithmetic.h"

#include <algorithm>

namespace bootglass {

using namespace float80;

namespace {

constexpr FloatResult invalid{indefinite, fpflags::IE};

uint16_t denormalFlag(const FloatOperand &x, const FloatOperand &y) {
    return x.denormal || y.denormal ? fpflags::DE : uint16_t{0};
}

/// x + 0 in the current precision: zero operands do not skip the rounding.
FloatResult roundNumber(const Unpacked &number, uint16_t control, uint16_t status, bool precise) {
    return roundResult({number.negative, number.exponent, number.significand, 0}, control, status,
                       precise);
}

/// The operand itself: that it is tiny raises nothing, masked or not.
FloatResult unchanged(const Unpacked &number, uint16_t control, uint16_t status) {
    return roundNumber(number, control | fpflags::UE, status, true);
}

/// The sum of two operands that are not both normal numbers.
[[gnu::noinline]] FloatResult addSpecial(const Float80 &a, const Float80 &b, bool subtracting,
                                         uint16_t control) {
    FloatOperand x = inspect(a);
    FloatOperand y = inspect(b);
    if (!x.isNumber() || !y.isNumber()) return propagateNan(a, x, b, y);
    y.number.negative ^= subtracting;
    bool sameSign = x.number.negative == y.number.negative;
    if (x.isInfinite() && y.isInfinite() && !sameSign) return invalid;
    uint16_t status = denormalFlag(x, y);
    if (status & ~control) return {a, status};
    if (x.isInfinite()) return {infinity(x.number.negative), status};
    if (y.isInfinite()) return {infinity(y.number.negative), status};
    bool zeroSign = sameSign ? x.number.negative : roundingMode(control) == RoundTo::Down;
    if (x.isZero() && y.isZero()) return {signedZero(zeroSign), status};
    if (x.isZero()) return roundNumber(y.number, control, status, false);
    if (y.isZero()) return roundNumber(x.number, control, status, false);
    Exact sum = addExact(x.number, y.number);
    if (sum.zero()) return {signedZero(zeroSign), status};
    return roundResult(sum, control, status);
}

FloatResult addOrSubtract(const Float80 &a, const Float80 &b, bool subtracting, uint16_t control) {
    if (!isNormal(a) || !isNormal(b)) [[unlikely]]
        return addSpecial(a, b, subtracting, control);
    Unpacked y = unpackNormal(b);
    y.negative ^= subtracting;
    Exact sum = addExact(unpackNormal(a), y);
    // x - x is +0, except when rounding down (SDM vol. 1, 4.8.3.1).
    if (sum.zero()) return {signedZero(roundingMode(control) == RoundTo::Down)};
    return roundNormal(sum, control);
}

} // namespace

FloatResult add(const Float80 &a, const Float80 &b, uint16_t control) {
    return addOrSubtract(a, b, false, control);
}

FloatResult subtract(const Float80 &a, const Float80 &b, uint16_t control) {
    return addOrSubtract(a, b, true, control);
}

FloatResult multiply(const Float80 &a, const Float80 &b, uint16_t control) {
    if (isNormal(a) && isNormal(b)) [[likely]]
        return roundNormal(multiplyExact(unpackNormal(a), unpackNormal(b)), control);
    FloatOperand x = inspect(a);
    FloatOperand y = inspect(b);
    if (!x.isNumber() || !y.isNumber()) return propagateNan(a, x, b, y);
    if ((x.isInfinite() && y.isZero()) || (x.isZero() && y.isInfinite())) return invalid;
    bool sign = x.number.negative != y.number.negative;
    uint16_t status = denormalFlag(x, y);
    if (status & ~control) return {a, status};
    if (x.isInfinite() || y.isInfinite()) return {infinity(sign), status};
    if (x.isZero() || y.isZero()) return {signedZero(sign), status};
    return roundResult(multiplyExact(x.number, y.number), control, status);
}

FloatResult divide(const Float80 &a, const Float80 &b, uint16_t control) {
    if (isNormal(a) && isNormal(b)) [[likely]]
        return roundNormal(divideExact(unpackNormal(a), unpackNormal(b)), control);
    FloatOperand x = inspect(a);
    FloatOperand y = inspect(b);
    if (!x.isNumber() || !y.isNumber()) return propagateNan(a, x, b, y);
    if ((x.isInfinite() && y.isInfinite()) || (x.isZero() && y.isZero())) return invalid;
    bool sign = x.number.negative != y.number.negative;
    // A division by zero outranks a denormal dividend.
    uint16_t status = y.isZero() && x.finite() ? fpflags::ZE : denormalFlag(x, y);
    if (status & ~control) return {a, status};
    if (x.isInfinite() || y.isZero()) return {infinity(sign), status};
    if (x.isZero() || y.isInfinite()) return {signedZero(sign), status};
    return roundResult(divideExact(x.number, y.number), control, status);
}

FloatResult squareRoot(const Float80 &a, uint16_t control) {
    if (isNormal(a) && !negative(a)) [[likely]]
        return roundNormal(squareRootExact(unpackNormal(a)), control);
    FloatOperand x = inspect(a);
    if (!x.isNumber()) return propagateNan(a, x, a, x);
    if (x.isZero()) return {a};
    if (x.number.negative) return invalid;
    if (x.isInfinite()) return {a};
    uint16_t status = denormalFlag(x, x);
    if (status & ~control) return {a, status};
    return roundResult(squareRootExact(x.number), control, status);
}

FloatResult roundToIntegral(const Float80 &a, uint16_t control) {
    FloatOperand x = inspect(a);
    if (!x.isNumber()) return propagateNan(a, x, a, x);
    if (!x.finite()) return {a};
    uint16_t status = denormalFlag(x, x);
    if (status & ~control) return {a, status};
    if (x.number.exponent >= 63) return {a, status};
    RoundedInteger rounded = roundToInteger(x.number, roundingMode(control));
    if (rounded.inexact) status |= fpflags::PE;
    if (rounded.up) status |= x87status::C1;
    Float80 result = zero;
    if (rounded.magnitude != 0) {
        Unpacked number = unpackInteger(false, rounded.magnitude);
        result = {number.significand, static_cast<uint16_t>(number.exponent + bias)};
    }
    if (x.number.negative) result.signExponent |= signBit;
    return {result, status};
}

FloatResult scale(const Float80 &a, const Float80 &b, uint16_t control) {
    FloatOperand x = inspect(a);
    FloatOperand y = inspect(b);
    if (!x.isNumber() || !y.isNumber()) return propagateNan(a, x, b, y);
    bool sign = x.number.negative;
    if (y.isInfinite() && (y.number.negative ? x.isInfinite() : x.isZero())) return invalid;
    uint16_t status = denormalFlag(x, y);
    if (status & ~control) return {a, status};
    if (y.isInfinite()) return {y.number.negative ? signedZero(sign) : infinity(sign), status};
    if (!x.finite()) return {a, status};
    if (y.isZero()) return unchanged(x.number, control, status);
    // Beyond 2^16 every number overflows or underflows, also after the unmasked responses' wrap.
    constexpr int32_t most = 1 << 16;
    int32_t distance = most;
    if (y.number.exponent < 16)
        distance = static_cast<int32_t>(roundToInteger(y.number, RoundTo::Zero).magnitude);
    if (y.number.negative) distance = -distance;
    int32_t exponent = x.number.exponent + distance;
    // An unmasked response cannot bring so large an exponent back into range: infinity or zero then
    // (SDM vol. 1, 8.5.4 and 8.5.5).
    constexpr int32_t wrap = 24576;
    if (!(control & fpflags::OE) && exponent - wrap > bias) {
        status |= fpflags::OE | fpflags::PE | x87status::C1;
        return {infinity(sign), status};
    }
    if (!(control & fpflags::UE) && exponent + wrap < 1 - bias) {
        status |= fpflags::UE | fpflags::PE;
        return {signedZero(sign), status};
    }
    return roundResult({sign, exponent, x.number.significand, 0}, control, status, true);
}

FloatResult remainder(const Float80 &a, const Float80 &b, uint16_t control, bool nearest) {
    using Wide = unsigned __int128;
    FloatOperand x = inspect(a);
    FloatOperand y = inspect(b);
    if (!x.isNumber() || !y.isNumber()) return propagateNan(a, x, b, y);
    if (x.isInfinite() || y.isZero()) return invalid;
    uint16_t status = denormalFlag(x, y);
    if (status & ~control) return {a, status};
    if (x.isZero()) return {a, status};
    if (y.isInfinite()) return unchanged(x.number, control, status);
    bool sign = x.number.negative;
    int32_t distance = x.number.exponent - y.number.exponent;
    if (distance < (nearest ? -1 : 0)) return roundNumber(x.number, control, status, true);
    Wide numerator = x.number.significand;
    Wide divisor = y.number.significand;
    int32_t exponent = y.number.exponent;
    if (distance < 64) {
        if (distance < 0) {
            divisor <<= 1;
            exponent = x.number.exponent;
        } else {
            numerator <<= distance;
        }
    } else {
        // Each step takes off between 32 and 63 bits of the quotient; which number is the
        // implementation's (SDM, FPREM). As the P6 does: so many that a multiple of 32 remains.
        int32_t step = 32 + distance % 32;
        numerator <<= step;
        exponent += distance - step;
        status |= x87status::C2;
    }
    Wide quotient = numerator / divisor;
    Wide rest = numerator % divisor;
    if (distance < 64) {
        if (nearest && (rest << 1 > divisor || (rest << 1 == divisor && (quotient & 1)))) {
            rest = divisor - rest;
            sign = !sign;
            ++quotient;
        }
        if (quotient & 1) status |= x87status::C1;
        if (quotient & 2) status |= x87status::C3;
        if (quotient & 4) status |= x87status::C0;
    }
    if (rest == 0) return {signedZero(x.number.negative), status};
    // The remainder is below 2^64 (at most half of a divisor of 65 bits).
    Unpacked number = unpackInteger(sign, static_cast<uint64_t>(rest));
    number.exponent += exponent - 63;
    FloatResult result = roundNumber(number, control, 0, true);
    result.status = static_cast<uint16_t>((result.status & ~x87status::C1) | status);
    return result;
}

Extracted extract(const Float80 &a, uint16_t control) {
    FloatOperand x = inspect(a);
    if (!x.isNumber()) {
        FloatResult nan = propagateNan(a, x, a, x);
        return {nan.value, nan.value, nan.status};
    }
    if (x.isInfinite()) return {a, infinity(false), 0};
    if (x.isZero()) return {a, infinity(true), fpflags::ZE};
    uint16_t status = denormalFlag(x, x);
    if (status & ~control) return {a, a, status};
    auto sign = static_cast<uint16_t>(x.number.negative ? signBit : 0);
    return {{x.number.significand, static_cast<uint16_t>(bias | sign)},
            fromInteger(x.number.exponent),
            status};
}

uint16_t compare(const Float80 &a, const Float80 &b, bool quiet) {
    using namespace x87status;
    FloatOperand x = inspect(a);
    FloatOperand y = inspect(b);
    if (!x.isNumber() || !y.isNumber()) {
        bool quietNans = x.kind <= FloatKind::QuietNan && y.kind <= FloatKind::QuietNan;
        bool raises = !(quiet && quietNans);
        return static_cast<uint16_t>(C3 | C2 | C0 | (raises ? fpflags::IE : 0));
    }
    uint16_t status = denormalFlag(x, y);
    int order = 0;
    if (x.isZero() && y.isZero()) return status | C3;
    if (x.isZero())
        order = y.number.negative ? 1 : -1;
    else if (y.isZero())
        order = x.number.negative ? -1 : 1;
    else {
        // An infinity is larger than any number.
        if (x.isInfinite()) x.number.exponent = 1 << 20;
        if (y.isInfinite()) y.number.exponent = 1 << 20;
        order = compareUnpacked(x.number, y.number);
    }
    return static_cast<uint16_t>(status | (order < 0 ? C0 : order == 0 ? C3 : 0));
}

} // namespace bootglass
