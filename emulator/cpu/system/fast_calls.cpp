// SPDX-License-Identifier: GPL-3.0-or-later
// SYSENTER and SYSEXIT: SDM vol. 2; vol. 3, 5.8.7. Segments are flat and come from no descriptor.
#include "emulator/cpu/system/descriptor.h"
#include "emulator/cpu/system/instruction.h"

namespace bootglass::system {

namespace {

constexpr uint32_t codeRights = 0xC09B; // 32-bit, granular, present, readable, accessed
constexpr uint32_t dataRights = 0xC093;

SegmentRegister flat(uint32_t selector, uint32_t rights, unsigned level) {
    SegmentRegister segment;
    segment.selector = withRpl(static_cast<uint16_t>(selector), level);
    segment.base = 0;
    segment.limit = 0xFFFFFFFF;
    segment.rights = rights | level << 5;
    segment.refresh();
    return segment;
}

bool available(Cpu &cpu) {
    return (cpu.protectedMode() && (cpu.sysenterCs & 0xFFFC)) || cpu.raiseDecoded(Vector::GP);
}

bool sysenter(Cpu &cpu, const Insn *) {
    if (!available(cpu)) return false;
    cpu.seg[Cs] = flat(cpu.sysenterCs, codeRights, 0);
    cpu.seg[Ss] = flat(cpu.sysenterCs + 8, dataRights, 0);
    cpu.gpr[Esp] = cpu.sysenterEsp;
    cpu.eip = cpu.sysenterEip;
    cpu.setEflags(cpu.eflags() & ~(eflags::VM | eflags::IF | eflags::RF));
    cpu.setCpl(0);
    return true;
}

bool sysexit(Cpu &cpu, const Insn *) {
    if (!available(cpu) || !privileged(cpu)) return false;
    cpu.seg[Cs] = flat(cpu.sysenterCs + 16, codeRights, 3);
    cpu.seg[Ss] = flat(cpu.sysenterCs + 24, dataRights, 3);
    cpu.gpr[Esp] = cpu.gpr[Ecx];
    cpu.eip = cpu.gpr[Edx];
    cpu.setCpl(3);
    return true;
}

/// There is no system management mode to return from.
bool rsm(Cpu &cpu, const Insn *) {
    return cpu.raiseDecoded(Vector::UD);
}

} // namespace

void addFastCalls(HandlerTable &table) {
    table.setAll(Op::Sysenter, transfer<sysenter>);
    table.setAll(Op::Sysexit, transfer<sysexit>);
    table.setAll(Op::Rsm, transfer<rsm>);
}

} // namespace bootglass::system
