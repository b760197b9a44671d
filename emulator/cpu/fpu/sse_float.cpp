// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/fpu/sse_float.h"

#include "emulator/cpu/fpu/exact_arithmetic.h"

namespace bootglass::simd {

namespace {

template<typename Bits>
constexpr SseResult<Bits> invalid{Format<Bits>::indefinite, fpflags::IE};

template<typename Bits>
Bits signedZero(bool negative) {
    return negative ? Format<Bits>::sign : 0;
}
template<typename Bits>
Bits signedInfinity(bool negative) {
    return signedZero<Bits>(negative) | Format<Bits>::infinity;
}

/// Rounding what is not the result of an operation on two numbers, with FZ for denormals, too.
template<typename Bits>
SseResult<Bits> roundNumber(Bits a, const SseControl &control, uint16_t flags) {
    Unpacked number = Format<Bits>::unpack(a);
    return roundTo<Bits>({number.negative, number.exponent, number.significand, 0}, control, flags);
}

} // namespace

template<typename Bits>
SseResult<Bits> sum(Bits a, Bits b, const SseControl &control) {
    using F = Format<Bits>;
    a = control.operand(a);
    b = control.operand(b);
    if (F::isNan(a) || F::isNan(b)) return nanOf(a, b);
    bool opposite = (a ^ b) & F::sign;
    if (F::isInfinite(a) && F::isInfinite(b) && opposite) return invalid<Bits>;
    uint16_t flags = denormalFlag(a, b);
    if (F::isInfinite(a)) return {a, flags};
    if (F::isInfinite(b)) return {b, flags};
    bool zeroSign = control.mode == RoundTo::Down;
    if (F::isZero(a) && F::isZero(b)) return {opposite ? signedZero<Bits>(zeroSign) : a, flags};
    if (F::isZero(a)) return roundNumber(b, control, flags);
    if (F::isZero(b)) return roundNumber(a, control, flags);
    Exact exact = addExact(F::unpack(a), F::unpack(b));
    if (exact.zero()) return {signedZero<Bits>(zeroSign), flags};
    return roundTo<Bits>(exact, control, flags);
}

template<typename Bits>
SseResult<Bits> difference(Bits a, Bits b, const SseControl &control) {
    bool nan = Format<Bits>::isNan(b);
    return sum<Bits>(a, nan ? b : b ^ Format<Bits>::sign, control);
}

template<typename Bits>
SseResult<Bits> product(Bits a, Bits b, const SseControl &control) {
    using F = Format<Bits>;
    a = control.operand(a);
    b = control.operand(b);
    if (F::isNan(a) || F::isNan(b)) return nanOf(a, b);
    if ((F::isInfinite(a) && F::isZero(b)) || (F::isZero(a) && F::isInfinite(b)))
        return invalid<Bits>;
    bool sign = (a ^ b) & F::sign;
    uint16_t flags = denormalFlag(a, b);
    if (F::isInfinite(a) || F::isInfinite(b)) return {signedInfinity<Bits>(sign), flags};
    if (F::isZero(a) || F::isZero(b)) return {signedZero<Bits>(sign), flags};
    return roundTo<Bits>(multiplyExact(F::unpack(a), F::unpack(b)), control, flags);
}

template<typename Bits>
SseResult<Bits> quotient(Bits a, Bits b, const SseControl &control) {
    using F = Format<Bits>;
    a = control.operand(a);
    b = control.operand(b);
    if (F::isNan(a) || F::isNan(b)) return nanOf(a, b);
    if ((F::isInfinite(a) && F::isInfinite(b)) || (F::isZero(a) && F::isZero(b)))
        return invalid<Bits>;
    bool sign = (a ^ b) & F::sign;
    if (F::isZero(b) && !F::isInfinite(a)) return {signedInfinity<Bits>(sign), fpflags::ZE};
    uint16_t flags = denormalFlag(a, b);
    if (F::isInfinite(a)) return {signedInfinity<Bits>(sign), flags};
    if (F::isZero(a) || F::isInfinite(b)) return {signedZero<Bits>(sign), flags};
    return roundTo<Bits>(divideExact(F::unpack(a), F::unpack(b)), control, flags);
}

template<typename Bits>
SseResult<Bits> root(Bits, Bits b, const SseControl &control) {
    using F = Format<Bits>;
    b = control.operand(b);
    if (F::isNan(b)) return nanOf(b, b);
    if (F::isZero(b)) return {b};
    if (b & F::sign) return invalid<Bits>;
    if (F::isInfinite(b)) return {b};
    return roundTo<Bits>(squareRootExact(F::unpack(b)), control, denormalFlag(b, b));
}

template<typename Bits>
Comparison compare(Bits a, Bits b, const SseControl &control, bool quiet) {
    using F = Format<Bits>;
    a = control.operand(a);
    b = control.operand(b);
    if (F::isNan(a) || F::isNan(b)) {
        bool signals = !quiet || F::isSignalling(a) || F::isSignalling(b);
        return {Order::Unordered, signals ? fpflags::IE : uint16_t{0}};
    }
    uint16_t flags = denormalFlag(a, b);
    if (F::isZero(a) && F::isZero(b)) return {Order::Equal, flags};
    // As integers, the magnitudes are in order.
    auto key = [](Bits bits) {
        auto magnitude = static_cast<int64_t>(bits & (F::sign - 1));
        return bits & F::sign ? -magnitude : magnitude;
    };
    int64_t x = key(a), y = key(b);
    return {x < y ? Order::Less : x > y ? Order::Greater : Order::Equal, flags};
}

/// Of two zeros and of NaNs, the second operand is delivered as it is.
template<typename Bits>
SseResult<Bits> minimum(Bits a, Bits b, const SseControl &control) {
    Comparison outcome = compare(a, b, control, false);
    return {control.operand(outcome.order == Order::Less ? a : b), outcome.flags};
}

template<typename Bits>
SseResult<Bits> maximum(Bits a, Bits b, const SseControl &control) {
    Comparison outcome = compare(a, b, control, false);
    return {control.operand(outcome.order == Order::Greater ? a : b), outcome.flags};
}

template<typename Bits>
SseResult<uint32_t> toInteger(Bits a, const SseControl &control, bool truncate) {
    using F = Format<Bits>;
    constexpr SseResult<uint32_t> indefinite{0x80000000, fpflags::IE};
    a = control.operand(a);
    if (F::isZero(a)) return {0};
    if (F::isNan(a) || F::isInfinite(a)) return indefinite;
    RoundedInteger rounded = roundToInteger(F::unpack(a), truncate ? RoundTo::Zero : control.mode);
    bool negative = a & F::sign;
    uint64_t most = negative ? 0x80000000 : 0x7FFFFFFF;
    if (!rounded.fits || rounded.magnitude > most) return indefinite;
    auto magnitude = static_cast<uint32_t>(rounded.magnitude);
    return {negative ? 0 - magnitude : magnitude, rounded.inexact ? fpflags::PE : uint16_t{0}};
}

template<typename Bits>
SseResult<Bits> fromInteger(uint32_t value, const SseControl &control) {
    if (value == 0) return {0};
    bool negative = value >> 31;
    Unpacked number = unpackInteger(negative, negative ? 0 - value : value);
    return roundTo<Bits>({number.negative, number.exponent, number.significand, 0}, control);
}

SseResult<uint64_t> widen(uint32_t a, const SseControl &control) {
    using From = Format<uint32_t>;
    using To = Format<uint64_t>;
    a = control.operand(a);
    bool negative = a & From::sign;
    if (From::isNan(a)) {
        uint64_t fraction = uint64_t{a & From::fraction} << (To::fractionBits - From::fractionBits);
        return {signedInfinity<uint64_t>(negative) | fraction | To::quiet,
                From::isSignalling(a) ? fpflags::IE : uint16_t{0}};
    }
    if (From::isInfinite(a)) return {signedInfinity<uint64_t>(negative)};
    if (From::isZero(a)) return {signedZero<uint64_t>(negative)};
    Unpacked number = From::unpack(a);
    return roundTo<uint64_t>({negative, number.exponent, number.significand, 0}, control,
                             denormalFlag(a, a));
}

SseResult<uint32_t> narrow(uint64_t a, const SseControl &control) {
    using From = Format<uint64_t>;
    using To = Format<uint32_t>;
    a = control.operand(a);
    bool negative = a & From::sign;
    if (From::isNan(a)) {
        auto fraction =
            static_cast<uint32_t>((a & From::fraction) >> (From::fractionBits - To::fractionBits));
        return {signedInfinity<uint32_t>(negative) | fraction | To::quiet,
                From::isSignalling(a) ? fpflags::IE : uint16_t{0}};
    }
    if (From::isInfinite(a)) return {signedInfinity<uint32_t>(negative)};
    if (From::isZero(a)) return {signedZero<uint32_t>(negative)};
    Unpacked number = From::unpack(a);
    return roundTo<uint32_t>({negative, number.exponent, number.significand, 0}, control,
                             denormalFlag(a, a));
}

namespace {

/// 12 bits, to nearest; tiny results become zero.
uint32_t roundedTo12(const Exact &exact) {
    Rounding rounding{.precision = 12, .smallest = -126, .largest = 127, .flushToZero = true};
    return Format<uint32_t>::pack(roundExact(exact, rounding));
}

constexpr Unpacked unit{false, 0, uint64_t{1} << 63};

} // namespace

uint32_t reciprocal(uint32_t a) {
    using F = Format<uint32_t>;
    bool negative = a & F::sign;
    if (F::isNan(a)) return a | F::quiet;
    if (F::isInfinite(a)) return signedZero<uint32_t>(negative);
    if (F::isZero(a) || F::isDenormal(a)) return signedInfinity<uint32_t>(negative);
    return roundedTo12(divideExact(unit, F::unpack(a)));
}

uint32_t reciprocalRoot(uint32_t a) {
    using F = Format<uint32_t>;
    bool negative = a & F::sign;
    if (F::isNan(a)) return a | F::quiet;
    if (F::isZero(a) || F::isDenormal(a)) return signedInfinity<uint32_t>(negative);
    if (negative) return F::indefinite;
    if (F::isInfinite(a)) return 0;
    Exact root = squareRootExact(F::unpack(a));
    return roundedTo12(divideExact(unit, {false, root.exponent, root.high}));
}

#define BOOTGLASS_FOR_FORMAT(Bits)                                                                 \
    template SseResult<Bits> sum(Bits, Bits, const SseControl &);                                  \
    template SseResult<Bits> difference(Bits, Bits, const SseControl &);                           \
    template SseResult<Bits> product(Bits, Bits, const SseControl &);                              \
    template SseResult<Bits> quotient(Bits, Bits, const SseControl &);                             \
    template SseResult<Bits> root(Bits, Bits, const SseControl &);                                 \
    template SseResult<Bits> minimum(Bits, Bits, const SseControl &);                              \
    template SseResult<Bits> maximum(Bits, Bits, const SseControl &);                              \
    template Comparison compare(Bits, Bits, const SseControl &, bool);                             \
    template SseResult<uint32_t> toInteger(Bits, const SseControl &, bool);                        \
    template SseResult<Bits> fromInteger(uint32_t, const SseControl &);
BOOTGLASS_FOR_FORMAT(uint32_t)
BOOTGLASS_FOR_FORMAT(uint64_t)
#undef BOOTGLASS_FOR_FORMAT

} // namespace bootglass::simd
