// SPDX-License-Identifier: GPL-3.0-or-later
// Makes cases: an instruction of the table or of the MMX/SSE/x87 maps, random operands with a taste
// for the interesting ones (zero, ones, sign bits, NaNs, page ends), and the same instruction as
// 64-bit code.
#pragma once

#include "processor_state.h"

#include <Zydis/Zydis.h>

#include <random>

namespace bootglass::silicon {

class CaseGenerator {
  public:
    explicit CaseGenerator(uint64_t seed);
    Case integer();
    Case simd();
    Case x87();

  private:
    uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
    bool oneIn(uint32_t n) { return below(n) == 0; }
    uint32_t interesting();
    uint64_t interestingDouble();
    uint64_t interestingFloats();
    void fillFloats(FloatImage &fx);
    /// Adds ModRM (and SIB, displacement) for a memory operand of `bytes` bytes; sets registers so
    /// that it lies in the data area. `reg`: ModRM's reg field.
    void memoryOperand(Case &test, unsigned reg, uint32_t bytes, bool aligned);
    void registerOperand(Case &test, unsigned reg, unsigned rm);
    void placeWindow(Case &test, uint32_t around);
    void append(Case &test, std::initializer_list<unsigned> bytes);
    void appendLittle(Case &test, uint32_t value, unsigned bytes);
    void stringOperands(Case &test);
    State randomState();

    std::mt19937_64 random_;
    ZydisDecoder zydis_{};
};

} // namespace bootglass::silicon
