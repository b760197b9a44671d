// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/fpu/transcendental.h"

#include <cstdint>
// MPFR offers its functions on intmax_t only to those who ask before including it.
#define MPFR_USE_INTMAX_T 1
#include <mpfr.h>

namespace bootglass {

using namespace float80;

namespace {

constexpr FloatResult invalid{indefinite, fpflags::IE};

/// An MPFR number with room for exact products of the reduction, and far beyond what rounding
/// needs.
class Number {
  public:
    Number() { mpfr_init2(value_, 320); }
    explicit Number(const Unpacked &from) : Number() {
        mpfr_set_uj_2exp(value_, from.significand, from.exponent - 63, MPFR_RNDZ);
        if (from.negative) mpfr_neg(value_, value_, MPFR_RNDZ);
    }
    explicit Number(const FloatOperand &from) : Number(from.number) {
        int sign = from.number.negative ? -1 : 1;
        if (from.isZero()) mpfr_set_zero(value_, sign);
        if (from.isInfinite()) mpfr_set_inf(value_, sign);
    }
    ~Number() { mpfr_clear(value_); }
    Number(const Number &) = delete;
    Number &operator=(const Number &) = delete;
    operator mpfr_ptr() { return value_; } // NOLINT: MPFR's functions take it as is

    /// The value in 128 bits. Results of transcendental functions are irrational but for those that
    /// the callers sort out, so more always follows.
    Exact exact() {
        auto exponent = static_cast<int32_t>(mpfr_get_exp(value_)) - 1;
        bool negative = mpfr_signbit(value_);
        mpfr_abs(value_, value_, MPFR_RNDZ);
        mpfr_mul_2si(value_, value_, 63 - exponent, MPFR_RNDZ);
        uint64_t high = mpfr_get_uj(value_, MPFR_RNDZ);
        mpfr_frac(value_, value_, MPFR_RNDZ);
        mpfr_mul_2si(value_, value_, 64, MPFR_RNDZ);
        uint64_t low = mpfr_get_uj(value_, MPFR_RNDZ);
        bool rest = !mpfr_integer_p(value_);
        return {negative, exponent, high, low | static_cast<uint64_t>(rest)};
    }

  private:
    mpfr_t value_;
};

FloatResult rounded(Number &value, uint16_t control, uint16_t status) {
    if (mpfr_zero_p(static_cast<mpfr_ptr>(value)))
        return {signedZero(mpfr_signbit(static_cast<mpfr_ptr>(value))), status};
    return roundResult(value.exact(), control, status, true);
}

uint16_t denormalFlag(const FloatOperand &x) {
    return x.denormal ? fpflags::DE : uint16_t{0};
}

/// An argument less the nearest multiple of pi/2.
struct Reduced {
    Number rest;
    unsigned quadrant = 0;

    explicit Reduced(const Unpacked &angle) {
        Number halfPi;
        mpfr_set_uj_2exp(halfPi, 0xC90FDAA22168C234, -63, MPFR_RNDZ);
        Number tail;
        mpfr_set_uj_2exp(tail, 3, -65, MPFR_RNDZ);
        mpfr_add(halfPi, halfPi, tail, MPFR_RNDZ);
        Number x(angle), multiple, product;
        mpfr_div(multiple, x, halfPi, MPFR_RNDN);
        mpfr_rint(multiple, multiple, MPFR_RNDN);
        mpfr_mul(product, multiple, halfPi, MPFR_RNDN); // exact, like the difference
        mpfr_sub(rest, x, product, MPFR_RNDN);
        quadrant = static_cast<unsigned>(mpfr_get_sj(multiple, MPFR_RNDN)) & 3;
    }
};

/// Arguments from 2^63 on are out of range: C2, and the operand stays.
bool outOfRange(const FloatOperand &x) {
    return x.number.exponent >= 63;
}

enum class Trigonometric { Sine, Cosine, Tangent };

template<Trigonometric function>
FloatResult trigonometric(const Float80 &a, uint16_t control) {
    FloatOperand x = inspect(a);
    if (!x.isNumber()) return propagateNan(a, x, a, x);
    if (x.isInfinite()) return invalid;
    if (x.isZero()) return {function == Trigonometric::Cosine ? one : a};
    if (outOfRange(x)) return {a, x87status::C2};
    uint16_t status = denormalFlag(x);
    if (status & ~control) return {a, status};
    Reduced angle(x.number);
    Number result;
    bool odd = angle.quadrant & 1;
    bool negated = angle.quadrant & 2;
    if constexpr (function == Trigonometric::Tangent) {
        if (odd)
            mpfr_cot(result, angle.rest, MPFR_RNDZ);
        else
            mpfr_tan(result, angle.rest, MPFR_RNDZ);
        negated = odd;
    } else {
        constexpr bool cosine = function == Trigonometric::Cosine;
        if (odd != cosine)
            mpfr_cos(result, angle.rest, MPFR_RNDZ);
        else
            mpfr_sin(result, angle.rest, MPFR_RNDZ);
        if (cosine && odd) negated = !negated;
    }
    if (negated) mpfr_neg(result, result, MPFR_RNDZ);
    return rounded(result, control, status);
}

/// sign(y) * log2, where one of them is infinite or zero and the product is so, too.
FloatResult product(bool infinite, bool negative, uint16_t status) {
    return {infinite ? infinity(negative) : signedZero(negative), status};
}

} // namespace

FloatResult sine(const Float80 &a, uint16_t control) {
    return trigonometric<Trigonometric::Sine>(a, control);
}

FloatResult cosine(const Float80 &a, uint16_t control) {
    return trigonometric<Trigonometric::Cosine>(a, control);
}

FloatResult tangent(const Float80 &a, uint16_t control) {
    return trigonometric<Trigonometric::Tangent>(a, control);
}

FloatResult arcTangent(const Float80 &y, const Float80 &x, uint16_t control) {
    FloatOperand b = inspect(y);
    FloatOperand a = inspect(x);
    if (!a.isNumber() || !b.isNumber()) return propagateNan(y, b, x, a);
    auto status = static_cast<uint16_t>(denormalFlag(a) | denormalFlag(b));
    if (status & ~control) return {y, status};
    // Table 3-31 of the SDM (FPATAN) is what C99's atan2 delivers.
    Number ordinate(b), abscissa(a), result;
    mpfr_atan2(result, ordinate, abscissa, MPFR_RNDZ);
    return rounded(result, control, status);
}

FloatResult exponentialMinusOne(const Float80 &a, uint16_t control) {
    FloatOperand x = inspect(a);
    if (!x.isNumber()) return propagateNan(a, x, a, x);
    if (x.isZero()) return {a};
    bool negative = x.number.negative;
    constexpr Float80 minusOne{integerBit, bias | signBit},
        minusHalf{integerBit, (bias - 1) | signBit};
    if (x.isInfinite()) return {negative ? minusOne : a};
    uint16_t status = denormalFlag(x);
    if (status & ~control) return {a, status};
    // Beyond -1..1 the result is undefined: the operand, as on hardware.
    if (x.number.exponent >= 0) {
        bool isOne = x.number.exponent == 0 && x.number.significand == integerBit;
        return {isOne && negative ? minusHalf : a, status};
    }
    Number exponent(x.number), ln2;
    mpfr_const_log2(ln2, MPFR_RNDN);
    mpfr_mul(exponent, exponent, ln2, MPFR_RNDN);
    mpfr_expm1(exponent, exponent, MPFR_RNDZ);
    return rounded(exponent, control, status);
}

FloatResult logarithm(const Float80 &y, const Float80 &x, uint16_t control) {
    FloatOperand a = inspect(x);
    FloatOperand b = inspect(y);
    if (!a.isNumber() || !b.isNumber()) return propagateNan(y, b, x, a);
    if (a.number.negative && !a.isZero()) return invalid;
    bool sign = b.number.negative;
    if (a.isZero()) {
        if (b.isZero()) return invalid;
        return product(true, !sign, b.isInfinite() ? uint16_t{0} : fpflags::ZE);
    }
    bool isOne = x == one;
    if ((a.isInfinite() && b.isZero()) || (isOne && b.isInfinite())) return invalid;
    auto status = static_cast<uint16_t>(denormalFlag(a) | denormalFlag(b));
    if (status & ~control) return {y, status};
    bool negative = sign != (a.finite() && a.number.exponent < 0);
    if (a.isInfinite() || b.isInfinite()) return product(true, negative, status);
    if (b.isZero() || isOne) return product(false, negative, status);
    Number factor(b), result(a);
    mpfr_log2(result, result, MPFR_RNDZ);
    mpfr_mul(result, result, factor, MPFR_RNDZ);
    return rounded(result, control, status);
}

FloatResult logarithmPlusOne(const Float80 &y, const Float80 &x, uint16_t control) {
    FloatOperand a = inspect(x);
    FloatOperand b = inspect(y);
    if (!a.isNumber() || !b.isNumber()) return propagateNan(y, b, x, a);
    bool sign = b.number.negative;
    bool negative = sign != a.number.negative;
    // Below -1 there is no logarithm; at -1, it is outside the defined range, too.
    if (a.number.negative && !a.isZero() && (a.isInfinite() || a.number.exponent >= 0))
        return invalid;
    if ((a.isInfinite() && b.isZero()) || (a.isZero() && b.isInfinite())) return invalid;
    auto status = static_cast<uint16_t>(denormalFlag(a) | denormalFlag(b));
    if (status & ~control) return {y, status};
    if (a.isInfinite() || b.isInfinite()) return product(true, negative, status);
    if (a.isZero() || b.isZero()) return product(false, negative, status);
    Number factor(b), result(a), ln2;
    mpfr_log1p(result, result, MPFR_RNDN);
    mpfr_const_log2(ln2, MPFR_RNDN);
    mpfr_div(result, result, ln2, MPFR_RNDN);
    mpfr_mul(result, result, factor, MPFR_RNDZ);
    return rounded(result, control, status);
}

} // namespace bootglass
