// SPDX-License-Identifier: GPL-3.0-or-later
// Makes cases: an encoding of the opcode maps, random operands with a taste for the interesting
// ones (zero, ones, sign bits, NaNs, page ends), and the same instruction as 64-bit code.
#pragma once

#include "instruction_set.h"
#include "processor_state.h"

#include <optional>
#include <random>

namespace bootglass::silicon {

/// A place in the opcode maps.
struct Encoding {
    std::span<const uint8_t> prefixes;
    bool twoByte = false;
    uint8_t opcode = 0;
    uint8_t reg = 0; // ModRM's reg field
    bool memory = false;
};

/// Prefixes that a case may have: operand size, repetition, segments, LOCK, and some together.
std::span<const std::span<const uint8_t>> prefixSets();

class CaseGenerator {
  public:
    explicit CaseGenerator(uint64_t seed) : random_(seed) {}
    /// None if the encoding means something else in 64-bit code, or cannot be compared.
    std::optional<Case> encoded(const Encoding &encoding);
    /// A random encoding of the integer instructions; of MMX, SSE and SSE2; of the x87.
    Case integer();
    Case simd();
    Case x87();
    /// FNSAVE, FXRSTOR and the like: what they store and load, but for instruction pointers.
    Case image();

  private:
    struct Draft;
    bool prepare(Case &test, const Draft &draft, const Encoding &encoding);
    bool countedFlags(Case &test, const Decoded &decoded);
    bool branchCase(Case &test, const Decoded &decoded);
    void bitString(Case &test);
    void meetExpectations(Case &test, const Decoded &decoded, const Draft &draft,
                          const Encoding &encoding);
    void unmaskSome(Case &test);
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
    void placeWindow(Case &test, uint32_t around, uint32_t bytes = 192);
    void append(Case &test, std::initializer_list<unsigned> bytes);
    void appendLittle(Case &test, uint32_t value, unsigned bytes);
    void stringOperands(Case &test);
    State randomState();

    std::mt19937_64 random_;
    InstructionSet set_;
};

} // namespace bootglass::silicon
