// SPDX-License-Identifier: GPL-3.0-or-later
// MOV LEA MOVZX MOVSX XCHG XLAT CBW CWD CMOVcc SETcc NOP PAUSE.
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

namespace {

using asmjit::InstId;

bool movEG(Emitter &e, const Insn &i) {
    unsigned size = operandBytes(i);
    // A2 and A3: from AL or eAX to an address; reg is 0 then.
    if (size == 1 && !i.memory) {
        e.byteToByte(x86::Inst::kIdMov, ByteRegister(i.rm), ByteRegister(i.reg));
    } else if (!i.memory) {
        e.a.mov(Emitter::guest(i.rm, size), Emitter::guest(i.reg, size));
    } else {
        x86::Mem place = e.memory(size, Access::Write);
        e.a.mov(place,
                size == 1 ? e.byteIn(ByteRegister(i.reg), x86::r9d) : Emitter::guest(i.reg, size));
    }
    return true;
}

bool movGE(Emitter &e, const Insn &i) {
    unsigned size = operandBytes(i);
    if (size == 1 && !i.memory) {
        e.byteToByte(x86::Inst::kIdMov, ByteRegister(i.reg), ByteRegister(i.rm));
    } else if (!i.memory) {
        e.a.mov(Emitter::guest(i.reg, size), Emitter::guest(i.rm, size));
    } else {
        x86::Mem place = e.memory(size, Access::Read);
        if (size == 1 && ByteRegister(i.reg).high) {
            e.a.movzx(x86::ecx, place);
            e.clToByte(x86::Inst::kIdMov, ByteRegister(i.reg));
        } else if (size == 1) {
            e.a.mov(Emitter::guest32(ByteRegister(i.reg).number).r8(), place);
        } else {
            e.a.mov(Emitter::guest(i.reg, size), place);
        }
    }
    return true;
}

bool movEI(Emitter &e, const Insn &i) {
    unsigned size = operandBytes(i);
    if (size == 1 && !i.memory) {
        e.immediateToByte(x86::Inst::kIdMov, ByteRegister(i.rm), i.imm);
        return true;
    }
    auto value = size == 1   ? imm(static_cast<int8_t>(i.imm))
                 : size == 2 ? imm(static_cast<int16_t>(i.imm))
                             : imm(static_cast<int32_t>(i.imm));
    if (i.memory)
        e.a.mov(e.memory(size, Access::Write), value);
    else if (size == 4)
        e.a.mov(Emitter::guest32(i.rm), i.imm);
    else
        e.a.mov(Emitter::guest(i.rm, size), value);
    return true;
}

template<InstId Operation, unsigned From>
bool extend(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    x86::Gp target = Emitter::guest(i.reg, size);
    if (i.memory) {
        x86::Mem place = e.memory(From, Access::Read);
        if (From == 2 && size == 2)
            e.a.mov(target, place);
        else
            e.a.emit(Operation, target, place);
    } else if (From == 1) {
        e.a.emit(Operation, target, e.byteIn(ByteRegister(i.rm), x86::ecx));
    } else if (size == 2) {
        e.a.mov(target, Emitter::guest(i.rm, 2));
    } else {
        e.a.emit(Operation, target, Emitter::guest(i.rm, 2));
    }
    return true;
}

bool lea(Emitter &e, const Insn &i) {
    if (!i.operand16 && !i.address16) {
        e.address(Emitter::guest32(i.reg));
        return true;
    }
    x86::Gp value = e.offset();
    if (i.operand16)
        e.a.mov(Emitter::guest(i.reg, 2), value.r16());
    else
        e.a.mov(Emitter::guest32(i.reg), value.r32());
    return true;
}

/// The host's XCHG with memory locks the bus, which costs twenty times as much.
bool xchg(Emitter &e, const Insn &i) {
    unsigned size = operandBytes(i);
    if (size == 1) {
        ByteRegister reg(i.reg);
        if (reg.high) return false;
        x86::Gp low = Emitter::guest32(reg.number).r8();
        if (i.memory) {
            x86::Mem place = e.memory(1, Access::Write);
            e.a.movzx(x86::r9d, place);
            e.a.mov(place, low);
            e.a.mov(low, x86::r9b);
            return true;
        }
        ByteRegister rm(i.rm);
        if (rm.high) return false;
        e.a.xchg(Emitter::guest32(rm.number).r8(), low);
        return true;
    }
    x86::Gp reg = Emitter::guest(i.reg, size);
    if (i.memory) {
        x86::Mem place = e.memory(size, Access::Write);
        x86::Gp old = Emitter::sized(x86::r9, size);
        e.a.mov(old, place);
        e.a.mov(place, reg);
        e.a.mov(reg, old);
    } else {
        e.a.xchg(Emitter::guest(i.rm, size), reg);
    }
    return true;
}

bool xlat(Emitter &e, const Insn &i) {
    e.a.movzx(x86::ecx, x86::al);
    e.a.lea(x86::r8d, x86::ptr(Emitter::guest64(Ebx), x86::rcx));
    if (i.address16) e.a.movzx(x86::r8d, x86::r8w);
    e.a.mov(x86::al, e.memoryAt(i.segment, x86::r8, i.address16, 1, Access::Read));
    return true;
}

bool cbw(Emitter &e, const Insn &i) {
    if (i.operand16)
        e.a.cbw();
    else
        e.a.cwde();
    return true;
}

bool cwd(Emitter &e, const Insn &i) {
    if (i.operand16)
        e.a.cwd();
    else
        e.a.cdq();
    return true;
}

/// In the order of the conditions' numbers.
constexpr InstId moves[] = {
    x86::Inst::kIdCmovo, x86::Inst::kIdCmovno, x86::Inst::kIdCmovb,  x86::Inst::kIdCmovnb,
    x86::Inst::kIdCmovz, x86::Inst::kIdCmovnz, x86::Inst::kIdCmovbe, x86::Inst::kIdCmovnbe,
    x86::Inst::kIdCmovs, x86::Inst::kIdCmovns, x86::Inst::kIdCmovp,  x86::Inst::kIdCmovnp,
    x86::Inst::kIdCmovl, x86::Inst::kIdCmovnl, x86::Inst::kIdCmovle, x86::Inst::kIdCmovnle};
constexpr InstId sets[] = {
    x86::Inst::kIdSeto, x86::Inst::kIdSetno, x86::Inst::kIdSetb,  x86::Inst::kIdSetnb,
    x86::Inst::kIdSetz, x86::Inst::kIdSetnz, x86::Inst::kIdSetbe, x86::Inst::kIdSetnbe,
    x86::Inst::kIdSets, x86::Inst::kIdSetns, x86::Inst::kIdSetp,  x86::Inst::kIdSetnp,
    x86::Inst::kIdSetl, x86::Inst::kIdSetnl, x86::Inst::kIdSetle, x86::Inst::kIdSetnle};

bool cmov(Emitter &e, const Insn &i) {
    InstId move = moves[static_cast<unsigned>(i.op) - static_cast<unsigned>(Op::CmovO)];
    unsigned size = wideBytes(i);
    if (i.memory)
        e.a.emit(move, Emitter::guest(i.reg, size), e.memory(size, Access::Read));
    else
        e.a.emit(move, Emitter::guest(i.reg, size), Emitter::guest(i.rm, size));
    return true;
}

bool setcc(Emitter &e, const Insn &i) {
    InstId set = sets[static_cast<unsigned>(i.op) - static_cast<unsigned>(Op::SetO)];
    if (i.memory)
        e.a.emit(set, e.memory(1, Access::Write));
    else
        e.onByte(set, ByteRegister(i.rm));
    return true;
}

bool nothing(Emitter &, const Insn &) {
    return true;
}

} // namespace

void addMoves(EmitTable &table) {
    table.set(Op::MovEG, movEG);
    table.set(Op::MovGE, movGE);
    table.set(Op::MovEI, movEI);
    table.set(Op::MovzxB, extend<x86::Inst::kIdMovzx, 1>);
    table.set(Op::MovzxW, extend<x86::Inst::kIdMovzx, 2>);
    table.set(Op::MovsxB, extend<x86::Inst::kIdMovsx, 1>);
    table.set(Op::MovsxW, extend<x86::Inst::kIdMovsx, 2>);
    table.set(Op::Lea, lea);
    table.set(Op::XchgEG, xchg);
    table.set(Op::Xlat, xlat);
    table.set(Op::Cbw, cbw);
    table.set(Op::Cwd, cwd);
    table.setRow(Op::CmovO, 16, cmov);
    table.setRow(Op::SetO, 16, setcc);
    table.set(Op::Nop, nothing);
    table.set(Op::Pause, nothing);
}

} // namespace bootglass::jit
