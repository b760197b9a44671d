// SPDX-License-Identifier: GPL-3.0-or-later
// ADD OR ADC SBB AND SUB XOR CMP TEST INC DEC NEG NOT: the host's own instructions.
#include "emulator/jit/emit_table.h"
#include "emulator/jit/host.h"

namespace bootglass::jit {

namespace {

using asmjit::InstId;

/// In the order of their opcodes.
constexpr InstId operations[] = {x86::Inst::kIdAdd, x86::Inst::kIdOr,  x86::Inst::kIdAdc,
                                 x86::Inst::kIdSbb, x86::Inst::kIdAnd, x86::Inst::kIdSub,
                                 x86::Inst::kIdXor, x86::Inst::kIdCmp};

InstId operationOf(Op op, Op first) {
    return operations[static_cast<unsigned>(op) - static_cast<unsigned>(first)];
}

Access accessOf(InstId operation) {
    bool reads = operation == x86::Inst::kIdCmp || operation == x86::Inst::kIdTest;
    return reads ? Access::Read : Access::Write;
}

bool known(InstId operation) {
    bool logic = operation == x86::Inst::kIdAnd || operation == x86::Inst::kIdOr ||
                 operation == x86::Inst::kIdXor || operation == x86::Inst::kIdTest;
    return !logic || HostFlags::instance().logicClearsAf;
}

bool registerToOperand(Emitter &e, const Insn &i, InstId operation) {
    if (!known(operation)) return false;
    unsigned size = operandBytes(i);
    if (size == 1 && !i.memory) {
        e.byteToByte(operation, ByteRegister(i.rm), ByteRegister(i.reg));
    } else if (!i.memory) {
        e.a.emit(operation, Emitter::guest(i.rm, size), Emitter::guest(i.reg, size));
    } else {
        x86::Mem place = e.memory(size, accessOf(operation));
        x86::Gp source =
            size == 1 ? e.byteIn(ByteRegister(i.reg), x86::r9d) : Emitter::guest(i.reg, size);
        e.a.emit(operation, place, source);
    }
    return true;
}

bool operandToRegister(Emitter &e, const Insn &i, InstId operation) {
    if (!known(operation)) return false;
    unsigned size = operandBytes(i);
    if (size == 1 && !i.memory) {
        e.byteToByte(operation, ByteRegister(i.reg), ByteRegister(i.rm));
    } else if (!i.memory) {
        e.a.emit(operation, Emitter::guest(i.reg, size), Emitter::guest(i.rm, size));
    } else {
        x86::Mem place = e.memory(size, Access::Read);
        if (size == 1 && ByteRegister(i.reg).high) {
            e.a.movzx(x86::ecx, place);
            e.clToByte(operation, ByteRegister(i.reg));
        } else {
            x86::Gp target = size == 1 ? Emitter::guest32(ByteRegister(i.reg).number).r8()
                                       : Emitter::guest(i.reg, size);
            e.a.emit(operation, target, place);
        }
    }
    return true;
}

bool immediateToOperand(Emitter &e, const Insn &i, InstId operation) {
    if (!known(operation)) return false;
    unsigned size = operandBytes(i);
    if (size == 1 && !i.memory) {
        e.immediateToByte(operation, ByteRegister(i.rm), i.imm);
        return true;
    }
    auto value = size == 1   ? imm(static_cast<int8_t>(i.imm))
                 : size == 2 ? imm(static_cast<int16_t>(i.imm))
                             : imm(static_cast<int32_t>(i.imm));
    if (i.memory)
        e.a.emit(operation, e.memory(size, accessOf(operation)), value);
    else
        e.a.emit(operation, Emitter::guest(i.rm, size), value);
    return true;
}

bool arithmeticEG(Emitter &e, const Insn &i) {
    return registerToOperand(e, i, operationOf(i.op, Op::AddEG));
}
bool arithmeticGE(Emitter &e, const Insn &i) {
    return operandToRegister(e, i, operationOf(i.op, Op::AddGE));
}
bool arithmeticEI(Emitter &e, const Insn &i) {
    return immediateToOperand(e, i, operationOf(i.op, Op::AddEI));
}
bool testEG(Emitter &e, const Insn &i) {
    return registerToOperand(e, i, x86::Inst::kIdTest);
}
bool testEI(Emitter &e, const Insn &i) {
    return immediateToOperand(e, i, x86::Inst::kIdTest);
}

template<InstId Operation>
bool unary(Emitter &e, const Insn &i) {
    unsigned size = operandBytes(i);
    if (i.memory)
        e.a.emit(Operation, e.memory(size, Access::Write));
    else if (size == 1)
        e.onByte(Operation, ByteRegister(i.rm));
    else
        e.a.emit(Operation, Emitter::guest(i.rm, size));
    return true;
}

} // namespace

void addArithmetic(EmitTable &table) {
    table.setRow(Op::AddEG, 8, arithmeticEG);
    table.setRow(Op::AddGE, 8, arithmeticGE);
    table.setRow(Op::AddEI, 8, arithmeticEI);
    table.set(Op::TestEG, testEG);
    table.set(Op::TestEI, testEI);
    table.set(Op::IncE, unary<x86::Inst::kIdInc>);
    table.set(Op::DecE, unary<x86::Inst::kIdDec>);
    table.set(Op::NegE, unary<x86::Inst::kIdNeg>);
    table.set(Op::NotE, unary<x86::Inst::kIdNot>);
}

} // namespace bootglass::jit
