// SPDX-License-Identifier: GPL-3.0-or-later
// Operands for tests of floating point: every class of number, significands with long runs of equal
// bits (where rounding goes wrong), exponents near each other and near the formats' ends. The same
// sequence in every run.
#pragma once

#include "emulator/cpu/fpu/float80.h"

#include <random>

namespace bootglass::test {

class OperandSource {
  public:
    explicit OperandSource(uint32_t seed) : random_(seed) {}

    uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
    uint64_t bits() { return random_(); }

    /// A pattern of runs, rather than of noise.
    uint64_t runs() {
        switch (below(5)) {
        case 0: return bits();
        case 1: return ~uint64_t{0} << below(64);
        case 2: return uint64_t{1} << below(64);
        case 3: return ~uint64_t{0} >> below(64);
        default: return bits() & ~uint64_t{0} << below(64);
        }
    }
    Float80 any() {
        uint64_t significand = runs();
        auto sign = static_cast<uint16_t>(below(2) << 15);
        switch (below(16)) {
        case 0: return {0, sign};
        case 1: return {float80::integerBit, static_cast<uint16_t>(sign | 0x7FFF)};
        case 2: return {significand | float80::integerBit, static_cast<uint16_t>(sign | 0x7FFF)};
        case 3: return {significand, sign}; // denormals and pseudo-denormals
        case 4: return {significand, static_cast<uint16_t>(bits())}; // unsupported formats, too
        case 5: return withExponent(significand, sign, 1 + below(70));
        case 6: return withExponent(significand, sign, 0x7FFE - below(70));
        case 7: return withExponent(significand, sign, 0x3FFF - 1100 + below(2200));
        case 8: return withExponent(significand, sign, below(0x8000));
        default: return withExponent(significand, sign, 0x3FFF - 70 + below(140));
        }
    }
    /// Often of about the same magnitude as `a`, or equal to it.
    Float80 near(const Float80 &a) {
        switch (below(8)) {
        case 0: return a;
        case 1: return {a.significand, static_cast<uint16_t>(a.signExponent ^ 0x8000)};
        case 2:
            return {runs() | float80::integerBit,
                    static_cast<uint16_t>(a.signExponent + below(131) - 65)};
        default: return any();
        }
    }
    /// A control word: any rounding and precision, masks all set or at random.
    uint16_t control() {
        uint32_t masks = below(2) ? 0x3F : below(64);
        static constexpr uint16_t precisions[] = {0, 0x200, 0x300, 0x300};
        return static_cast<uint16_t>(0x40U | masks | precisions[below(4)] | below(4) << 10);
    }

  private:
    static Float80 withExponent(uint64_t significand, uint16_t sign, uint32_t exponent) {
        return {significand | float80::integerBit, static_cast<uint16_t>(sign | exponent)};
    }
    std::mt19937_64 random_;
};

} // namespace bootglass::test
