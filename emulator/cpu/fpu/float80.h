// SPDX-License-Identifier: GPL-3.0-or-later
// Double-extended values as the x87 sees them (SDM vol. 1, 4.2.2 and 8.2): what an operand is, and
// conversions to and from the formats in memory. All are functions of their arguments: `control` is
// the x87 control word, and a result carries the status bits that it raises.
#pragma once

#include "emulator/cpu/fpu/soft_float.h"
#include "emulator/cpu/fpu_state.h"

#include <array>

namespace bootglass {

namespace x87status {
inline constexpr uint16_t SF = 1U << 6, ES = 1U << 7, C0 = 1U << 8, C1 = 1U << 9, C2 = 1U << 10,
                          C3 = 1U << 14, B = 1U << 15, conditions = C0 | C1 | C2 | C3;
}

namespace float80 {
inline constexpr uint16_t exponentMask = 0x7FFF, signBit = 0x8000;
inline constexpr uint64_t integerBit = uint64_t{1} << 63, quietBit = uint64_t{1} << 62;
inline constexpr int32_t bias = 16383;
/// The default NaN: what masked invalid operations deliver (SDM vol. 1, table 4-3).
inline constexpr Float80 indefinite{integerBit | quietBit, 0xFFFF};
inline constexpr Float80 zero{0, 0}, one{integerBit, bias};

constexpr Float80 infinity(bool negative) {
    return {integerBit, static_cast<uint16_t>(exponentMask | (negative ? signBit : 0))};
}
constexpr Float80 signedZero(bool negative) {
    return {0, negative ? signBit : uint16_t{0}};
}
constexpr bool negative(const Float80 &value) {
    return value.signExponent & signBit;
}
} // namespace float80

/// A value and the status bits (exceptions, C1 ...) that come with it. If `status` holds an
/// unmasked exception of the kind found beforehand, the value must not be used.
struct FloatResult {
    Float80 value;
    uint16_t status = 0;
};
struct BitsResult {
    uint64_t bits = 0;
    uint16_t status = 0;
};

enum class FloatKind : uint8_t { Zero, Finite, Infinity, QuietNan, SignallingNan, Unsupported };

/// An operand taken apart. `number.negative` holds for every kind.
struct FloatOperand {
    FloatKind kind = FloatKind::Zero;
    bool denormal = false; // or pseudo-denormal
    Unpacked number;

    bool finite() const { return kind == FloatKind::Finite; }
    bool isZero() const { return kind == FloatKind::Zero; }
    bool isInfinite() const { return kind == FloatKind::Infinity; }
    bool isNumber() const { return kind <= FloatKind::Infinity; }
    bool isNan() const { return kind == FloatKind::QuietNan || kind == FloatKind::SignallingNan; }
};

/// True for what most operands are: finite, not zero, not denormal, a supported format.
constexpr bool isNormal(const Float80 &value) {
    unsigned exponent = value.signExponent & float80::exponentMask;
    return (value.significand >> 63) && exponent - 1 < 0x7FFE;
}
constexpr Unpacked unpackNormal(const Float80 &value) {
    return {float80::negative(value), (value.signExponent & float80::exponentMask) - float80::bias,
            value.significand};
}
FloatOperand inspect(const Float80 &value);

/// The NaN that an operation on a NaN delivers; both operands the same for one-operand
/// instructions.
FloatResult propagateNan(const Float80 &a, const FloatOperand &x, const Float80 &b,
                         const FloatOperand &y);

constexpr RoundTo roundingMode(uint16_t control) {
    return static_cast<RoundTo>(control >> 10 & 3);
}
/// Rounding as the control word says; precision control applies only where `precise` is false.
Rounding x87Rounding(uint16_t control, bool precise);
Float80 pack(const Rounded &rounded);
/// Rounds and packs; `status` is added to what the rounding raises.
FloatResult roundResult(const Exact &exact, uint16_t control, uint16_t status,
                        bool precise = false);

/// The same where all is as usual: to nearest, 64 bits, nothing near the ends of the format. The
/// exponent is biased. False: ask roundResult().
[[gnu::always_inline]] inline bool roundPlainly(bool negative, int32_t exponent, uint64_t high,
                                                uint64_t low, uint16_t control,
                                                FloatResult &result) {
    constexpr uint16_t precisionAndRounding = 0xF00, extendedToNearest = 0x300;
    if ((control & precisionAndRounding) != extendedToNearest) return false;
    constexpr uint64_t half = uint64_t{1} << 63;
    bool up = low > half || (low == half && (high & 1));
    high += up;
    if (up && high == 0) {
        high = half;
        ++exponent;
    }
    if (static_cast<uint32_t>(exponent - 1) >= 0x7FFE) return false;
    auto sign = negative ? float80::signBit : uint16_t{0};
    result.value = {high, static_cast<uint16_t>(exponent | sign)};
    result.status = static_cast<uint16_t>((low != 0 ? fpflags::PE : 0) | (up ? x87status::C1 : 0));
    return true;
}
inline FloatResult roundNormal(const Exact &exact, uint16_t control) {
    FloatResult result;
    if (roundPlainly(exact.negative, exact.exponent + float80::bias, exact.high, exact.low, control,
                     result)) [[likely]]
        return result;
    return roundResult(exact, control, 0);
}

/// Operands from memory, as arithmetic sees them: signalling NaNs stay so, a denormal (which
/// becomes a normal number) is told by DE.
FloatResult fromSingle(uint32_t bits);
FloatResult fromAnyDouble(uint64_t bits);
inline FloatResult fromDouble(uint64_t bits) {
    auto exponent = static_cast<uint32_t>(bits >> 52 & 0x7FF);
    if (exponent - 1 >= 0x7FE) [[unlikely]]
        return fromAnyDouble(bits);
    auto sign = static_cast<uint32_t>(bits >> 63 << 15);
    return {{bits << 11 | float80::integerBit,
             static_cast<uint16_t>(sign | (exponent + float80::bias - 1023))}};
}
Float80 fromInteger(int64_t value);
/// FBLD: 18 decimal digits, two a byte, and a sign.
Float80 fromBcd(uint64_t low, uint16_t high);

BitsResult toSingle(const Float80 &value, uint16_t control);
BitsResult toDouble(const Float80 &value, uint16_t control);
/// To a signed integer of 16, 32 or 64 bits.
BitsResult toInteger(const Float80 &value, unsigned bits, uint16_t control);
struct BcdResult {
    uint64_t low = 0;
    uint16_t high = 0;
    uint16_t status = 0;
};
BcdResult toBcd(const Float80 &value, uint16_t control);

} // namespace bootglass
