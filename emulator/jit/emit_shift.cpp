// SPDX-License-Identifier: GPL-3.0-or-later
// Shifts and rotates. The host's flags are ours where it sets AF after shifts; else shifts are left
// to the interpreter (see HostFlags).
#include "emulator/jit/emit_table.h"
#include "emulator/jit/host.h"

namespace bootglass::jit {

namespace {

using asmjit::InstId;

/// In the order of ModRM's reg field.
constexpr InstId operations[] = {x86::Inst::kIdRol, x86::Inst::kIdRor, x86::Inst::kIdRcl,
                                 x86::Inst::kIdRcr, x86::Inst::kIdShl, x86::Inst::kIdShr,
                                 x86::Inst::kIdShl, x86::Inst::kIdSar};
constexpr unsigned firstShift = 4;

bool byImmediate(Emitter &e, const Insn &i) {
    unsigned which = static_cast<unsigned>(i.op) - static_cast<unsigned>(Op::RolEI);
    if (which >= firstShift && !HostFlags::instance().shiftsSetAf) return false;
    InstId operation = operations[which];
    unsigned size = operandBytes(i);
    uint32_t count = i.imm & 31;
    if (i.memory)
        e.a.emit(operation, e.memory(size, Access::Write), imm(count));
    else if (size == 1)
        e.immediateToByte(operation, ByteRegister(i.rm), count);
    else
        e.a.emit(operation, Emitter::guest(i.rm, size), imm(count));
    return true;
}

bool byCl(Emitter &e, const Insn &i) {
    unsigned which = static_cast<unsigned>(i.op) - static_cast<unsigned>(Op::RolECl);
    if (which >= firstShift && !HostFlags::instance().shiftsSetAf) return false;
    InstId operation = operations[which];
    unsigned size = operandBytes(i);
    if (i.memory) {
        x86::Mem place = e.memory(size, Access::Write);
        e.a.lea(x86::r8, place.cloneResized(8));
        e.a.mov(x86::ecx, Emitter::guest32(Ecx));
        e.a.emit(operation, x86::ptr(x86::r8, 0, size), x86::cl);
        return true;
    }
    e.a.mov(x86::ecx, Emitter::guest32(Ecx));
    if (size == 1)
        e.clToByte(operation, ByteRegister(i.rm));
    else
        e.a.emit(operation, Emitter::guest(i.rm, size), x86::cl);
    return true;
}

/// 16-bit operands have counts whose result is undefined: these are the interpreter's.
template<InstId Operation, bool ByCl>
bool doubleShift(Emitter &e, const Insn &i) {
    if (i.operand16 || !HostFlags::instance().shiftsSetAf) return false;
    x86::Gp source = Emitter::guest32(i.reg);
    if (!i.memory) {
        if (ByCl) {
            e.a.mov(x86::ecx, Emitter::guest32(Ecx));
            e.a.emit(Operation, Emitter::guest32(i.rm), source, x86::cl);
        } else {
            e.a.emit(Operation, Emitter::guest32(i.rm), source, imm(i.imm & 31));
        }
        return true;
    }
    x86::Mem place = e.memory(4, Access::Write);
    if (ByCl) {
        e.a.lea(x86::r8, place.cloneResized(8));
        e.a.mov(x86::ecx, Emitter::guest32(Ecx));
        e.a.emit(Operation, x86::ptr(x86::r8, 0, 4), source, x86::cl);
    } else {
        e.a.emit(Operation, place, source, imm(i.imm & 31));
    }
    return true;
}

} // namespace

void addShifts(EmitTable &table) {
    table.setRow(Op::RolEI, 8, byImmediate);
    table.setRow(Op::RolECl, 8, byCl);
    table.set(Op::ShldI, doubleShift<x86::Inst::kIdShld, false>);
    table.set(Op::ShldCl, doubleShift<x86::Inst::kIdShld, true>);
    table.set(Op::ShrdI, doubleShift<x86::Inst::kIdShrd, false>);
    table.set(Op::ShrdCl, doubleShift<x86::Inst::kIdShrd, true>);
}

} // namespace bootglass::jit
