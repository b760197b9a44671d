// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/fpu/soft_float.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bootglass {
namespace {

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
Exact normalise(bool negative, int32_t exponent, Wide value) {
    if (value == 0) return {negative, 0, 0, 0};
    auto high = static_cast<uint64_t>(value >> 64);
    int zeros =
        high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<uint64_t>(value));
    value <<= zeros;
    return {negative, exponent - zeros, static_cast<uint64_t>(value >> 64),
            static_cast<uint64_t>(value)};
}

/// True if discarding `rest` (as a fraction of one unit, in 1/2^64) rounds the magnitude up.
constexpr bool roundsUp(RoundTo mode, bool negative, bool odd, uint64_t rest) {
    constexpr uint64_t half = uint64_t{1} << 63;
    switch (mode) {
    case RoundTo::Nearest: return rest > half || (rest == half && odd);
    case RoundTo::Down: return negative && rest != 0;
    case RoundTo::Up: return !negative && rest != 0;
    default: return false;
    }
}

/// One step of rounding at `precision` bits below bit 127.
struct Step {
    uint64_t significand;
    bool carry; // out of bit 63: the significand is 1.000 of the next exponent
    bool inexact;
    bool up;
};
Step roundAt(Wide value, unsigned precision, RoundTo mode, bool negative) {
    unsigned dropped = 64 - precision;
    auto high = static_cast<uint64_t>(value >> 64);
    auto low = static_cast<uint64_t>(value);
    uint64_t rest = low;
    uint64_t unit = uint64_t{1} << dropped;
    if (dropped != 0) {
        rest = high << (64 - dropped) | static_cast<uint64_t>(low != 0);
        high &= ~(unit - 1);
    }
    if (rest == 0) return {high, false, false, false};
    bool up = roundsUp(mode, negative, high & unit, rest);
    if (!up) return {high, false, true, false};
    uint64_t sum = high + unit;
    bool carry = sum < high;
    return {carry ? uint64_t{1} << 63 : sum, carry, true, true};
}

Rounded overflow(const Exact &exact, const Rounding &rounding) {
    bool infinity = rounding.mode == RoundTo::Nearest ||
                    (rounding.mode == RoundTo::Down && exact.negative) ||
                    (rounding.mode == RoundTo::Up && !exact.negative);
    Rounded result{.kind = infinity ? Rounded::Kind::Infinity : Rounded::Kind::Finite,
                   .negative = exact.negative,
                   .exponent = rounding.largest,
                   .significand = ~uint64_t{0} << (64 - rounding.precision),
                   .flags = fpflags::OE | fpflags::PE,
                   .up = infinity};
    return result;
}

/// A masked underflow: the result is denormalised, then rounded at the same place of the register.
Rounded denormal(const Exact &exact, const Rounding &rounding) {
    if (rounding.flushToZero)
        return {.negative = exact.negative, .flags = fpflags::UE | fpflags::PE};
    auto distance = static_cast<unsigned>(rounding.smallest - exact.exponent);
    Wide value = shiftRightSticky(join(exact.high, exact.low), std::min(distance, 128U));
    Step step = roundAt(value, rounding.precision, rounding.mode, exact.negative);
    uint16_t flags = step.inexact ? fpflags::UE | fpflags::PE : 0;
    return {.kind = step.significand == 0 ? Rounded::Kind::Zero : Rounded::Kind::Finite,
            .negative = exact.negative,
            .exponent = rounding.smallest,
            .significand = step.significand,
            .flags = flags,
            .up = step.up};
}

} // namespace

Rounded roundExact(const Exact &exact, const Rounding &rounding) {
    Step step =
        roundAt(join(exact.high, exact.low), rounding.precision, rounding.mode, exact.negative);
    int32_t exponent = exact.exponent + step.carry;
    uint16_t flags = step.inexact ? fpflags::PE : 0;
    // Tininess is detected after rounding as if the exponent had no bounds (SDM vol. 1, 4.9.1.5).
    if (exponent < rounding.smallest) [[unlikely]] {
        if (rounding.masked & fpflags::UE) return denormal(exact, rounding);
        flags |= fpflags::UE;
        exponent += rounding.wrap;
    } else if (exponent > rounding.largest) [[unlikely]] {
        if (rounding.masked & fpflags::OE) return overflow(exact, rounding);
        flags |= fpflags::OE;
        exponent -= rounding.wrap;
    }
    return {.kind = Rounded::Kind::Finite,
            .negative = exact.negative,
            .exponent = exponent,
            .significand = step.significand,
            .flags = flags,
            .up = step.up};
}

Exact addExact(Unpacked a, Unpacked b) {
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.significand < b.significand))
        std::swap(a, b);
    auto distance = static_cast<uint32_t>(a.exponent) - static_cast<uint32_t>(b.exponent);
    // One bit is left free for the carry.
    Wide large = static_cast<Wide>(a.significand) << 63;
    Wide small = shiftRightSticky(static_cast<Wide>(b.significand) << 63, std::min(distance, 128U));
    Wide sum = a.negative == b.negative ? large + small : large - small;
    return normalise(a.negative, a.exponent + 1, sum);
}

Exact multiplyExact(Unpacked a, Unpacked b) {
    Wide product = static_cast<Wide>(a.significand) * b.significand;
    int32_t exponent = a.exponent + b.exponent + 1;
    if (!(product >> 127)) {
        product <<= 1;
        --exponent;
    }
    return {a.negative != b.negative, exponent, static_cast<uint64_t>(product >> 64),
            static_cast<uint64_t>(product)};
}

Exact divideExact(Unpacked a, Unpacked b) {
    bool small = a.significand < b.significand;
    Wide numerator = static_cast<Wide>(a.significand) << (small ? 64 : 63);
    auto quotient = static_cast<uint64_t>(numerator / b.significand);
    auto rest = static_cast<uint64_t>(numerator - static_cast<Wide>(quotient) * b.significand);
    // The next bit, and whether anything follows it.
    Wide twice = static_cast<Wide>(rest) << 1;
    uint64_t low = 0;
    if (twice >= b.significand) {
        low = uint64_t{1} << 63;
        twice -= b.significand;
    }
    low |= twice != 0;
    return {a.negative != b.negative, a.exponent - b.exponent - small, quotient, low};
}

Exact squareRootExact(Unpacked a) {
    // With an even exponent, root = sqrt(radicand) has 64 bits for a radicand of 127 or 128 bits.
    bool odd = a.exponent & 1;
    Wide radicand = static_cast<Wide>(a.significand) << (odd ? 64 : 63);
    int32_t exponent = (a.exponent - odd) / 2;
    // The host's square root (exact to 53 bits by IEEE 754), one Newton step, then the last unit.
    double estimate = std::sqrt(std::ldexp(static_cast<double>(a.significand), odd ? 64 : 63));
    constexpr Wide most = ~uint64_t{0};
    Wide root = std::min(static_cast<Wide>(estimate), most);
    root = std::min((root + radicand / root) >> 1, most);
    while (root * root > radicand)
        --root;
    while (root < most && (root + 1) * (root + 1) <= radicand)
        ++root;
    Wide rest = radicand - root * root;
    // sqrt(r^2 + rest) >= r + 1/2 exactly if rest > r (both integers); it is never r + 1/2 itself.
    uint64_t low = rest == 0 ? 0 : (rest > root ? uint64_t{1} << 63 | 1 : 1);
    return {false, exponent, static_cast<uint64_t>(root), low};
}

int compareUnpacked(Unpacked a, Unpacked b) {
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    int magnitude = 0;
    if (a.exponent != b.exponent)
        magnitude = a.exponent < b.exponent ? -1 : 1;
    else if (a.significand != b.significand)
        magnitude = a.significand < b.significand ? -1 : 1;
    return a.negative ? -magnitude : magnitude;
}

RoundedInteger roundToInteger(Unpacked a, RoundTo mode) {
    if (a.exponent > 63) return {.fits = false};
    Wide value = join(a.significand, 0);
    value = shiftRightSticky(value, static_cast<unsigned>(std::min(63 - a.exponent, 128)));
    Step step = roundAt(value, 64, mode, a.negative);
    return {
        .magnitude = step.significand, .fits = !step.carry, .inexact = step.inexact, .up = step.up};
}

Unpacked unpackInteger(bool negative, uint64_t magnitude) {
    int zeros = std::countl_zero(magnitude);
    return {negative, 63 - zeros, magnitude << zeros};
}

} // namespace bootglass
