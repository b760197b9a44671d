// SPDX-License-Identifier: GPL-3.0-or-later
// PUSH POP LEAVE, and the stack's side of CALL and RET. The stack pointer changes only when the
// access has succeeded.
#include "emulator/jit/emit_stack.h"

#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

x86::Mem stackToPush(Emitter &e, unsigned size) {
    const auto below = -static_cast<int32_t>(size);
    if (e.stackIs32()) return e.stackMemory(Esp, below, size, Access::Write);
    e.a.lea(x86::r8d, x86::ptr(Emitter::guest64(Esp), below));
    e.a.movzx(x86::r8d, x86::r8w);
    return e.memoryAt(Ss, x86::r8, true, size, Access::Write);
}

void pushed(Emitter &e, unsigned size) {
    moveStackPointer(e, -static_cast<int32_t>(size));
}

x86::Mem stackTop(Emitter &e, unsigned size) {
    if (e.stackIs32()) return e.stackMemory(Esp, 0, size, Access::Read);
    e.a.movzx(x86::r8d, Emitter::guest(Esp, 2));
    return e.memoryAt(Ss, x86::r8, true, size, Access::Read);
}

void moveStackPointer(Emitter &e, int32_t bytes) {
    if (e.stackIs32()) {
        e.a.lea(Emitter::guest32(Esp), x86::ptr(Emitter::guest64(Esp), bytes));
    } else {
        e.a.lea(x86::ecx, x86::ptr(Emitter::guest64(Esp), bytes));
        e.a.mov(Emitter::guest(Esp, 2), x86::cx);
    }
}

namespace {

bool push(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    if (i.memory) {
        e.load(x86::r9d, e.memory(size, Access::Read), size);
        e.storeToData(&e.frame().target, x86::r9d);
        x86::Mem place = stackToPush(e, size);
        e.withData(&e.frame().target, x86::Inst::kIdMov, x86::r9d);
        e.a.mov(place, Emitter::sized(x86::r9, size));
        pushed(e, size);
        return true;
    }
    x86::Mem place = stackToPush(e, size);
    e.a.mov(place, Emitter::guest(i.rm, size));
    pushed(e, size);
    return true;
}

bool pushImmediate(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    x86::Mem place = stackToPush(e, size);
    e.a.mov(place, size == 2 ? imm(static_cast<int16_t>(i.imm)) : imm(static_cast<int32_t>(i.imm)));
    pushed(e, size);
    return true;
}

/// What is popped waits in the frame while the operand is looked at.
bool popToMemory(Emitter &e, const Insn &i, unsigned size) {
    if (i.base == Esp) return false; // its address is that after the pop
    e.load(x86::r9d, stackTop(e, size), size);
    e.storeToData(&e.frame().target, x86::r9d);
    x86::Mem place = e.memory(size, Access::Write);
    e.withData(&e.frame().target, x86::Inst::kIdMov, x86::r9d);
    e.a.mov(place, Emitter::sized(x86::r9, size));
    moveStackPointer(e, static_cast<int32_t>(size));
    return true;
}

bool pop(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    if (i.memory) return popToMemory(e, i, size);
    // The popped value wins over the increment, which a 16-bit operand leaves in the upper half.
    if (i.rm == Esp && (size == 2 || !e.stackIs32())) return false;
    x86::Mem place = stackTop(e, size);
    if (i.rm == Esp) {
        e.a.mov(Emitter::guest32(Esp), place);
        return true;
    }
    e.a.mov(Emitter::guest(i.rm, size), place);
    moveStackPointer(e, static_cast<int32_t>(size));
    return true;
}

bool leaveFrame(Emitter &e, const Insn &i) {
    unsigned size = wideBytes(i);
    if (size != 4 || !e.stackIs32()) return false;
    x86::Mem place = e.stackMemory(Ebp, 0, size, Access::Read);
    e.a.mov(x86::r9d, place);
    e.a.lea(Emitter::guest32(Esp), x86::ptr(Emitter::guest64(Ebp), 4));
    e.a.mov(Emitter::guest32(Ebp), x86::r9d);
    return true;
}

} // namespace

void addStack(EmitTable &table) {
    table.set(Op::PushE, push);
    table.set(Op::PushI, pushImmediate);
    table.set(Op::PopE, pop);
    table.set(Op::Leave, leaveFrame);
}

} // namespace bootglass::jit
