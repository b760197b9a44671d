// SPDX-License-Identifier: GPL-3.0-or-later
// Which instructions can be compared: those that mean the same in 64-bit code, that this CPU has,
// and that a user process may execute (or that fault alike there). Zydis, which is nobody's
// emulator, says what bytes mean in both modes.
#pragma once

#include <Zydis/Zydis.h>

#include <cstdint>
#include <optional>
#include <span>

namespace bootglass::silicon {

/// What this CPU has: no instruction set after SSE2.
bool sse2OrOlder(ZydisISASet set);

struct Decoded {
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    ZydisMnemonic mnemonic() const { return instruction.mnemonic; }
    bool has(ZydisInstructionAttributes attribute) const {
        return (instruction.attributes & attribute) != 0;
    }
};

class InstructionSet {
  public:
    InstructionSet();
    std::optional<Decoded> decode32(std::span<const uint8_t> bytes) const;
    std::optional<Decoded> decode64(std::span<const uint8_t> bytes) const;

    /// Whether the host's processor does with the second what ours must do with the first.
    static bool comparable(const Decoded &in32, const Decoded &in64);
    /// Whether its results are the same on processors of all makers, pointers apart.
    static bool exact(ZydisMnemonic mnemonic);

  private:
    ZydisDecoder decoder32_{};
    ZydisDecoder decoder64_{};
};

} // namespace bootglass::silicon
