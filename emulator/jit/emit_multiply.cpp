// SPDX-License-Identifier: GPL-3.0-or-later
// MUL IMUL DIV. EAX and EDX are the host's own, so these are the host's instructions, too. A DIV
// that would fault is the interpreter's, and so are all others.
#include "emulator/jit/emit_table.h"
#include "emulator/jit/host.h"

namespace bootglass::jit {

namespace {

template<asmjit::InstId Operation>
bool withAccumulator(Emitter &e, const Insn &i) {
    if (!HostFlags::instance().multiplicationsKeepZf) return false;
    unsigned size = operandBytes(i);
    if (i.memory) {
        e.a.emit(Operation, e.memory(size, Access::Read));
    } else if (size == 1) {
        e.a.emit(Operation, e.byteIn(ByteRegister(i.rm), x86::ecx));
    } else {
        e.a.emit(Operation, Emitter::guest(i.rm, size));
    }
    return true;
}

bool imulGE(Emitter &e, const Insn &i) {
    if (!HostFlags::instance().multiplicationsKeepZf) return false;
    unsigned size = wideBytes(i);
    if (i.memory)
        e.a.imul(Emitter::guest(i.reg, size), e.memory(size, Access::Read));
    else
        e.a.imul(Emitter::guest(i.reg, size), Emitter::guest(i.rm, size));
    return true;
}

bool imulGEI(Emitter &e, const Insn &i) {
    if (!HostFlags::instance().multiplicationsKeepZf) return false;
    unsigned size = wideBytes(i);
    auto value = size == 2 ? imm(static_cast<int16_t>(i.imm)) : imm(static_cast<int32_t>(i.imm));
    if (i.memory)
        e.a.imul(Emitter::guest(i.reg, size), e.memory(size, Access::Read), value);
    else
        e.a.imul(Emitter::guest(i.reg, size), Emitter::guest(i.rm, size), value);
    return true;
}

/// The flags to ecx and r9b, and back; eax is put right.
void keepFlags(Emitter &e) {
    e.a.seto(x86::r9b);
    e.a.mov(x86::ecx, x86::eax);
    e.a.lahf();
    e.a.xchg(x86::eax, x86::ecx);
}
void restoreFlags(Emitter &e) {
    e.a.mov(x86::r8d, x86::eax);
    e.a.mov(x86::eax, x86::ecx);
    e.a.add(x86::r9b, 0x7F);
    e.a.sahf();
    e.a.mov(x86::eax, x86::r8d);
}

/// All flags stay as they were.
bool div(Emitter &e, const Insn &i) {
    if (operandBytes(i) != 4) return false;
    if (i.memory) {
        x86::Mem place = e.memory(4, Access::Read);
        e.a.mov(x86::r8d, place);
    } else {
        e.a.mov(x86::r8d, Emitter::guest32(i.rm));
    }
    e.ensureRoom(64); // what follows is long: earlier islands must stay in reach
    keepFlags(e);
    Label fits = e.a.newLabel();
    // By zero, or a quotient of more than 32 bits.
    e.a.cmp(x86::edx, x86::r8d);
    e.a.short_().jb(fits);
    restoreFlags(e);
    e.slow();
    e.a.bind(fits);
    e.a.div(x86::r8d);
    restoreFlags(e);
    return true;
}

} // namespace

void addMultiplications(EmitTable &table) {
    table.set(Op::MulE, withAccumulator<x86::Inst::kIdMul>);
    table.set(Op::ImulE, withAccumulator<x86::Inst::kIdImul>);
    table.set(Op::DivE, div);
    table.set(Op::ImulGE, imulGE);
    table.set(Op::ImulGEI, imulGEI);
}

} // namespace bootglass::jit
