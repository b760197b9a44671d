// SPDX-License-Identifier: GPL-3.0-or-later
// x87 instructions: the operand is found by translated code, what is done with it is a call of the
// interpreter's own function, and the pointers to the last instruction are kept here. While an
// exception is not masked, and where an operand has ten bytes, the interpreter does it all.
#include "emulator/cpu/cpu.h"
#include "emulator/cpu/handlers.h"
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

namespace {

/// The operand in memory to r9: its bits, or where it is.
void loadOperand(Emitter &e, const X87Work &work) {
    x86::Mem place = e.memory(work.bytes, work.stores ? Access::Write : Access::Read);
    if (work.stores)
        e.a.lea(x86::r9, place.cloneResized(8));
    else if (work.bytes == 2)
        e.a.movzx(x86::r9d, place);
    else
        e.a.mov(work.bytes == 4 ? x86::Gp(x86::r9d) : x86::Gp(x86::r9), place);
}

void storeSelector(Emitter &e, const uint16_t &member, unsigned segment) {
    e.a.movzx(x86::ecx, e.selector(segment));
    e.a.mov(e.state(&member, 2), x86::cx);
}

/// FOP, FCS:FIP and FDS:FDP.
void note(Emitter &e, const Insn &i) {
    const X87State &fpu = e.x87();
    e.ensureRoom(96);
    e.a.mov(e.state(&fpu.opcode, 2), imm((i.opcode & 7) << 8 | i.modrm));
    storeSelector(e, fpu.instructionSelector, Cs);
    e.loadEip(x86::r9d, e.eip());
    e.a.mov(e.state(&fpu.instructionPointer, 4), x86::r9d);
    if (!i.memory) return;
    storeSelector(e, fpu.operandSelector, i.segment);
    e.a.mov(e.state(&fpu.operandPointer, 4), e.offset().r32());
}

bool compute(Emitter &e, const Insn &i) {
    const X87Work &work = HandlerTable::instance().work(i.op);
    e.unlessX87Ready();
    if (work.bytes != 0) loadOperand(e, work);
    e.ensureRoom(48);
    auto function = work.comparison ? reinterpret_cast<uint64_t>(work.comparison)
                                    : reinterpret_cast<uint64_t>(work.function);
    e.a.mov(x86::rcx, imm(function));
    if (!i.memory) e.a.mov(x86::r8d, i.rm);
    e.callAbsolute(work.comparison ? e.glue().x87IntoFlags : e.glue().x87);
    e.slowIfZero();
    if (work.notes) note(e, i);
    return true;
}

template<uint16_t X87State::*word>
bool storeWord(Emitter &e, const Insn &) {
    e.unlessX87Ready();
    x86::Mem place = e.memory(2, Access::Write);
    e.a.movzx(x86::r9d, e.state(&(e.x87().*word), 2));
    e.a.mov(place, x86::r9w);
    return true;
}

bool storeStatusInAx(Emitter &e, const Insn &) {
    e.unlessX87Ready();
    e.a.mov(x86::ax, e.state(&e.x87().status, 2));
    return true;
}

} // namespace

void addX87(EmitTable &table) {
    for (size_t n = 0; n < opCount; ++n) {
        auto op = static_cast<Op>(n);
        const X87Work &work = HandlerTable::instance().work(op);
        if (work.function || work.comparison) table.set(op, compute);
    }
    table.set(Op::Fnstcw, storeWord<&X87State::control>);
    table.set(Op::FnstswM, storeWord<&X87State::status>);
    table.set(Op::FnstswAx, storeStatusInAx);
}

} // namespace bootglass::jit
