// SPDX-License-Identifier: GPL-3.0-or-later
// LGDT LIDT SGDT SIDT LLDT LTR SLDT STR: SDM vol. 2.
#include "emulator/cpu/system/instruction.h"
#include "emulator/cpu/system/segmentation.h"

namespace bootglass::system {

namespace {

bool loadTable(Cpu &cpu, const Insn *i, TableRegister &table) {
    if (!privileged(cpu)) return false;
    uint32_t at = cpu.address(i);
    auto limit = cpu.read<uint16_t>(i->segment, at);
    if (!limit.ok) return false;
    auto base = cpu.read<uint32_t>(i->segment, at + 2);
    if (!base.ok) return false;
    // The 80286 had 24 address bits, and its operand size keeps to them.
    table = {i->operand16 ? base.value & 0xFFFFFF : base.value, limit.value};
    return true;
}

/// All 32 bits of the base are stored with either operand size, against the manual, as CPUs do.
bool storeTable(Cpu &cpu, const Insn *i, const TableRegister &table) {
    uint32_t at = cpu.address(i);
    return cpu.probeWrite(i->segment, at, 6) && cpu.write<uint16_t>(i->segment, at, table.limit) &&
           cpu.write<uint32_t>(i->segment, at + 2, table.base);
}

bool lgdt(Cpu &cpu, const Insn *i) {
    return loadTable(cpu, i, cpu.gdtr);
}
bool lidt(Cpu &cpu, const Insn *i) {
    return loadTable(cpu, i, cpu.idtr);
}
bool sgdt(Cpu &cpu, const Insn *i) {
    return storeTable(cpu, i, cpu.gdtr);
}
bool sidt(Cpu &cpu, const Insn *i) {
    return storeTable(cpu, i, cpu.idtr);
}

bool lldt(Cpu &cpu, const Insn *i) {
    if (!needsProtectedMode(cpu) || !privileged(cpu)) return false;
    auto selector = readWord(cpu, i);
    return selector.ok && loadLdtr(cpu, selector.value);
}

bool ltr(Cpu &cpu, const Insn *i) {
    if (!needsProtectedMode(cpu) || !privileged(cpu)) return false;
    auto selector = readWord(cpu, i);
    return selector.ok && loadTr(cpu, selector.value);
}

bool sldt(Cpu &cpu, const Insn *i) {
    return needsProtectedMode(cpu) && storeWord(cpu, i, cpu.ldtr.selector);
}

bool str(Cpu &cpu, const Insn *i) {
    return needsProtectedMode(cpu) && storeWord(cpu, i, cpu.tr.selector);
}

} // namespace

void addTableRegisters(HandlerTable &table) {
    table.setAll(Op::Lgdt, sequential<lgdt>);
    table.setAll(Op::Lidt, sequential<lidt>);
    table.setAll(Op::Sgdt, sequential<sgdt>);
    table.setAll(Op::Sidt, sequential<sidt>);
    table.setAll(Op::Lldt, sequential<lldt>);
    table.setAll(Op::Ltr, sequential<ltr>);
    table.setAll(Op::Sldt, sequential<sldt>);
    table.setAll(Op::Str, sequential<str>);
}

} // namespace bootglass::system
