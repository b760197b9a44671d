// SPDX-License-Identifier: GPL-3.0-or-later
// CLC STC CMC SAHF LAHF are the host's; CLD and STD change the CPU's flag, since the host's DF
// stays clear.
#include "emulator/cpu/cpu.h"
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

namespace {

template<asmjit::InstId Operation>
bool same(Emitter &e, const Insn &) {
    e.a.emit(Operation);
    return true;
}

/// PEXT and PDEP clear the bit without touching flags.
template<bool Value>
bool setDirection(Emitter &e, const Insn &) {
    x86::Mem flags = e.systemFlags();
    e.a.mov(x86::ecx, flags);
    e.a.mov(x86::r9d, imm(~eflags::DF));
    e.a.pext(x86::ecx, x86::ecx, x86::r9d);
    e.a.pdep(x86::ecx, x86::ecx, x86::r9d);
    if (Value) e.a.lea(x86::ecx, x86::ptr(x86::rcx, static_cast<int32_t>(eflags::DF)));
    e.a.mov(flags, x86::ecx);
    return true;
}

} // namespace

void addFlagOperations(EmitTable &table) {
    table.set(Op::Clc, same<x86::Inst::kIdClc>);
    table.set(Op::Stc, same<x86::Inst::kIdStc>);
    table.set(Op::Cmc, same<x86::Inst::kIdCmc>);
    table.set(Op::Sahf, same<x86::Inst::kIdSahf>);
    table.set(Op::Lahf, same<x86::Inst::kIdLahf>);
    table.set(Op::Cld, setDirection<false>);
    table.set(Op::Std, setDirection<true>);
}

} // namespace bootglass::jit
