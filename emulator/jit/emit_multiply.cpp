// SPDX-License-Identifier: GPL-3.0-or-later
// MUL IMUL. EAX and EDX are the host's own, so these are the host's instructions, too. Divisions
// are the interpreter's: they change the host's flags and can fault.
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

} // namespace

void addMultiplications(EmitTable &table) {
    table.set(Op::MulE, withAccumulator<x86::Inst::kIdMul>);
    table.set(Op::ImulE, withAccumulator<x86::Inst::kIdImul>);
    table.set(Op::ImulGE, imulGE);
    table.set(Op::ImulGEI, imulGEI);
}

} // namespace bootglass::jit
