// SPDX-License-Identifier: GPL-3.0-or-later
// INT n INT3 INTO INT1 BOUND: SDM vol. 2.
#include "emulator/cpu/system/instruction.h"
#include "emulator/cpu/system/interrupt_entry.h"

namespace bootglass::system {

namespace {

bool enter(Cpu &cpu, const Insn *i, uint8_t vector, EntryCause cause) {
    return enterHandler(cpu, {.vector = vector,
                              .cause = cause,
                              .returnEip = cpu.nextEip(i),
                              .ownEip = cpu.eip + i->offset,
                              .leaveOffset = i->offset});
}

bool interrupt(Cpu &cpu, const Insn *i) {
    return enter(cpu, i, static_cast<uint8_t>(i->imm), EntryCause::Int);
}

bool breakpoint(Cpu &cpu, const Insn *i) {
    return enter(cpu, i, static_cast<uint8_t>(Vector::BP), EntryCause::Int3Into);
}

bool overflow(Cpu &cpu, const Insn *i) {
    if (cpu.flags.of())
        return enter(cpu, i, static_cast<uint8_t>(Vector::OF), EntryCause::Int3Into);
    cpu.eip = cpu.nextEip(i);
    return true;
}

bool debugTrap(Cpu &cpu, const Insn *i) {
    return enter(cpu, i, static_cast<uint8_t>(Vector::DB), EntryCause::Int1);
}

template<typename T>
bool insideBounds(Cpu &cpu, const Insn *i) {
    uint32_t at = cpu.address(i);
    auto lower = cpu.read<T>(i->segment, at);
    if (!lower.ok) return false;
    auto upper = cpu.read<T>(i->segment, at + static_cast<uint32_t>(sizeof(T)));
    if (!upper.ok) return false;
    using Signed = std::make_signed_t<T>;
    auto index = static_cast<Signed>(cpu.reg<T>(i->reg));
    bool inside =
        index >= static_cast<Signed>(lower.value) && index <= static_cast<Signed>(upper.value);
    return inside || cpu.raise(Vector::BR);
}

template<typename T>
void bound(Cpu &cpu, const Insn *i) {
    if (!insideBounds<T>(cpu, i)) return cpu.leave(i);
    return next(cpu, i);
}

} // namespace

void addSoftwareInterrupts(HandlerTable &table) {
    table.setAll(Op::Int, transfer<interrupt>);
    table.setAll(Op::Int3, transfer<breakpoint>);
    table.setAll(Op::Into, transfer<overflow>);
    table.setAll(Op::Int1, transfer<debugTrap>);
    table.set(Op::Bound, OperandSize::Size16, true, bound<uint16_t>);
    table.set(Op::Bound, OperandSize::Size32, true, bound<uint32_t>);
}

} // namespace bootglass::system
