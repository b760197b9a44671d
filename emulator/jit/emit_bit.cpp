// SPDX-License-Identifier: GPL-3.0-or-later
// BT BTS BTR BTC BSF BSR BSWAP CMPXCHG XADD. A bit string in memory is addressed by hand, since the
// host's form with a memory operand and a register is slow and unbounded.
#include "emulator/jit/emit_table.h"
#include "emulator/jit/host.h"

namespace bootglass::jit {

namespace {

using asmjit::InstId;

constexpr InstId bitOperations[] = {x86::Inst::kIdBt, x86::Inst::kIdBts, x86::Inst::kIdBtr,
                                    x86::Inst::kIdBtc};

bool bitByImmediate(Emitter &e, const Insn &i) {
    if (!HostFlags::instance().bitTestsKeepOthers) return false;
    InstId operation = bitOperations[static_cast<unsigned>(i.op) - static_cast<unsigned>(Op::BtEI)];
    unsigned size = wideBytes(i);
    auto bit = imm(i.imm & (8 * size - 1));
    if (i.memory)
        e.a.emit(operation, e.memory(size, i.op == Op::BtEI ? Access::Read : Access::Write), bit);
    else
        e.a.emit(operation, Emitter::guest(i.rm, size), bit);
    return true;
}

bool bitByRegister(Emitter &e, const Insn &i) {
    if (!HostFlags::instance().bitTestsKeepOthers) return false;
    InstId operation = bitOperations[static_cast<unsigned>(i.op) - static_cast<unsigned>(Op::BtEG)];
    unsigned size = wideBytes(i);
    if (!i.memory) {
        e.a.emit(operation, Emitter::guest(i.rm, size), Emitter::guest(i.reg, size));
        return true;
    }
    if (size != 4 || i.address16) return false;
    // The offset grows by 4 bytes for each 32 bits, in both directions.
    x86::Gp start = e.offset();
    e.a.mov(x86::ecx, 5);
    e.a.sarx(x86::ecx, Emitter::guest32(i.reg), x86::ecx);
    e.a.lea(x86::r8d, x86::ptr(start, x86::rcx, 2));
    bool writes = i.op != Op::BtEG;
    x86::Mem place =
        e.memoryAt(i.segment, x86::r8, false, size, writes ? Access::Write : Access::Read);
    e.a.mov(x86::r9d, place);
    e.a.emit(operation, x86::r9d, Emitter::guest32(i.reg)); // takes the number modulo 32
    if (writes) e.a.mov(place, x86::r9d);
    return true;
}

template<InstId Operation>
bool scan(Emitter &e, const Insn &i) {
    if (!HostFlags::instance().scansAreCanonical) return false;
    unsigned size = wideBytes(i);
    if (i.memory)
        e.a.emit(Operation, Emitter::guest(i.reg, size), e.memory(size, Access::Read));
    else
        e.a.emit(Operation, Emitter::guest(i.reg, size), Emitter::guest(i.rm, size));
    return true;
}

bool bswap(Emitter &e, const Insn &i) {
    if (i.operand16) return false;
    e.a.bswap(Emitter::guest32(i.rm));
    return true;
}

template<InstId Operation>
bool exchangeAndArithmetic(Emitter &e, const Insn &i) {
    unsigned size = operandBytes(i);
    if (size == 1) {
        if (ByteRegister(i.reg).high) return false;
        if (!i.memory && ByteRegister(i.rm).high) return false;
    }
    auto reg = [size](unsigned number) {
        return size == 1 ? Emitter::guest32(ByteRegister(number).number).r8()
                         : Emitter::guest(number, size);
    };
    if (i.memory)
        e.a.emit(Operation, e.memory(size, Access::Write), reg(i.reg));
    else
        e.a.emit(Operation, reg(i.rm), reg(i.reg));
    return true;
}

/// ECX is not in rcx, so the address must be.
bool cmpxchg8b(Emitter &e, const Insn &i) {
    if (!i.memory) return false;
    x86::Mem place = e.memory(8, Access::Write);
    e.a.lea(x86::r8, place.cloneResized(8));
    e.a.mov(x86::ecx, Emitter::guest32(Ecx));
    e.a.cmpxchg8b(x86::qword_ptr(x86::r8));
    return true;
}

} // namespace

void addBits(EmitTable &table) {
    table.setRow(Op::BtEG, 4, bitByRegister);
    table.setRow(Op::BtEI, 4, bitByImmediate);
    table.set(Op::Bsf, scan<x86::Inst::kIdBsf>);
    table.set(Op::Bsr, scan<x86::Inst::kIdBsr>);
    table.set(Op::Bswap, bswap);
    table.set(Op::CmpxchgEG, exchangeAndArithmetic<x86::Inst::kIdCmpxchg>);
    table.set(Op::Cmpxchg8b, cmpxchg8b);
    table.set(Op::XaddEG, exchangeAndArithmetic<x86::Inst::kIdXadd>);
}

} // namespace bootglass::jit
