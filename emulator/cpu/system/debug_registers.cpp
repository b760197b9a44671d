// SPDX-License-Identifier: GPL-3.0-or-later
// MOV to and from DR0-DR7: SDM vol. 3, 18.2.
#include "emulator/cpu/system/debug_bits.h"
#include "emulator/cpu/system/instruction.h"

namespace bootglass::system {

namespace {

/// The register that is meant, after all checks. DR4 and DR5 are old names of DR6 and DR7, which
/// CR4.DE takes away.
Loaded<unsigned> accessed(Cpu &cpu, const Insn *i) {
    unsigned number = i->reg;
    if (number == 4 || number == 5) {
        if (cpu.cr4 & cr4::DE) return {0, cpu.raiseDecoded(Vector::UD)};
        number += 2;
    }
    if (!privileged(cpu)) return {};
    if (cpu.dr[7] & dr7::GD) {
        cpu.dr[6] |= dr6::BD;
        return {0, cpu.raiseDecoded(Vector::DB)};
    }
    return {number, true};
}

bool moveFromDebug(Cpu &cpu, const Insn *i) {
    auto number = accessed(cpu, i);
    if (!number.ok) return false;
    cpu.setReg<uint32_t>(i->rm, cpu.dr[number.value]);
    return true;
}

bool moveToDebug(Cpu &cpu, const Insn *i) {
    auto number = accessed(cpu, i);
    if (!number.ok) return false;
    auto value = cpu.reg<uint32_t>(i->rm);
    switch (number.value) {
    case 6: value = (value & dr6::writable) | dr6::fixedOnes; break;
    case 7: value = (value & dr7::writable) | dr7::fixedOnes; break;
    default: break;
    }
    cpu.dr[number.value] = value;
    cpu.stateChanged();
    return true;
}

} // namespace

void addDebugRegisters(HandlerTable &table) {
    table.setAll(Op::MovFromDr, sequential<moveFromDebug>);
    table.setAll(Op::MovToDr, sequential<moveToDebug>);
}

} // namespace bootglass::system
