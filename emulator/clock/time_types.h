// SPDX-License-Identifier: GPL-3.0-or-later
// The two times of a run. An Icount counts instructions retired since reset; a VirtualNs is
// nanoseconds of virtual time, (icount << shift) + idle. They are kept apart by the type system:
// only a VirtualClock knows the shift and converts between them.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace bootglass {

/// Instructions retired since reset.
struct Icount {
    uint64_t value = 0;

    constexpr auto operator<=>(const Icount &) const = default;
    constexpr Icount operator+(uint64_t instructions) const { return {value + instructions}; }
    constexpr uint64_t operator-(Icount earlier) const { return value - earlier.value; }

    static constexpr Icount never() { return {std::numeric_limits<uint64_t>::max()}; }
};

/// Nanoseconds of virtual time since reset.
struct VirtualNs {
    uint64_t value = 0;

    constexpr auto operator<=>(const VirtualNs &) const = default;
    constexpr VirtualNs operator+(uint64_t ns) const { return {value + ns}; }
    constexpr uint64_t operator-(VirtualNs earlier) const { return value - earlier.value; }

    static constexpr VirtualNs never() { return {std::numeric_limits<uint64_t>::max()}; }
};

inline constexpr uint64_t nsPerSecond = 1'000'000'000;

/// a * b / c without overflow of the product: rates of chips against nanoseconds. Rounds down.
constexpr uint64_t mulDiv(uint64_t a, uint64_t b, uint64_t c) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b / c);
}

/// a * b / c, rounded up: the first nanosecond at which a count of ticks is complete.
constexpr uint64_t mulDivUp(uint64_t a, uint64_t b, uint64_t c) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(a) * b + c - 1) / c);
}

} // namespace bootglass
