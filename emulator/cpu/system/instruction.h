// SPDX-License-Identifier: GPL-3.0-or-later
// How the system instructions are written: as functions `bool(Cpu &, const Insn *)` that note a
// fault and return false, or do everything and return true. Two wrappers make handlers of them.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/cpu/handlers.h"

#include <cstdint>

namespace bootglass::system {

using Instruction = bool (*)(Cpu &, const Insn *);

/// Execution goes on with the next instruction.
template<Instruction execute>
void sequential(Cpu &cpu, const Insn *i) {
    if (!execute(cpu, i)) return cpu.leave(i);
    cpu.eip = cpu.nextEip(i);
}

/// The instruction sets EIP itself.
template<Instruction execute>
void transfer(Cpu &cpu, const Insn *i) {
    if (!execute(cpu, i)) return cpu.leave(i);
}

/// For instructions of privilege level 0.
inline bool privileged(Cpu &cpu) {
    return cpu.cpl == 0 || cpu.raiseDecoded(Vector::GP);
}

/// For instructions that real and virtual-8086 mode do not know.
inline bool needsProtectedMode(Cpu &cpu) {
    return (cpu.protectedMode() && !cpu.virtual8086()) || cpu.raiseDecoded(Vector::UD);
}

/// The ModRM operand as 16 bits, whatever the operand size.
inline Loaded<uint16_t> readWord(Cpu &cpu, const Insn *i) {
    if (i->memory) return cpu.read<uint16_t>(i->segment, cpu.address(i));
    return {cpu.reg<uint16_t>(i->rm), true};
}

/// Selectors and the like go to memory as 16 bits, to registers as wide as the operand size.
inline bool storeWord(Cpu &cpu, const Insn *i, uint32_t value) {
    auto word = static_cast<uint16_t>(value);
    if (i->memory) return cpu.write<uint16_t>(i->segment, cpu.address(i), word);
    if (i->operand16)
        cpu.setReg<uint16_t>(i->rm, word);
    else
        cpu.setReg<uint32_t>(i->rm, value);
    return true;
}

// The families; each is defined beside its instructions.
void addSegmentMoves(HandlerTable &table);
void addFarTransfers(HandlerTable &table);
void addSoftwareInterrupts(HandlerTable &table);
void addFlagInstructions(HandlerTable &table);
void addTableRegisters(HandlerTable &table);
void addControlRegisters(HandlerTable &table);
void addDebugRegisters(HandlerTable &table);
void addSelectorChecks(HandlerTable &table);
void addModelSpecific(HandlerTable &table);
void addFastCalls(HandlerTable &table);
void addCpuid(HandlerTable &table);

} // namespace bootglass::system
