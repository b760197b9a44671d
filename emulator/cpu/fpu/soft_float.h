// SPDX-License-Identifier: GPL-3.0-or-later
// Binary floating point in integers (IEEE 754, as the x87 and SSE do it): one set of operations on
// unpacked numbers, and one rounding that serves single, double and double-extended formats. The
// same bits on every host, flags included.
//
//   value = (-1)^negative * significand * 2^(exponent - 63), bit 63 of the significand set
//
// An exact result keeps 64 more bits below its significand, of which the last is sticky.
#pragma once

#include <cstdint>

namespace bootglass {

/// Exception flags where the x87 status word and MXCSR agree (SDM vol. 1, 8.1.3 and 10.2.3).
namespace fpflags {
inline constexpr uint16_t IE = 1, DE = 2, ZE = 4, OE = 8, UE = 16, PE = 32, all = 63;
/// Found before the operation is done; unmasked, they leave the destination alone.
inline constexpr uint16_t before = IE | DE | ZE;
} // namespace fpflags

/// As RC in the x87 control word and MXCSR.
enum class RoundTo : uint8_t { Nearest, Down, Up, Zero };

/// A finite number other than zero.
struct Unpacked {
    bool negative = false;
    int32_t exponent = 0;
    uint64_t significand = 0;
};

/// An exact result, or one whose last bit is sticky. Both words zero: zero.
struct Exact {
    bool negative = false;
    int32_t exponent = 0;
    uint64_t high = 0;
    uint64_t low = 0;

    bool zero() const { return (high | low) == 0; }
};

/// What a result is rounded to.
struct Rounding {
    RoundTo mode = RoundTo::Nearest;
    uint8_t precision = 64;    // bits of the significand
    int32_t smallest = -16382; // exponents of normal numbers
    int32_t largest = 16383;
    /// Exceptions that are masked: what underflow and overflow deliver depends on it.
    uint16_t masked = fpflags::all;
    /// Added to (taken from) the exponent when an underflow (overflow) is not masked.
    int32_t wrap = 24576;
    /// SSE's FTZ: tiny results become zero.
    bool flushToZero = false;
};

struct Rounded {
    enum class Kind : uint8_t { Zero, Finite, Infinity };
    Kind kind = Kind::Zero;
    bool negative = false;
    /// Denormals have the exponent `smallest` and bit 63 clear.
    int32_t exponent = 0;
    uint64_t significand = 0;
    uint16_t flags = 0;
    bool up = false; // the magnitude was rounded up
};

/// Rounds a result other than zero.
Rounded roundExact(const Exact &exact, const Rounding &rounding);

/// Of a positive number. Sums, products and quotients are in exact_arithmetic.h.
Exact squareRootExact(Unpacked a);

/// -1, 0, 1: a < b, a = b, a > b.
int compareUnpacked(Unpacked a, Unpacked b);

/// Rounded to an integer of at most 64 bits and a sign; `fits` is false if the magnitude needs
/// more.
struct RoundedInteger {
    uint64_t magnitude = 0;
    bool fits = true;
    bool inexact = false;
    bool up = false;
};
RoundedInteger roundToInteger(Unpacked a, RoundTo mode);

/// An integer other than zero, unpacked.
Unpacked unpackInteger(bool negative, uint64_t magnitude);

} // namespace bootglass
