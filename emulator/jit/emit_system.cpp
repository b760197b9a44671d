// SPDX-License-Identifier: GPL-3.0-or-later
// What little of the system's instructions translated code does itself: CLI PUSHF RDTSC, reading
// segment registers, fences. The frame says what the present privilege allows.
#include "emulator/cpu/cpu.h"
#include "emulator/jit/emit_stack.h"
#include "emulator/jit/emit_table.h"

#include <bit>

namespace bootglass::jit {

namespace {

/// ecx = ecx & mask.
void keep(Emitter &e, uint32_t mask) {
    e.a.mov(x86::r9d, imm(mask));
    e.a.pext(x86::ecx, x86::ecx, x86::r9d);
    e.a.pdep(x86::ecx, x86::ecx, x86::r9d);
}

/// Clearing IF makes nothing wait and nothing go.
bool cli(Emitter &e, const Insn &) {
    e.unlessAllowed(e.frame().mayClearIf);
    x86::Mem flags = e.systemFlags();
    e.a.mov(x86::ecx, flags);
    keep(e, ~eflags::IF);
    e.a.mov(flags, x86::ecx);
    e.jumpTo(e.nextEip());
    return true;
}

/// RF and VM are clear here.
bool pushf(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    e.unlessAllowed(e.frame().mayPushFlags);
    e.a.pushfq();
    e.a.pop(x86::rcx);
    keep(e, eflags::arithmetic);
    e.a.mov(x86::r9d, e.systemFlags());
    e.a.lea(x86::r9d, x86::ptr(x86::r9, x86::rcx, 0, static_cast<int32_t>(eflags::alwaysOne)));
    e.storeToData(&e.frame().target, x86::r9d);
    x86::Mem place = stackToPush(e, size);
    e.withData(&e.frame().target, x86::Inst::kIdMov, x86::r9d);
    e.a.mov(place, size == 2 ? x86::Gp(x86::r9w) : x86::Gp(x86::r9d));
    pushed(e, size);
    e.jumpTo(e.nextEip());
    return true;
}

/// It ends its block, so the budget is exact: virtual time and what WRMSR added.
bool rdtsc(Emitter &e, const Insn &) {
    e.unlessAllowed(e.frame().mayReadTsc);
    e.ensureRoom(96);
    e.withData(&e.frame().limit, x86::Inst::kIdMov, x86::r9);
    e.a.mov(x86::rcx, x86::qword_ptr(x86::r9));
    e.a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r13, 0, 1)); // limit - remaining
    if (unsigned shift = e.clockShift()) e.a.rorx(x86::rcx, x86::rcx, 64 - shift);
    e.withData(&e.frame().idle, x86::Inst::kIdMov, x86::r9);
    e.a.mov(x86::r9, x86::qword_ptr(x86::r9));
    e.a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r9));
    e.a.mov(x86::r9, e.tscOffset());
    e.a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r9));
    e.a.mov(x86::eax, x86::ecx);
    e.a.rorx(x86::rdx, x86::rcx, 32);
    e.a.mov(x86::edx, x86::edx);
    e.jumpTo(e.nextEip());
    return true;
}

bool pushSegment(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    x86::Mem place = stackToPush(e, size);
    e.a.movzx(x86::r9d, e.selector(i.reg));
    e.a.mov(place, size == 2 ? x86::Gp(x86::r9w) : x86::Gp(x86::r9d));
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
        e.a.mov(Emitter::guest(i.rm, wideBytes(i)),
                i.operand16 ? x86::Gp(x86::r9w) : x86::Gp(x86::r9d));
    }
    e.jumpTo(e.nextEip());
    return true;
}

/// Real mode: the selector in ecx becomes the segment's base; what else the register knows stays.
void setSegment(Emitter &e, unsigned segment) {
    e.ensureRoom(64);
    e.a.mov(e.selector(segment), x86::cx);
    e.a.lea(x86::r8d, x86::ptr(0, x86::rcx, 3));
    e.a.lea(x86::r8d, x86::ptr(x86::r8, x86::r8));
    e.a.mov(e.segmentBase(segment), x86::r8d);
}

/// A load of SS shadows interrupts, so it is the interpreter's.
bool setsByHand(const Emitter &e, const Insn &i) {
    return e.selectorsAreBases() && i.reg <= Gs && i.reg != Cs && i.reg != Ss;
}

bool movSE(Emitter &e, const Insn &i) {
    if (!setsByHand(e, i)) return false;
    e.unlessAllowed(e.frame().maySetSegments);
    if (i.memory)
        e.a.movzx(x86::ecx, e.memory(2, Access::Read));
    else
        e.a.movzx(x86::ecx, Emitter::guest(i.rm, 2));
    setSegment(e, i.reg);
    e.jumpTo(e.nextEip());
    return true;
}

bool popSegment(Emitter &e, const Insn &i) {
    if (!setsByHand(e, i)) return false;
    e.unlessAllowed(e.frame().maySetSegments);
    unsigned size = wideBytes(i);
    e.a.movzx(x86::ecx, stackTop(e, size).cloneResized(2));
    setSegment(e, i.reg);
    moveStackPointer(e, static_cast<int32_t>(size));
    e.jumpTo(e.nextEip());
    return true;
}

bool fence(Emitter &, const Insn &) {
    return true;
}

} // namespace

void addSystem(EmitTable &table) {
    table.set(Op::Cli, cli);
    table.set(Op::Pushf, pushf);
    table.set(Op::Rdtsc, rdtsc);
    table.set(Op::PushSeg, pushSegment);
    table.set(Op::MovES, movES);
    table.set(Op::MovSE, movSE);
    table.set(Op::PopSeg, popSegment);
    table.set(Op::Fence, fence);
}

} // namespace bootglass::jit
