// SPDX-License-Identifier: GPL-3.0-or-later
// Single and double precision as SSE computes it (SDM vol. 1, 10.2.3, 11.5 and appendix E):
// functions of bit patterns and MXCSR that tell the exceptions they raise. In integers throughout,
// so that the bits are the same on every host.
#pragma once

#include "emulator/cpu/fpu/soft_float.h"

#include <cstdint>
#include <type_traits>

namespace bootglass::simd {

namespace mxcsr {
inline constexpr uint32_t DAZ = 1U << 6, FZ = 1U << 15, masksShift = 7, roundingShift = 13;
}

/// An interchange format; Bits is uint32_t (single) or uint64_t (double).
template<typename Bits>
struct Format {
    static constexpr unsigned fractionBits = sizeof(Bits) == 4 ? 23 : 52;
    static constexpr int32_t bias = sizeof(Bits) == 4 ? 127 : 1023;
    static constexpr Bits sign = Bits{1} << (8 * sizeof(Bits) - 1);
    static constexpr Bits fraction = (Bits{1} << fractionBits) - 1;
    static constexpr Bits infinity = sign - (Bits{1} << fractionBits);
    static constexpr Bits quiet = Bits{1} << (fractionBits - 1);
    static constexpr Bits indefinite = sign | infinity | quiet;
    static constexpr Bits one = static_cast<Bits>(bias) << fractionBits;

    static constexpr bool isNan(Bits bits) { return (bits & ~sign) > infinity; }
    static constexpr bool isSignalling(Bits bits) { return isNan(bits) && !(bits & quiet); }
    static constexpr bool isInfinite(Bits bits) { return (bits & ~sign) == infinity; }
    static constexpr bool isZero(Bits bits) { return (bits & ~sign) == 0; }
    static constexpr bool isDenormal(Bits bits) {
        return (bits & infinity) == 0 && (bits & fraction) != 0;
    }
    /// Of a finite number other than zero.
    static Unpacked unpack(Bits bits) {
        bool negative = bits & sign;
        if (isDenormal(bits)) {
            Unpacked number = unpackInteger(negative, bits & fraction);
            number.exponent += 1 - bias - static_cast<int32_t>(fractionBits);
            return number;
        }
        uint64_t significand = (uint64_t{bits & fraction} | uint64_t{1} << fractionBits)
                               << (63 - fractionBits);
        return {negative, static_cast<int32_t>((bits & infinity) >> fractionBits) - bias,
                significand};
    }
    static Bits pack(const Rounded &rounded) {
        Bits signBits = rounded.negative ? sign : 0;
        if (rounded.kind == Rounded::Kind::Zero) return signBits;
        if (rounded.kind == Rounded::Kind::Infinity) return signBits | infinity;
        bool denormal = !(rounded.significand >> 63);
        auto exponent = static_cast<Bits>(denormal ? 0 : rounded.exponent + bias);
        auto bits = static_cast<Bits>(rounded.significand >> (63 - fractionBits));
        return signBits | (exponent << fractionBits & infinity) | (bits & fraction);
    }
};

template<typename Bits>
struct SseResult {
    Bits bits = 0;
    uint16_t flags = 0;
};

/// What MXCSR says about an operation.
struct SseControl {
    explicit SseControl(uint32_t value)
        : masked(value >> mxcsr::masksShift & fpflags::all),
          mode(static_cast<RoundTo>(value >> mxcsr::roundingShift & 3)),
          denormalsAreZeros(value & mxcsr::DAZ),
          flushToZero(value & mxcsr::FZ) {}

    uint16_t masked;
    RoundTo mode;
    bool denormalsAreZeros;
    bool flushToZero;

    template<typename Bits>
    Rounding rounding() const {
        return {.mode = mode,
                .precision = Format<Bits>::fractionBits + 1,
                .smallest = 1 - Format<Bits>::bias,
                .largest = Format<Bits>::bias,
                .masked = masked,
                .wrap = sizeof(Bits) == 4 ? 192 : 1536,
                .flushToZero = flushToZero};
    }
    /// The operand as the operation sees it.
    template<typename Bits>
    Bits operand(Bits bits) const {
        return denormalsAreZeros && Format<Bits>::isDenormal(bits) ? bits & Format<Bits>::sign
                                                                   : bits;
    }
};

template<typename Bits>
SseResult<Bits> roundTo(const Exact &exact, const SseControl &control, uint16_t flags = 0) {
    Rounded rounded = roundExact(exact, control.rounding<Bits>());
    return {Format<Bits>::pack(rounded), static_cast<uint16_t>(flags | rounded.flags)};
}

/// The NaN of an operation with at least one: the first operand's if it is one.
template<typename Bits>
SseResult<Bits> nanOf(Bits a, Bits b) {
    using F = Format<Bits>;
    bool signals = F::isSignalling(a) || F::isSignalling(b);
    return {static_cast<Bits>((F::isNan(a) ? a : b) | F::quiet),
            signals ? fpflags::IE : uint16_t{0}};
}

template<typename Bits>
uint16_t denormalFlag(Bits a, Bits b) {
    return Format<Bits>::isDenormal(a) || Format<Bits>::isDenormal(b) ? fpflags::DE : uint16_t{0};
}

/// a + b
template<typename Bits>
SseResult<Bits> sum(Bits a, Bits b, const SseControl &control);
template<typename Bits>
SseResult<Bits> difference(Bits a, Bits b, const SseControl &control);
template<typename Bits>
SseResult<Bits> product(Bits a, Bits b, const SseControl &control);
template<typename Bits>
SseResult<Bits> quotient(Bits a, Bits b, const SseControl &control);
/// Of b; a is not looked at.
template<typename Bits>
SseResult<Bits> root(Bits a, Bits b, const SseControl &control);
template<typename Bits>
SseResult<Bits> minimum(Bits a, Bits b, const SseControl &control);
template<typename Bits>
SseResult<Bits> maximum(Bits a, Bits b, const SseControl &control);

enum class Order : uint8_t { Less, Equal, Greater, Unordered };
struct Comparison {
    Order order = Order::Unordered;
    uint16_t flags = 0;
};
/// `quiet`: quiet NaNs raise nothing.
template<typename Bits>
Comparison compare(Bits a, Bits b, const SseControl &control, bool quiet);

/// To a signed 32-bit integer.
template<typename Bits>
SseResult<uint32_t> toInteger(Bits a, const SseControl &control, bool truncate);
template<typename Bits>
SseResult<Bits> fromInteger(uint32_t value, const SseControl &control);
/// Between the formats.
SseResult<uint64_t> widen(uint32_t a, const SseControl &control);
SseResult<uint32_t> narrow(uint64_t a, const SseControl &control);

/// RCPPS and RSQRTPS: no exceptions, no rounding control, denormals count as zeros. Intel's tables
/// are not public and differ between processors; this is the exact value rounded to 12 bits, within
/// the documented bound of 1.5 * 2^-12.
uint32_t reciprocal(uint32_t a);
uint32_t reciprocalRoot(uint32_t a);

} // namespace bootglass::simd
