// SPDX-License-Identifier: GPL-3.0-or-later
// The instructions of far_transfer.h: CALL, JMP and RET between segments, IRET.
#include "emulator/cpu/system/far_transfer.h"
#include "emulator/cpu/system/instruction.h"

namespace bootglass::system {

namespace {

FarPointer immediatePointer(const Insn *i) {
    uint32_t offset = i->operand16 ? i->imm & 0xFFFF : i->imm;
    return {static_cast<uint16_t>(i->disp), offset};
}

Loaded<FarPointer> pointerInMemory(Cpu &cpu, const Insn *i) {
    uint32_t at = cpu.address(i);
    FarPointer pointer;
    if (i->operand16) {
        auto offset = cpu.read<uint16_t>(i->segment, at);
        if (!offset.ok) return {};
        pointer.offset = offset.value;
    } else {
        auto offset = cpu.read<uint32_t>(i->segment, at);
        if (!offset.ok) return {};
        pointer.offset = offset.value;
    }
    auto selector = cpu.read<uint16_t>(i->segment, at + (i->operand16 ? 2 : 4));
    pointer.selector = selector.value;
    return {pointer, selector.ok};
}

bool call(Cpu &cpu, const Insn *i) {
    return farCall(cpu, i, immediatePointer(i));
}

bool callIndirect(Cpu &cpu, const Insn *i) {
    auto pointer = pointerInMemory(cpu, i);
    return pointer.ok && farCall(cpu, i, pointer.value);
}

bool jump(Cpu &cpu, const Insn *i) {
    return farJump(cpu, i, immediatePointer(i));
}

bool jumpIndirect(Cpu &cpu, const Insn *i) {
    auto pointer = pointerInMemory(cpu, i);
    return pointer.ok && farJump(cpu, i, pointer.value);
}

bool ret(Cpu &cpu, const Insn *i) {
    return farReturn(cpu, i, 0);
}

bool retRelease(Cpu &cpu, const Insn *i) {
    return farReturn(cpu, i, i->imm);
}

bool iret(Cpu &cpu, const Insn *i) {
    // NMIs are unblocked even if the return faults (SDM vol. 3, 6.7.1), but not by an IRET that a
    // virtual-8086 monitor has to do.
    bool monitored = cpu.virtual8086() && cpu.iopl() < 3;
    if (!monitored) cpu.unblockNmi();
    return interruptReturn(cpu, i);
}

} // namespace

void addFarTransfers(HandlerTable &table) {
    table.setAll(Op::CallFar, transfer<call>);
    table.setAll(Op::CallFarE, transfer<callIndirect>);
    table.setAll(Op::JmpFar, transfer<jump>);
    table.setAll(Op::JmpFarE, transfer<jumpIndirect>);
    table.setAll(Op::RetFar, transfer<ret>);
    table.setAll(Op::RetFarI, transfer<retRelease>);
    table.setAll(Op::Iret, transfer<iret>);
}

} // namespace bootglass::system
