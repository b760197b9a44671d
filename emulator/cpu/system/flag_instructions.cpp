// SPDX-License-Identifier: GPL-3.0-or-later
// PUSHF POPF CLI STI HLT: SDM vol. 2. Who may touch IF depends on IOPL; with CR4.VME (virtual-8086
// mode) or CR4.PVI (level 3) VIF stands in for it (SDM vol. 3, 20.3 and 20.4).
#include "emulator/cpu/system/instruction.h"
#include "emulator/cpu/system/stack_frame.h"

namespace bootglass::system {

namespace {

/// What CLI and STI act upon.
enum class InterruptFlag : uint8_t { Real, Virtual, Forbidden };

InterruptFlag interruptFlag(const Cpu &cpu) {
    if (!cpu.protectedMode()) return InterruptFlag::Real;
    if (cpu.virtual8086()) {
        if (cpu.iopl() == 3) return InterruptFlag::Real;
        return cpu.cr4 & cr4::VME ? InterruptFlag::Virtual : InterruptFlag::Forbidden;
    }
    if (cpu.cpl <= cpu.iopl()) return InterruptFlag::Real;
    return cpu.cpl == 3 && (cpu.cr4 & cr4::PVI) ? InterruptFlag::Virtual : InterruptFlag::Forbidden;
}

bool cli(Cpu &cpu, const Insn *) {
    switch (interruptFlag(cpu)) {
    case InterruptFlag::Forbidden: return cpu.raiseDecoded(Vector::GP);
    case InterruptFlag::Virtual: cpu.systemFlags &= ~eflags::VIF; break;
    case InterruptFlag::Real: cpu.systemFlags &= ~eflags::IF; break;
    }
    cpu.stateChanged();
    return true;
}

bool sti(Cpu &cpu, const Insn *) {
    bool wasEnabled = cpu.systemFlags & eflags::IF;
    switch (interruptFlag(cpu)) {
    case InterruptFlag::Forbidden: return cpu.raiseDecoded(Vector::GP);
    case InterruptFlag::Virtual:
        if (cpu.systemFlags & eflags::VIP) return cpu.raiseDecoded(Vector::GP);
        cpu.systemFlags |= eflags::VIF;
        cpu.stateChanged();
        return true;
    case InterruptFlag::Real: cpu.systemFlags |= eflags::IF; break;
    }
    cpu.stateChanged();
    if (!wasEnabled) cpu.shadowInterrupts(false);
    return true;
}

bool hlt(Cpu &cpu, const Insn *i) {
    if (!privileged(cpu)) return false;
    cpu.eip = cpu.nextEip(i);
    cpu.halt();
    return true;
}

/// True if virtual-8086 mode must not see the real IF: IOPL below 3.
bool sensitive(const Cpu &cpu) {
    return cpu.virtual8086() && cpu.iopl() < 3;
}

/// With the extensions, 16-bit forms use VIF; else the monitor takes over.
bool mayVirtualize(Cpu &cpu, const Insn *i) {
    return (i->operand16 && (cpu.cr4 & cr4::VME)) || cpu.raiseDecoded(Vector::GP);
}

bool pushf(Cpu &cpu, const Insn *i) {
    uint32_t image = cpu.eflags() & ~(eflags::VM | eflags::RF);
    if (sensitive(cpu)) {
        if (!mayVirtualize(cpu, i)) return false;
        image = (image & ~eflags::IF) | eflags::IOPL;
        if (cpu.systemFlags & eflags::VIF) image |= eflags::IF;
    }
    StackFrame stack(cpu);
    if (!stack.push(image, !i->operand16)) return false;
    stack.commit();
    return true;
}

bool popf(Cpu &cpu, const Insn *i) {
    bool virtualized = sensitive(cpu);
    if (virtualized && !mayVirtualize(cpu, i)) return false;
    StackFrame stack(cpu);
    auto image = stack.pop(!i->operand16);
    if (!image.ok) return false;

    uint32_t taken =
        eflags::arithmetic | eflags::TF | eflags::DF | eflags::NT | eflags::AC | eflags::ID;
    uint32_t cleared = eflags::RF;
    uint32_t set = 0;
    if (virtualized) {
        bool enable = image.value & eflags::IF;
        if ((enable && (cpu.systemFlags & eflags::VIP)) || (image.value & eflags::TF))
            return cpu.raise(Vector::GP);
        cleared |= eflags::VIF;
        if (enable) set = eflags::VIF;
    } else {
        if (cpu.cpl <= cpu.iopl()) taken |= eflags::IF;
        if (cpu.cpl == 0) taken |= eflags::IOPL;
    }
    if (i->operand16) taken &= 0xFFFF;
    stack.commit();
    cpu.setEflags((cpu.eflags() & ~(taken | cleared)) | (image.value & taken) | set);
    return true;
}

} // namespace

void addFlagInstructions(HandlerTable &table) {
    table.setAll(Op::Cli, sequential<cli>);
    table.setAll(Op::Sti, sequential<sti>);
    table.setAll(Op::Hlt, transfer<hlt>);
    table.setAll(Op::Pushf, sequential<pushf>);
    table.setAll(Op::Popf, sequential<popf>);
}

} // namespace bootglass::system
