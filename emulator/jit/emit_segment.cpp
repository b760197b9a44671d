// SPDX-License-Identifier: GPL-3.0-or-later
// Segment registers: reading them in every mode; loading them, and CALL JMP RET from segment to
// segment, where a selector is a base: real and virtual-8086 mode.
#include "emulator/cpu/cpu.h"
#include "emulator/jit/emit_stack.h"
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

namespace {

bool pushSegment(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    x86::Mem place = stackToPush(e, size);
    e.a.movzx(x86::r9d, e.selector(i.reg));
    e.a.mov(place, Emitter::sized(x86::r9, size));
    pushed(e, size);
    e.jumpTo(e.nextEip());
    return true;
}

/// MOV from a segment register: 16 bits to memory, the operand size to a register.
bool movES(Emitter &e, const Insn &i) {
    if (i.reg > Gs) return false;
    if (i.memory) {
        x86::Mem place = e.memory(2, Access::Write);
        e.a.movzx(x86::r9d, e.selector(i.reg));
        e.a.mov(place, x86::r9w);
    } else {
        e.a.movzx(x86::r9d, e.selector(i.reg));
        e.a.mov(Emitter::guest(i.rm, wideBytes(i)), Emitter::sized(x86::r9, wideBytes(i)));
    }
    e.jumpTo(e.nextEip());
    return true;
}

// --- loading

/// The selector in ecx becomes the segment's base; what else the register knows stays. r9 stays.
void setSegment(Emitter &e, unsigned segment) {
    e.ensureRoom(64);
    e.a.mov(e.selector(segment), x86::cx);
    e.a.lea(x86::r8d, x86::ptr(0, x86::rcx, 3));
    e.a.lea(x86::r8d, x86::ptr(x86::r8, x86::r8));
    e.a.mov(e.segmentBase(segment), x86::r8d);
}

/// What must be so before a segment register is loaded. Nothing can come between a load of SS and
/// the next instruction, unless the budget ends there: then the interpreter notes the shadow.
bool maySet(Emitter &e, unsigned segment) {
    if (!e.selectorsAreBases() || segment > Gs || segment == Cs) return false;
    e.unlessAllowed(e.frame().maySetSegments);
    if (segment == Ss) e.slowIfBudgetEnds();
    return true;
}

bool movSE(Emitter &e, const Insn &i) {
    if (!maySet(e, i.reg)) return false;
    if (i.memory)
        e.a.movzx(x86::ecx, e.memory(2, Access::Read));
    else
        e.a.movzx(x86::ecx, Emitter::guest(i.rm, 2));
    setSegment(e, i.reg);
    e.jumpTo(e.nextEip());
    return true;
}

bool popSegment(Emitter &e, const Insn &i) {
    if (!maySet(e, i.reg)) return false;
    unsigned size = wideBytes(i);
    e.a.movzx(x86::ecx, stackTop(e, size).cloneResized(2));
    setSegment(e, i.reg);
    moveStackPointer(e, static_cast<int32_t>(size));
    e.jumpTo(e.nextEip());
    return true;
}

constexpr unsigned pointerBytes = 4; // a 16-bit offset and a selector

/// Of the far pointer in r9d, the selector to ecx.
void takeSelector(Emitter &e) {
    e.a.rorx(x86::ecx, x86::r9d, 16);
    e.a.movzx(x86::ecx, x86::cx);
}

template<unsigned segment>
bool loadPointer(Emitter &e, const Insn &i) {
    if (!i.operand16 || !i.memory || !maySet(e, segment)) return false;
    e.a.mov(x86::r9d, e.memory(pointerBytes, Access::Read));
    takeSelector(e);
    setSegment(e, segment);
    e.a.mov(Emitter::guest(i.reg, 2), x86::r9w);
    e.jumpTo(e.nextEip());
    return true;
}

// --- far transfers

bool mayTransfer(Emitter &e) {
    if (!e.selectorsAreBases()) return false;
    e.unlessAllowed(e.frame().mayChangeCode);
    return true;
}

void jumpToPointer(Emitter &e) {
    takeSelector(e);
    setSegment(e, Cs);
    e.a.movzx(x86::r8d, x86::r9w);
    e.jumpToR8();
}

uint32_t immediatePointer(const Insn &i) {
    return i.disp << 16 | (i.imm & 0xFFFF);
}

/// CS and IP are pushed as one value, CS above: as two would be, and nothing is written unless
/// there is room for both.
void pushReturn(Emitter &e) {
    x86::Mem place = stackToPush(e, pointerBytes);
    e.a.movzx(x86::r9d, e.selector(Cs));
    e.a.rorx(x86::r9d, x86::r9d, 16);
    e.a.lea(x86::r9d, x86::ptr(x86::r9, static_cast<int32_t>(e.nextEip() & 0xFFFF)));
    e.a.mov(place, x86::r9d);
    pushed(e, pointerBytes);
}

bool jmpFar(Emitter &e, const Insn &i) {
    if (!i.operand16 || !mayTransfer(e)) return false;
    e.a.mov(x86::r9d, immediatePointer(i));
    jumpToPointer(e);
    return true;
}

bool jmpFarE(Emitter &e, const Insn &i) {
    if (!i.operand16 || !i.memory || !mayTransfer(e)) return false;
    e.a.mov(x86::r9d, e.memory(pointerBytes, Access::Read));
    jumpToPointer(e);
    return true;
}

bool callFar(Emitter &e, const Insn &i) {
    if (!i.operand16 || !mayTransfer(e)) return false;
    pushReturn(e);
    e.a.mov(x86::r9d, immediatePointer(i));
    jumpToPointer(e);
    return true;
}

bool callFarE(Emitter &e, const Insn &i) {
    if (!i.operand16 || !i.memory || !mayTransfer(e)) return false;
    // The target waits in the frame while the stack is looked at.
    e.a.mov(x86::r9d, e.memory(pointerBytes, Access::Read));
    e.storeToData(&e.frame().target, x86::r9d);
    pushReturn(e);
    e.withData(&e.frame().target, x86::Inst::kIdMov, x86::r9d);
    jumpToPointer(e);
    return true;
}

bool retFar(Emitter &e, const Insn &i) {
    if (!i.operand16 || !mayTransfer(e)) return false;
    e.a.mov(x86::r9d, stackTop(e, pointerBytes));
    moveStackPointer(e, static_cast<int32_t>(pointerBytes + i.imm));
    jumpToPointer(e);
    return true;
}

} // namespace

void addSegments(EmitTable &table) {
    table.set(Op::PushSeg, pushSegment);
    table.set(Op::MovES, movES);
    table.set(Op::MovSE, movSE);
    table.set(Op::PopSeg, popSegment);
    table.set(Op::Les, loadPointer<Es>);
    table.set(Op::Lss, loadPointer<Ss>);
    table.set(Op::Lds, loadPointer<Ds>);
    table.set(Op::Lfs, loadPointer<Fs>);
    table.set(Op::Lgs, loadPointer<Gs>);
    table.set(Op::JmpFar, jmpFar);
    table.set(Op::JmpFarE, jmpFarE);
    table.set(Op::CallFar, callFar);
    table.set(Op::CallFarE, callFarE);
    table.set(Op::RetFar, retFar);
    table.set(Op::RetFarI, retFar);
}

} // namespace bootglass::jit
