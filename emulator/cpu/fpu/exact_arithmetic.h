// SPDX-License-Identifier: GPL-3.0-or-later
// Sums, products and quotients of unpacked numbers, before rounding (see soft_float.h). In a
// header, as the floating-point instructions of guests spend their time in them.
#pragma once

#include "emulator/cpu/fpu/soft_float.h"

#include <algorithm>
#include <bit>

namespace bootglass {

namespace exact {

using Wide = unsigned __int128;

constexpr Wide join(uint64_t high, uint64_t low) {
    return static_cast<Wide>(high) << 64 | low;
}

/// Shifts right; bits that fall out stay visible in bit 0.
constexpr Wide shiftRightSticky(Wide value, unsigned count) {
    if (count == 0) return value;
    if (count >= 128) return value != 0;
    return value >> count | ((value << (128 - count)) != 0);
}

/// Moves the leading one to bit 127; `exponent` belongs to bit 127.
inline Exact normalise(bool negative, int32_t exponent, Wide value) {
    if (value == 0) return {negative, 0, 0, 0};
    auto high = static_cast<uint64_t>(value >> 64);
    int zeros =
        high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<uint64_t>(value));
    value <<= zeros;
    return {negative, exponent - zeros, static_cast<uint64_t>(value >> 64),
            static_cast<uint64_t>(value)};
}

struct Quotient {
    uint64_t quotient, rest;
};
/// high:low / divisor; high < divisor.
inline Quotient divideWide(uint64_t high, uint64_t low, uint64_t divisor) {
#ifdef __x86_64__
    // The compiler would call a function for numbers of any size.
    Quotient result;
    asm("divq %[divisor]"
        : "=a"(result.quotient), "=d"(result.rest)
        : "a"(low), "d"(high), [divisor] "rm"(divisor)
        : "cc");
    return result;
#else
    Wide numerator = join(high, low);
    return {static_cast<uint64_t>(numerator / divisor), static_cast<uint64_t>(numerator % divisor)};
#endif
}

} // namespace exact

inline Exact addExact(Unpacked a, Unpacked b) {
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.significand < b.significand))
        std::swap(a, b);
    auto distance = static_cast<uint32_t>(a.exponent) - static_cast<uint32_t>(b.exponent);
    // One bit is left free for the carry.
    exact::Wide large = static_cast<exact::Wide>(a.significand) << 63;
    exact::Wide small = exact::shiftRightSticky(static_cast<exact::Wide>(b.significand) << 63,
                                                std::min(distance, 128U));
    exact::Wide sum = a.negative == b.negative ? large + small : large - small;
    return exact::normalise(a.negative, a.exponent + 1, sum);
}

inline Exact multiplyExact(Unpacked a, Unpacked b) {
    exact::Wide product = static_cast<exact::Wide>(a.significand) * b.significand;
    int32_t exponent = a.exponent + b.exponent + 1;
    if (!(product >> 127)) {
        product <<= 1;
        --exponent;
    }
    return {a.negative != b.negative, exponent, static_cast<uint64_t>(product >> 64),
            static_cast<uint64_t>(product)};
}

inline Exact divideExact(Unpacked a, Unpacked b) {
    bool small = a.significand < b.significand;
    exact::Wide numerator = static_cast<exact::Wide>(a.significand) << (small ? 64 : 63);
    auto [quotient, rest] = exact::divideWide(static_cast<uint64_t>(numerator >> 64),
                                              static_cast<uint64_t>(numerator), b.significand);
    // The next bit, and whether anything follows it.
    exact::Wide twice = static_cast<exact::Wide>(rest) << 1;
    uint64_t low = 0;
    if (twice >= b.significand) {
        low = uint64_t{1} << 63;
        twice -= b.significand;
    }
    low |= twice != 0;
    return {a.negative != b.negative, a.exponent - b.exponent - small, quotient, low};
}

} // namespace bootglass
