// SPDX-License-Identifier: GPL-3.0-or-later
// MOVS STOS LODS without REP. Repeated ones are the interpreter's, which copies whole chunks.
#include "emulator/cpu/cpu.h"
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

namespace {

/// The segment's memory at ESI or EDI.
x86::Mem element(Emitter &e, const Insn &i, unsigned segment, unsigned number, Access access) {
    unsigned size = operandBytes(i);
    if (!i.address16) return e.memoryAt(segment, Emitter::guest64(number), false, size, access);
    e.a.movzx(x86::r8d, Emitter::guest(number, 2));
    return e.memoryAt(segment, x86::r8, true, size, access);
}

/// To rcx: -1 if the direction is upwards, -2 if it is downwards.
void direction(Emitter &e) {
    e.ensureRoom(64);
    e.a.mov(x86::ecx, e.systemFlags());
    e.a.mov(x86::r9d, imm(eflags::DF));
    e.a.pext(x86::ecx, x86::ecx, x86::r9d);
    e.a.not_(x86::rcx);
}

/// One element on, with the direction in rcx.
void advance(Emitter &e, const Insn &i, unsigned number) {
    unsigned size = operandBytes(i);
    unsigned scale = size == 1 ? 1 : size == 2 ? 2 : 3; // times 2 * size
    auto up = static_cast<int32_t>(3 * size);
    x86::Mem next = x86::ptr(Emitter::guest64(number), x86::rcx, scale, up);
    if (i.address16) {
        e.a.lea(x86::r8d, next);
        e.a.mov(Emitter::guest(number, 2), x86::r8w);
    } else {
        e.a.lea(Emitter::guest32(number), next);
    }
}

x86::Gp valueRegister(unsigned size) {
    return size == 1 ? x86::Gp(x86::r9b) : size == 2 ? x86::Gp(x86::r9w) : x86::Gp(x86::r9d);
}

bool movs(Emitter &e, const Insn &i) {
    if (i.rep || i.repne) return false;
    unsigned size = operandBytes(i);
    x86::Mem from = element(e, i, i.segment, Esi, Access::Read);
    if (size == 4)
        e.a.mov(x86::r9d, from);
    else
        e.a.movzx(x86::r9d, from);
    // The second look needs r9.
    e.storeToData(&e.frame().target, x86::r9d);
    x86::Mem to = element(e, i, Es, Edi, Access::Write);
    e.withData(&e.frame().target, x86::Inst::kIdMov, x86::r9d);
    e.a.mov(to, valueRegister(size));
    direction(e);
    advance(e, i, Esi);
    advance(e, i, Edi);
    return true;
}

bool stos(Emitter &e, const Insn &i) {
    if (i.rep || i.repne) return false;
    unsigned size = operandBytes(i);
    x86::Mem to = element(e, i, Es, Edi, Access::Write);
    e.a.mov(to, size == 1 ? x86::Gp(x86::al) : size == 2 ? x86::Gp(x86::ax) : x86::Gp(x86::eax));
    direction(e);
    advance(e, i, Edi);
    return true;
}

bool lods(Emitter &e, const Insn &i) {
    if (i.rep || i.repne) return false;
    unsigned size = operandBytes(i);
    x86::Mem from = element(e, i, i.segment, Esi, Access::Read);
    e.a.mov(size == 1 ? x86::Gp(x86::al) : size == 2 ? x86::Gp(x86::ax) : x86::Gp(x86::eax), from);
    direction(e);
    advance(e, i, Esi);
    return true;
}

} // namespace

void addStrings(EmitTable &table) {
    table.set(Op::Movs, movs);
    table.set(Op::Stos, stos);
    table.set(Op::Lods, lods);
}

} // namespace bootglass::jit
