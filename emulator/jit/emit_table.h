// SPDX-License-Identifier: GPL-3.0-or-later
// Which function makes host code of which instruction. An instruction without one, or whose
// function declines by returning false before it has emitted anything, is handed to the
// interpreter.
#pragma once

#include "emulator/cpu/op.h"
#include "emulator/jit/emitter.h"

#include <array>

namespace bootglass::jit {

using Emit = bool (*)(Emitter &, const Insn &);

class EmitTable {
  public:
    static const EmitTable &instance();

    Emit find(Op op) const { return rows_[static_cast<size_t>(op)]; }
    void set(Op op, Emit emit) { rows_[static_cast<size_t>(op)] = emit; }
    /// For `count` names that stand in a row.
    void setRow(Op first, unsigned count, Emit emit) {
        for (unsigned n = 0; n < count; ++n)
            rows_[static_cast<size_t>(first) + n] = emit;
    }

  private:
    EmitTable();

    std::array<Emit, opCount> rows_{};
};

/// Whether it is one of `count` names that stand in a row.
inline bool inRow(Op op, Op first, unsigned count) {
    return op >= first && static_cast<unsigned>(op) - static_cast<unsigned>(first) < count;
}
/// Bytes of the operands of an instruction that has a form for bytes and one for words.
inline unsigned operandBytes(const Insn &i) {
    bool ofRegister = (i.opcode >= 0x40 && i.opcode <= 0x5F) ||
                      (i.opcode >= 0x90 && i.opcode <= 0x97) ||
                      (i.opcode >= 0xB8 && i.opcode <= 0xBF);
    bool ofByte = !ofRegister && ((i.opcode & 1) == 0 || (i.opcode >= 0xB0 && i.opcode <= 0xB7));
    return ofByte ? 1 : i.operand16 ? 2 : 4;
}
/// Bytes of the operands of an instruction that has none for bytes.
inline unsigned wideBytes(const Insn &i) {
    return i.operand16 ? 2 : 4;
}

// The families; each is defined beside its functions.
void addArithmetic(EmitTable &table);
void addShifts(EmitTable &table);
void addMultiplications(EmitTable &table);
void addBits(EmitTable &table);
void addMoves(EmitTable &table);
void addStack(EmitTable &table);
void addBranches(EmitTable &table);
void addFlagOperations(EmitTable &table);
void addStrings(EmitTable &table);
void addSystem(EmitTable &table);
void addSegments(EmitTable &table);
void addX87(EmitTable &table);
void addSse(EmitTable &table);
void addSseFloat(EmitTable &table);

} // namespace bootglass::jit
