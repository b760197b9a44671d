// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/fpu/exact_arithmetic.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

using namespace exact;

namespace {

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

Exact squareRootExact(Unpacked a) {
    // With an even exponent, root = sqrt(radicand) has 64 bits for a radicand of 127 or 128 bits.
    bool odd = a.exponent & 1;
    Wide radicand = static_cast<Wide>(a.significand) << (odd ? 64 : 63);
    int32_t exponent = (a.exponent - odd) / 2;
    // The host's square root (exact to 53 bits by IEEE 754), one Newton step, then the last unit.
    double estimate = std::sqrt(static_cast<double>(a.significand) * (odd ? 0x1p64 : 0x1p63));
    constexpr Wide most = ~uint64_t{0};
    uint64_t begin = estimate < 0x1p64 ? static_cast<uint64_t>(estimate) : ~uint64_t{0};
    auto high = static_cast<uint64_t>(radicand >> 64);
    Wide quotient = most;
    if (high < begin) quotient = divideWide(high, static_cast<uint64_t>(radicand), begin).quotient;
    Wide root = (begin + quotient) >> 1;
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
