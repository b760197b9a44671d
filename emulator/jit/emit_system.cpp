// SPDX-License-Identifier: GPL-3.0-or-later
// What little of the system's instructions translated code does itself: CLI STI PUSHF RDTSC,
// fences. The frame says what the present privilege allows.
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
    e.a.mov(place, Emitter::sized(x86::r9, size));
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

/// An interrupt that waits already is the interpreter's to deliver, and so is the shadow where the
/// budget ends in it: then one may come that has to wait for the next instruction.
bool sti(Emitter &e, const Insn &) {
    e.unlessAllowed(e.frame().mayClearIf);
    e.a.movzx(x86::ecx, e.interruptLine());
    e.a.lea(x86::ecx, x86::ptr(x86::rcx, -1));
    e.slowIfZero();
    e.slowIfBudgetEnds();
    x86::Mem flags = e.systemFlags();
    e.a.mov(x86::ecx, flags);
    keep(e, ~eflags::IF);
    e.a.lea(x86::ecx, x86::ptr(x86::rcx, static_cast<int32_t>(eflags::IF)));
    e.a.mov(flags, x86::ecx);
    e.jumpTo(e.nextEip());
    return true;
}

bool fence(Emitter &, const Insn &) {
    return true;
}

} // namespace

void addSystem(EmitTable &table) {
    table.set(Op::Cli, cli);
    table.set(Op::Sti, sti);
    table.set(Op::Pushf, pushf);
    table.set(Op::Rdtsc, rdtsc);
    table.set(Op::Fence, fence);
}

} // namespace bootglass::jit
