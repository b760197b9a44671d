// SPDX-License-Identifier: GPL-3.0-or-later
// Decimal adjustment: DAA DAS AAA AAS AAM AAD, and the undocumented SALC: SDM vol. 2. Flags that
// the manual leaves undefined follow the result, OF is cleared.
#include "emulator/cpu/interpreter/operands.h"

namespace bootglass {

namespace {

/// SF, ZF and PF from the result, CF and AF as given, OF cleared.
void setFlags(Cpu &cpu, uint8_t result, bool cf, bool af) {
    cpu.flags.afterLogic<uint8_t>(result);
    cpu.flags.set(cpu.flags.value() | (cf ? eflags::CF : 0) | (af ? eflags::AF : 0));
}

template<bool Subtract>
void adjustPacked(Cpu &cpu, const Insn *i) {
    auto al = cpu.reg<uint8_t>(0);
    bool cf = cpu.flags.cf();
    bool low = (al & 0x0F) > 9 || cpu.flags.af();
    bool high = al > 0x99 || cf;
    uint8_t correction = static_cast<uint8_t>((low ? 0x06 : 0) + (high ? 0x60 : 0));
    auto result = static_cast<uint8_t>(Subtract ? al - correction : al + correction);
    // DAS borrows also out of the low digit's correction.
    bool borrow = Subtract && low && al < 6;
    cpu.setReg<uint8_t>(0, result);
    setFlags(cpu, result, high || borrow, low);
    return next(cpu, i);
}

template<bool Subtract>
void adjustUnpacked(Cpu &cpu, const Insn *i) {
    auto ax = cpu.reg<uint16_t>(Eax);
    bool adjust = (ax & 0x0F) > 9 || cpu.flags.af();
    if (adjust) ax = static_cast<uint16_t>(Subtract ? ax - 0x106 : ax + 0x106);
    ax &= 0xFF0F;
    cpu.setReg<uint16_t>(Eax, ax);
    setFlags(cpu, static_cast<uint8_t>(ax), adjust, adjust);
    return next(cpu, i);
}

void aam(Cpu &cpu, const Insn *i) {
    auto base = static_cast<uint8_t>(i->imm);
    if (base == 0) {
        cpu.raise(Vector::DE);
        return cpu.leave(i);
    }
    auto al = cpu.reg<uint8_t>(0);
    auto low = static_cast<uint8_t>(al % base);
    cpu.setReg<uint16_t>(Eax, static_cast<uint16_t>(al / base << 8 | low));
    setFlags(cpu, low, false, false);
    return next(cpu, i);
}

void aad(Cpu &cpu, const Insn *i) {
    auto ax = cpu.reg<uint16_t>(Eax);
    auto result = static_cast<uint8_t>((ax >> 8) * i->imm + (ax & 0xFF));
    cpu.setReg<uint16_t>(Eax, result);
    setFlags(cpu, result, false, false);
    return next(cpu, i);
}

/// AL is filled with CF (in no manual, on every processor).
void salc(Cpu &cpu, const Insn *i) {
    cpu.setReg<uint8_t>(0, cpu.flags.cf() ? 0xFF : 0);
    return next(cpu, i);
}

} // namespace

void addDecimalHandlers(HandlerTable &table) {
    table.setAll(Op::Daa, adjustPacked<false>);
    table.setAll(Op::Das, adjustPacked<true>);
    table.setAll(Op::Aaa, adjustUnpacked<false>);
    table.setAll(Op::Aas, adjustUnpacked<true>);
    table.setAll(Op::Aam, aam);
    table.setAll(Op::Aad, aad);
    table.setAll(Op::Salc, salc);
}

} // namespace bootglass
