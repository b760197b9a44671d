// SPDX-License-Identifier: GPL-3.0-or-later
// A decoded instruction: a small value that its handler understands. Handlers of a block stand in a
// row and each ends by calling the next one's handler in tail position (see next() in cpu.h), so a
// block runs without a dispatch loop.
#pragma once

#include "emulator/cpu/op.h"

#include <cstdint>

namespace bootglass {

class Cpu;
struct Insn;

using Handler = void (*)(Cpu &, const Insn *);

struct Insn {
    Handler handler = nullptr;
    uint32_t imm = 0;  // immediate, sign-extended where the manual says so; branch: displacement
    uint32_t disp = 0; // address displacement; far pointer: selector; ENTER: nesting level
    uint32_t addressMask = 0; // 0xFFFFFFFF, or 0xFFFF for 16-bit addressing
    uint16_t offset = 0;      // of its first byte from the block's first byte
    uint8_t length = 0;       // bytes
    uint8_t position = 0;     // in its block, from 0
    // ModRM. For byte operands reg and rm are byte offsets into the register file (AH is 1, CH 5
    // …), for all others register numbers.
    uint8_t reg = 0;
    uint8_t rm = 0;
    uint8_t base = 8;  // 8: none (reads as zero)
    uint8_t index = 8; // 8: none
    uint8_t scale = 0; // 0..3
    uint8_t segment = 3;
    uint8_t modrm = 0;
    bool memory : 1 = false;    // the ModRM operand is memory
    bool operand16 : 1 = false; // effective operand size is 16 bits
    bool address16 : 1 = false;
    bool lock : 1 = false;
    bool rep : 1 = false;   // F3
    bool repne : 1 = false; // F2
    bool ends : 1 = false;  // nothing follows it in a block (EndsBlock)
    Op op = Op::Invalid;
    uint16_t opcode = 0; // 0xNN or 0x0FNN: what the x87 remembers, what messages show

    uint32_t endOffset() const { return static_cast<uint32_t>(offset) + length; }
};

} // namespace bootglass
