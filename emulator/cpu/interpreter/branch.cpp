// SPDX-License-Identifier: GPL-3.0-or-later
// Near control transfer: Jcc JMP CALL RET LOOP JCXZ: SDM vol. 2. A target beyond the code segment's
// limit is #GP(0) at the branch; with a 16-bit operand the target is 16 bits wide.
#include "emulator/cpu/interpreter/conditions.h"
#include "emulator/cpu/interpreter/operands.h"
#include "emulator/cpu/interpreter/stack.h"

#include <utility>

namespace bootglass {

namespace {

using namespace interpreter;

[[gnu::always_inline]] inline bool reachable(Cpu &cpu, uint32_t target) {
    if (target <= cpu.seg[Cs].limit) [[likely]]
        return true;
    return cpu.raise(Vector::GP);
}

[[gnu::always_inline]] inline uint32_t relativeTarget(const Cpu &cpu, const Insn *i) {
    uint32_t target = cpu.nextEip(i) + i->imm;
    return i->operand16 ? target & 0xFFFF : target;
}

/// Does not end its block: most branches are not taken most of the time, and the block goes on.
[[gnu::always_inline]] inline void branchIf(Cpu &cpu, const Insn *i, bool taken) {
    if (!taken) return next(cpu, i);
    uint32_t target = relativeTarget(cpu, i);
    if (!reachable(cpu, target)) [[unlikely]]
        return cpu.leave(i);
    cpu.leaveBlock(i, target);
}

template<unsigned Condition>
void jcc(Cpu &cpu, const Insn *i) {
    return branchIf(cpu, i, holds<Condition>(cpu.flags));
}

void jmp(Cpu &cpu, const Insn *i) {
    uint32_t target = relativeTarget(cpu, i);
    if (!reachable(cpu, target)) [[unlikely]]
        return cpu.leave(i);
    cpu.eip = target;
}

struct JmpE {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto target = readE<T, Memory>(cpu, i);
        if ((Memory && !target.ok) || !reachable(cpu, target.value)) [[unlikely]]
            return cpu.leave(i);
        cpu.eip = target.value;
    }
};

template<typename T>
[[gnu::always_inline]] inline void callTo(Cpu &cpu, const Insn *i, uint32_t target) {
    if (!reachable(cpu, target) || !push<T>(cpu, static_cast<T>(cpu.nextEip(i)))) [[unlikely]]
        return cpu.leave(i);
    cpu.eip = target;
}

template<typename T>
void call(Cpu &cpu, const Insn *i) {
    return callTo<T>(cpu, i, relativeTarget(cpu, i));
}

struct CallE {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto target = readE<T, Memory>(cpu, i);
        if (Memory && !target.ok) [[unlikely]]
            return cpu.leave(i);
        return callTo<T>(cpu, i, target.value);
    }
};

template<typename T>
void ret(Cpu &cpu, const Insn *i) {
    auto target = top<T>(cpu);
    if (!target.ok || !reachable(cpu, target.value)) [[unlikely]]
        return cpu.leave(i);
    // RET without an immediate has none: imm is zero.
    setStackPointer(cpu, cpu.gpr[Esp] + bytesOf<T> + i->imm);
    cpu.eip = target.value;
}

enum class LoopKind : uint8_t { Always, WhileZero, WhileNotZero };

/// The counter is CX or ECX by address size; it changes only if the branch does not fault.
template<LoopKind Kind>
void loop(Cpu &cpu, const Insn *i) {
    uint32_t mask = i->addressMask;
    uint32_t count = (cpu.gpr[Ecx] - 1) & mask;
    bool condition = Kind == LoopKind::Always || cpu.flags.zf() == (Kind == LoopKind::WhileZero);
    bool taken = count != 0 && condition;
    uint32_t target = relativeTarget(cpu, i);
    if (taken && !reachable(cpu, target)) [[unlikely]]
        return cpu.leave(i);
    cpu.gpr[Ecx] = (cpu.gpr[Ecx] & ~mask) | count;
    if (!taken) return next(cpu, i);
    cpu.leaveBlock(i, target);
}

void jcxz(Cpu &cpu, const Insn *i) {
    return branchIf(cpu, i, (cpu.gpr[Ecx] & i->addressMask) == 0);
}

void undefinedOpcode(Cpu &cpu, const Insn *i) {
    cpu.raiseDecoded(Vector::UD);
    return cpu.leave(i);
}

template<unsigned... Conditions>
void addConditions(HandlerTable &table, std::integer_sequence<unsigned, Conditions...>) {
    (table.setAll(static_cast<Op>(static_cast<unsigned>(Op::JO) + Conditions), jcc<Conditions>),
     ...);
}

void addBySize(HandlerTable &table, Op op, Handler size16, Handler size32) {
    table.set(op, OperandSize::Size16, false, size16);
    table.set(op, OperandSize::Size32, false, size32);
}

} // namespace

void addBranchHandlers(HandlerTable &table) {
    addConditions(table, std::make_integer_sequence<unsigned, 16>{});
    table.setAll(Op::Jmp, jmp);
    addWide<JmpE>(table, Op::JmpE);
    addBySize(table, Op::Call, call<uint16_t>, call<uint32_t>);
    addWide<CallE>(table, Op::CallE);
    addBySize(table, Op::Ret, ret<uint16_t>, ret<uint32_t>);
    addBySize(table, Op::RetI, ret<uint16_t>, ret<uint32_t>);
    table.setAll(Op::Loop, loop<LoopKind::Always>);
    table.setAll(Op::Loope, loop<LoopKind::WhileZero>);
    table.setAll(Op::Loopne, loop<LoopKind::WhileNotZero>);
    table.setAll(Op::Jcxz, jcxz);
    table.setAll(Op::Ud, undefinedOpcode);
}

} // namespace bootglass
