// SPDX-License-Identifier: GPL-3.0-or-later
// From bytes to an instruction: a pure function of the bytes and the code segment's size (SDM vol.
// 2, ch. 2).
#pragma once

#include "emulator/cpu/insn.h"

#include <cstdint>
#include <span>

namespace bootglass {

/// Longest instruction, SDM vol. 2, 2.3.11.
inline constexpr unsigned longestInstruction = 15;

enum class DecodeResult : uint8_t {
    Done,
    NeedMoreBytes, // the bytes given end inside the instruction
    TooLong        // more than 15 bytes: #GP(0)
};

/// Decodes the instruction at the beginning of `bytes`. Invalid encodings decode to Op::Ud with
/// their full length. `properties`: the opcode row's (EndsBlock …); REP string instructions have
/// EndsBlock.
DecodeResult decode(std::span<const uint8_t> bytes, bool code32, Insn &insn, uint8_t &properties);

/// What a block consists of.
struct DecodedRow {
    unsigned count = 0; // of instructions
    uint32_t bytes = 0;
};
/// Decodes one instruction after another into `insns`, with their offsets and positions, up to one
/// that ends a block, the last that has room, or the last that is whole in `bytes`.
DecodedRow decodeRow(std::span<const uint8_t> bytes, bool code32, std::span<Insn> insns);

} // namespace bootglass
