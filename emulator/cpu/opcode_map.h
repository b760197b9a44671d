// SPDX-License-Identifier: GPL-3.0-or-later
// The opcode maps (SDM vol. 2, appendix A) as tables: what an opcode is called, which operands
// follow, and how it stands in a block. The decoder reads nothing else; handlers are found by name.
//
//   row of a map  →  Op (what)  +  Form (which bytes follow, how registers are named)  + properties
#pragma once

#include "emulator/cpu/op.h"

#include <cstdint>

namespace bootglass {

/// Bytes after the opcode and ModRM.
enum class Immediate : uint8_t {
    None,
    Byte,       // zero-extended
    SignedByte, // sign-extended to the operand size
    Word,
    Full,       // 2 or 4 bytes by operand size
    WordByte,   // ENTER
    FarPointer, // 16:16 or 16:32
    Offset,     // an address of 2 or 4 bytes by address size
};

/// How wide the operands are: picks the handler's variant.
enum class Width : uint8_t { Byte, Operand, Fixed };

struct Form {
    bool modrm = false;
    bool byteReg = false; // reg names AL..BH
    bool byteRm = false;
    bool opcodeReg = false;  // the register is in the opcode's low three bits
    bool memoryOnly = false; // a register operand is #UD
    bool registerOnly = false;
    Immediate immediate = Immediate::None;
    Width width = Width::Fixed;
};

/// Properties.
enum : uint8_t {
    EndsBlock = 1, // control transfer, I/O, system state: nothing follows it in a block
    Lockable = 2,  // LOCK is allowed with a memory destination
    RepEnds = 4,   // a string instruction: ends the block when REP repeats it
    GroupRow = 8,  // ModRM's reg field picks the row of a group
};

struct OpcodeRow {
    Op op = Op::Invalid;
    Form form{};
    uint8_t properties = 0;
};

/// The row of a one-byte opcode (map 0) or of 0F xx (map 1). `prefix` is the mandatory prefix of
/// SSE instructions: 0, 66h, F3h or F2h. Rows with Op::Invalid are #UD.
const OpcodeRow &oneByteRow(uint8_t opcode, uint8_t modrm);
const OpcodeRow &twoByteRow(uint8_t opcode, uint8_t modrm, uint8_t prefix);

/// True if the opcode has a ModRM byte (it must be read before the row is known).
bool oneByteHasModrm(uint8_t opcode);
bool twoByteHasModrm(uint8_t opcode);

/// Maps of the x87 (D8..DF) and of MMX/SSE/SSE2 (rows of 0F that the integer map leaves free).
const OpcodeRow &x87Row(uint8_t opcode, uint8_t modrm);
const OpcodeRow &sseRow(uint8_t opcode, uint8_t modrm, uint8_t prefix);

} // namespace bootglass
