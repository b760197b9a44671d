// SPDX-License-Identifier: GPL-3.0-or-later
// Jcc JMP CALL RET LOOP JCXZ. Conditions are the host's. Known targets are links, others go through
// the mode's jump table. A target that may be beyond the segment's limit is the interpreter's.
#include "emulator/cpu/cpu.h"
#include "emulator/jit/emit_stack.h"
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

namespace {

using asmjit::InstId;

/// In the order of the conditions' numbers.
constexpr InstId jumps[] = {
    x86::Inst::kIdJo, x86::Inst::kIdJno, x86::Inst::kIdJb,  x86::Inst::kIdJnb,
    x86::Inst::kIdJz, x86::Inst::kIdJnz, x86::Inst::kIdJbe, x86::Inst::kIdJnbe,
    x86::Inst::kIdJs, x86::Inst::kIdJns, x86::Inst::kIdJp,  x86::Inst::kIdJnp,
    x86::Inst::kIdJl, x86::Inst::kIdJnl, x86::Inst::kIdJle, x86::Inst::kIdJnle};

uint32_t relativeTarget(const Emitter &e, const Insn &i) {
    uint32_t target = e.nextEip() + i.imm;
    return i.operand16 ? target & 0xFFFF : target;
}

/// A target that code can know. Where it depends on where the page is mapped, its upper half cannot
/// be cut off; nobody does so there.
bool known(const Emitter &e, const Insn &i) {
    if (i.operand16 && e.isRelocatable()) return false;
    return e.reachable(relativeTarget(e, i));
}

void pushNextEip(Emitter &e, unsigned size) {
    x86::Mem place = stackToPush(e, size);
    if (size == 2) {
        e.a.mov(place, imm(static_cast<int16_t>(e.nextEip())));
    } else if (e.isRelocatable()) {
        e.loadEip(x86::r9d, e.nextEip());
        e.a.mov(place, x86::r9d);
    } else {
        e.a.mov(place, imm(static_cast<int32_t>(e.nextEip())));
    }
    pushed(e, size);
}

bool jcc(Emitter &e, const Insn &i) {
    if (!known(e, i)) return false;
    const unsigned condition = static_cast<unsigned>(i.op) - static_cast<unsigned>(Op::JO);
    Label leaves = e.a.newLabel();
    // Conditions stand in pairs of opposites.
    e.a.emit(jumps[e.isFollowed() ? condition ^ 1 : condition], leaves);
    e.takenFrom(leaves, e.isFollowed() ? e.nextEip() : relativeTarget(e, i));
    return true;
}

/// To `taken` if rcx is zero.
void jumpIfRcxZero(Emitter &e, Label taken) {
    Label zero = e.a.newLabel(), over = e.a.newLabel();
    e.a.jecxz(x86::rcx, zero);
    e.a.short_().jmp(over);
    e.a.bind(zero);
    e.a.long_().jmp(taken);
    e.a.bind(over);
}

bool loop(Emitter &e, const Insn &i) {
    if (!known(e, i)) return false;
    uint32_t target = relativeTarget(e, i);
    Label taken = e.a.newLabel(), ended = e.a.newLabel();
    x86::Gp counter = Emitter::guest64(Ecx);
    if (i.address16) {
        e.a.lea(x86::ecx, x86::ptr(counter, -1));
        e.a.mov(counter.r16(), x86::cx);
        e.a.movzx(x86::ecx, x86::cx);
    } else {
        e.a.lea(counter.r32(), x86::ptr(counter, -1));
        e.a.mov(x86::ecx, counter.r32());
    }
    if (e.isFollowed()) {
        jumpIfRcxZero(e, ended);
        e.takenFrom(ended, e.nextEip());
        return true;
    }
    e.a.jecxz(x86::rcx, ended);
    if (i.op == Op::Loop)
        e.a.long_().jmp(taken);
    else
        e.a.emit(i.op == Op::Loope ? x86::Inst::kIdJz : x86::Inst::kIdJnz, taken);
    e.a.bind(ended);
    e.takenFrom(taken, target);
    return true;
}

bool jcxz(Emitter &e, const Insn &i) {
    if (!known(e, i)) return false;
    uint32_t target = relativeTarget(e, i);
    Label taken = e.a.newLabel();
    if (i.address16)
        e.a.movzx(x86::ecx, Emitter::guest(Ecx, 2));
    else
        e.a.mov(x86::ecx, Emitter::guest32(Ecx));
    jumpIfRcxZero(e, taken);
    e.takenFrom(taken, target);
    return true;
}

bool jmp(Emitter &e, const Insn &i) {
    if (!known(e, i)) return false;
    uint32_t target = relativeTarget(e, i);
    e.jumpTo(target);
    return true;
}

bool call(Emitter &e, const Insn &i) {
    if (!known(e, i)) return false;
    uint32_t target = relativeTarget(e, i);
    pushNextEip(e, wideBytes(i));
    e.jumpTo(target);
    return true;
}

/// r8d is a target that must be within the segment.
void checkTarget(Emitter &e, unsigned size) {
    if (size == 2 || e.reachable(0x10000)) return;
    e.ensureRoom(24);
    e.a.rorx(x86::ecx, x86::r8d, 16);
    e.a.movzx(x86::ecx, x86::cx);
    Label within = e.a.newLabel();
    e.a.jecxz(x86::rcx, within);
    e.slow();
    e.a.bind(within);
}

/// The operand of JMP and CALL to r8d.
void loadTarget(Emitter &e, const Insn &i, unsigned size) {
    if (i.memory) {
        e.load(x86::r8d, e.memory(size, Access::Read), size);
    } else if (size == 2) {
        e.a.movzx(x86::r8d, Emitter::guest(i.rm, 2));
    } else {
        e.a.mov(x86::r8d, Emitter::guest32(i.rm));
    }
}

bool jmpE(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    loadTarget(e, i, size);
    checkTarget(e, size);
    e.jumpToR8();
    return true;
}

bool callE(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    if (size == 2 && e.isRelocatable()) return false;
    // The target waits in the frame while the stack is looked at.
    loadTarget(e, i, size);
    checkTarget(e, size);
    e.storeToData(&e.frame().target, x86::r8d);
    pushNextEip(e, size);
    e.withData(&e.frame().target, x86::Inst::kIdMov, x86::r8d);
    e.jumpToR8();
    return true;
}

bool ret(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    e.load(x86::r8d, stackTop(e, size), size);
    checkTarget(e, size);
    moveStackPointer(e, static_cast<int32_t>(size + i.imm));
    e.jumpToR8();
    return true;
}

} // namespace

void addBranches(EmitTable &table) {
    table.setRow(Op::JO, 16, jcc);
    table.set(Op::Loop, loop);
    table.set(Op::Loope, loop);
    table.set(Op::Loopne, loop);
    table.set(Op::Jcxz, jcxz);
    table.set(Op::Jmp, jmp);
    table.set(Op::JmpE, jmpE);
    table.set(Op::Call, call);
    table.set(Op::CallE, callE);
    table.set(Op::Ret, ret);
    table.set(Op::RetI, ret);
}

} // namespace bootglass::jit
