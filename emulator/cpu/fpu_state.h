// SPDX-License-Identifier: GPL-3.0-or-later
// Registers of the x87 FPU (SDM vol. 1, ch. 8), MMX (ch. 9; they are the x87 significands) and SSE
// (ch. 10).
#pragma once

#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>

namespace bootglass {

/// An 80-bit extended-precision value, bit for bit.
struct Float80 {
    uint64_t significand = 0; // with its explicit integer bit
    uint16_t signExponent = 0;

    bool operator==(const Float80 &) const = default;
    void serialize(Archive &archive) { archive(significand, signExponent); }
};

struct X87State {
    std::array<Float80, 8> registers; // by physical number R0..R7, not by ST(i)
    uint16_t control = 0x37F;
    uint16_t status = 0; // TOP included
    /// One bit a physical register: 1 = empty. The full tag word is worked out from the contents.
    uint8_t empty = 0xFF;
    uint16_t opcode = 0; // of the last non-control instruction, 11 bits
    uint16_t instructionSelector = 0;
    uint16_t operandSelector = 0;
    uint32_t instructionPointer = 0;
    uint32_t operandPointer = 0;

    unsigned top() const { return status >> 11 & 7; }
    void serialize(Archive &archive) {
        archive(registers, control, status, empty, opcode, instructionSelector, operandSelector,
                instructionPointer, operandPointer);
    }
};

struct Xmm {
    std::array<uint64_t, 2> q{};

    bool operator==(const Xmm &) const = default;
    void serialize(Archive &archive) { archive(q); }
};

struct SseState {
    std::array<Xmm, 8> xmm;
    uint32_t mxcsr = 0x1F80;

    void serialize(Archive &archive) { archive(xmm, mxcsr); }
};

} // namespace bootglass
