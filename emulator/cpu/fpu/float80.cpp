// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/fpu/float80.h"

#include <bit>

namespace bootglass {

using namespace float80;

FloatOperand inspect(const Float80 &value) {
    FloatOperand operand;
    int32_t exponent = value.signExponent & exponentMask;
    operand.number = {negative(value), exponent - bias, value.significand};
    if (exponent == 0) {
        if (value.significand == 0) return operand;
        // Denormals and pseudo-denormals have the exponent of the smallest normals.
        int zeros = std::countl_zero(value.significand);
        operand.kind = FloatKind::Finite;
        operand.denormal = true;
        operand.number.exponent = 1 - bias - zeros;
        operand.number.significand = value.significand << zeros;
    } else if (!(value.significand & integerBit)) {
        operand.kind = FloatKind::Unsupported;
    } else if (exponent != exponentMask) {
        operand.kind = FloatKind::Finite;
    } else if (value.significand == integerBit) {
        operand.kind = FloatKind::Infinity;
    } else {
        operand.kind =
            value.significand & quietBit ? FloatKind::QuietNan : FloatKind::SignallingNan;
    }
    return operand;
}

FloatResult propagateNan(const Float80 &a, const FloatOperand &x, const Float80 &b,
                         const FloatOperand &y) {
    if (x.kind == FloatKind::Unsupported || y.kind == FloatKind::Unsupported)
        return {indefinite, fpflags::IE};
    bool aSignals = x.kind == FloatKind::SignallingNan;
    bool bSignals = y.kind == FloatKind::SignallingNan;
    bool takeA = true;
    if (!x.isNan()) {
        takeA = false;
    } else if (y.isNan()) {
        // SDM vol. 1, table 4-7: of an SNaN and a QNaN the QNaN; of two alike the larger
        // significand, and the positive one if these are equal.
        if (aSignals != bSignals)
            takeA = bSignals;
        else if (a.significand != b.significand)
            takeA = a.significand > b.significand;
        else
            takeA = a.signExponent <= b.signExponent;
    }
    Float80 nan = takeA ? a : b;
    nan.significand |= quietBit;
    return {nan, aSignals || bSignals ? fpflags::IE : uint16_t{0}};
}

Rounding x87Rounding(uint16_t control, bool precise) {
    // 01b is reserved; it behaves as double-extended.
    static constexpr std::array<uint8_t, 4> precisions{24, 64, 53, 64};
    Rounding rounding;
    rounding.mode = roundingMode(control);
    rounding.masked = control & fpflags::all;
    if (!precise) rounding.precision = precisions[control >> 8 & 3];
    return rounding;
}

Float80 pack(const Rounded &rounded) {
    if (rounded.kind == Rounded::Kind::Infinity) return infinity(rounded.negative);
    if (rounded.kind == Rounded::Kind::Zero) return signedZero(rounded.negative);
    bool denormal = !(rounded.significand & integerBit);
    int32_t exponent = denormal ? 0 : rounded.exponent + bias;
    return {rounded.significand,
            static_cast<uint16_t>(exponent | (rounded.negative ? signBit : 0))};
}

FloatResult roundResult(const Exact &exact, uint16_t control, uint16_t status, bool precise) {
    Rounded rounded = roundExact(exact, x87Rounding(control, precise));
    return {pack(rounded),
            static_cast<uint16_t>(status | rounded.flags | (rounded.up ? x87status::C1 : 0))};
}

namespace {

/// An IEEE interchange format: how it lies in its bits.
struct Interchange {
    unsigned fractionBits;
    unsigned exponentBits;
    constexpr int32_t bias() const { return (1 << (exponentBits - 1)) - 1; }
    constexpr uint64_t exponentMask() const { return (uint64_t{1} << exponentBits) - 1; }
    constexpr uint64_t sign() const { return uint64_t{1} << (fractionBits + exponentBits); }
    constexpr uint64_t infinity() const { return exponentMask() << fractionBits; }
};
constexpr Interchange single{23, 8}, dual{52, 11};

template<Interchange format>
FloatResult widen(uint64_t bits) {
    bool negative = bits & format.sign();
    uint64_t exponent = bits >> format.fractionBits & format.exponentMask();
    uint64_t fraction = bits << (63 - format.fractionBits) & ~integerBit;
    auto sign = static_cast<uint16_t>(negative ? signBit : 0);
    if (exponent == format.exponentMask()) {
        if (fraction == 0) return {float80::infinity(negative)};
        return {{fraction | integerBit, static_cast<uint16_t>(sign | 0x7FFF)}};
    }
    int32_t rebias = float80::bias - format.bias();
    if (exponent != 0) {
        auto biased = static_cast<int32_t>(exponent) + rebias;
        return {{fraction | integerBit, static_cast<uint16_t>(sign | biased)}};
    }
    if (fraction == 0) return {signedZero(negative)};
    int zeros = std::countl_zero(fraction);
    return {{fraction << zeros, static_cast<uint16_t>(sign | (1 + rebias - zeros))}, fpflags::DE};
}

/// To nearest, between normal numbers of both formats; false: see narrow().
template<Interchange format>
bool narrowPlainly(const Float80 &value, uint16_t control, BitsResult &result) {
    if (!isNormal(value) || roundingMode(control) != RoundTo::Nearest) return false;
    constexpr unsigned dropped = 63 - format.fractionBits;
    constexpr uint64_t half = uint64_t{1} << 63;
    uint64_t rest = value.significand << (64 - dropped);
    uint64_t kept = value.significand >> dropped;
    bool up = rest > half || (rest == half && (kept & 1));
    kept += up; // a carry leaves zeros as the fraction
    int32_t exponent = (value.signExponent & exponentMask) - float80::bias + format.bias() +
                       static_cast<int32_t>(kept >> (format.fractionBits + 1));
    if (exponent < 1 || exponent >= static_cast<int32_t>(format.exponentMask())) return false;
    uint64_t fraction = kept & ((uint64_t{1} << format.fractionBits) - 1);
    result.bits = (negative(value) ? format.sign() : 0) |
                  static_cast<uint64_t>(exponent) << format.fractionBits | fraction;
    result.status = static_cast<uint16_t>((rest != 0 ? fpflags::PE : 0) | (up ? x87status::C1 : 0));
    return true;
}

template<Interchange format>
BitsResult narrow(const Float80 &value, uint16_t control) {
    BitsResult result;
    if (narrowPlainly<format>(value, control, result)) [[likely]]
        return result;
    FloatOperand x = inspect(value);
    uint64_t sign = x.number.negative ? format.sign() : 0;
    switch (x.kind) {
    case FloatKind::Zero: return {sign};
    case FloatKind::Infinity: return {sign | format.infinity()};
    case FloatKind::Unsupported: {
        uint64_t quiet = uint64_t{1} << (format.fractionBits - 1);
        return {format.sign() | format.infinity() | quiet, fpflags::IE};
    }
    case FloatKind::QuietNan:
    case FloatKind::SignallingNan: {
        uint64_t fraction = (value.significand | quietBit) << 1 >> (64 - format.fractionBits);
        bool signals = x.kind == FloatKind::SignallingNan;
        return {sign | format.infinity() | fraction, signals ? fpflags::IE : uint16_t{0}};
    }
    default: break;
    }
    Rounding rounding{.mode = roundingMode(control),
                      .precision = format.fractionBits + 1,
                      .smallest = 1 - format.bias(),
                      .largest = format.bias(),
                      .masked = static_cast<uint16_t>(control & fpflags::all)};
    Rounded rounded =
        roundExact({x.number.negative, x.number.exponent, x.number.significand, 0}, rounding);
    auto status = static_cast<uint16_t>(rounded.flags | (rounded.up ? x87status::C1 : 0));
    if (rounded.kind == Rounded::Kind::Zero) return {sign, status};
    if (rounded.kind == Rounded::Kind::Infinity) return {sign | format.infinity(), status};
    uint64_t fraction = rounded.significand << 1 >> (64 - format.fractionBits);
    bool denormal = !(rounded.significand & integerBit);
    uint64_t exponent = denormal ? 0 : static_cast<uint64_t>(rounded.exponent + format.bias());
    return {sign | (exponent & format.exponentMask()) << format.fractionBits | fraction, status};
}

} // namespace

FloatResult fromSingle(uint32_t bits) {
    return widen<single>(bits);
}

FloatResult fromAnyDouble(uint64_t bits) {
    return widen<dual>(bits);
}

BitsResult toSingle(const Float80 &value, uint16_t control) {
    return narrow<single>(value, control);
}

BitsResult toDouble(const Float80 &value, uint16_t control) {
    return narrow<dual>(value, control);
}

Float80 fromInteger(int64_t value) {
    if (value == 0) return zero;
    bool negative = value < 0;
    auto magnitude = static_cast<uint64_t>(value);
    Unpacked number = unpackInteger(negative, negative ? 0 - magnitude : magnitude);
    return {number.significand,
            static_cast<uint16_t>((number.exponent + bias) | (negative ? signBit : 0))};
}

BitsResult toInteger(const Float80 &value, unsigned bits, uint16_t control) {
    uint64_t indefiniteInteger = uint64_t{1} << (bits - 1);
    BitsResult invalid{indefiniteInteger, fpflags::IE};
    FloatOperand x = inspect(value);
    if (x.isZero()) return {0};
    if (!x.finite()) return invalid;
    RoundedInteger rounded = roundToInteger(x.number, roundingMode(control));
    uint64_t most = x.number.negative ? indefiniteInteger : indefiniteInteger - 1;
    if (!rounded.fits || rounded.magnitude > most) return invalid;
    uint64_t result = x.number.negative ? 0 - rounded.magnitude : rounded.magnitude;
    auto status = static_cast<uint16_t>((rounded.inexact ? fpflags::PE : 0) |
                                        (rounded.up ? x87status::C1 : 0));
    return {result & (indefiniteInteger | (indefiniteInteger - 1)), status};
}

Float80 fromBcd(uint64_t low, uint16_t high) {
    // Digits above 9 are undefined; they count as they are.
    uint64_t value = (high >> 4 & 15) * 10U + (high & 15);
    for (int shift = 60; shift >= 0; shift -= 4)
        value = value * 10 + (low >> shift & 15);
    Float80 result = fromInteger(static_cast<int64_t>(value));
    if (high & 0x8000) result.signExponent |= signBit;
    return result;
}

BcdResult toBcd(const Float80 &value, uint16_t control) {
    constexpr BcdResult invalid{0xC000000000000000, 0xFFFF, fpflags::IE};
    constexpr uint64_t most = 999'999'999'999'999'999;
    FloatOperand x = inspect(value);
    auto sign = static_cast<uint16_t>(x.number.negative ? 0x8000 : 0);
    if (x.isZero()) return {0, sign, 0};
    if (!x.finite()) return invalid;
    RoundedInteger rounded = roundToInteger(x.number, roundingMode(control));
    if (!rounded.fits || rounded.magnitude > most) return invalid;
    uint64_t rest = rounded.magnitude;
    BcdResult result;
    for (unsigned shift = 0; shift < 64; shift += 4, rest /= 10)
        result.low |= rest % 10 << shift;
    result.high = static_cast<uint16_t>(sign | (rest / 10 << 4) | rest % 10);
    result.status = static_cast<uint16_t>((rounded.inexact ? fpflags::PE : 0) |
                                          (rounded.up ? x87status::C1 : 0));
    return result;
}

} // namespace bootglass
