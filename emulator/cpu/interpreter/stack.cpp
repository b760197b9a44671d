// SPDX-License-Identifier: GPL-3.0-or-later
// PUSH POP PUSHA POPA ENTER LEAVE: SDM vol. 2. The stack pointer changes only when all accesses
// have succeeded, so that a fault leaves the instruction to be begun again.
#include "emulator/cpu/interpreter/stack.h"

#include "emulator/cpu/interpreter/operands.h"

namespace bootglass {

namespace {

using namespace interpreter;

struct Push {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<T, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        if (!push<T>(cpu, source.value)) [[unlikely]]
            return cpu.leave(i);
        return next(cpu, i);
    }
};

template<typename T>
void pushImmediate(Cpu &cpu, const Insn *i) {
    if (!push<T>(cpu, static_cast<T>(i->imm))) [[unlikely]]
        return cpu.leave(i);
    return next(cpu, i);
}

struct Pop {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto value = top<T>(cpu);
        if (!value.ok) [[unlikely]]
            return cpu.leave(i);
        uint32_t before = cpu.gpr[Esp];
        setStackPointer(cpu, before + bytesOf<T>);
        if constexpr (Memory) {
            // An address based on ESP is computed after the pop.
            if (!cpu.write<T>(i->segment, cpu.address(i), value.value)) [[unlikely]] {
                cpu.gpr[Esp] = before;
                return cpu.leave(i);
            }
        } else {
            cpu.setReg<T>(i->rm, value.value);
        }
        return next(cpu, i);
    }
};

template<typename T>
void pusha(Cpu &cpu, const Insn *i) {
    uint32_t esp = cpu.gpr[Esp];
    for (unsigned r = Eax; r <= Edi; ++r) {
        esp -= bytesOf<T>;
        if (!cpu.write<T>(Ss, esp & cpu.stackMask(), static_cast<T>(cpu.gpr[r])))
            return cpu.leave(i);
    }
    setStackPointer(cpu, esp);
    return next(cpu, i);
}

template<typename T>
void popa(Cpu &cpu, const Insn *i) {
    std::array<T, 8> values{};
    uint32_t esp = cpu.gpr[Esp];
    for (unsigned r = 8; r-- > 0;) {
        auto value = cpu.read<T>(Ss, esp & cpu.stackMask());
        if (!value.ok) return cpu.leave(i);
        values[r] = value.value;
        esp += bytesOf<T>;
    }
    setStackPointer(cpu, esp);
    for (unsigned r = Eax; r <= Edi; ++r)
        if (r != Esp) cpu.setReg<T>(r, values[r]);
    return next(cpu, i);
}

/// False: a fault.
template<typename T>
bool buildFrame(Cpu &cpu, uint32_t localBytes, unsigned level) {
    uint32_t mask = cpu.stackMask();
    // A 16-bit stack pointer wraps without a borrow from the upper half, which level 1 pushes, too.
    uint32_t esp = cpu.gpr[Esp];
    auto down = [&] { esp = (esp & ~mask) | ((esp - bytesOf<T>)&mask); };
    down();
    uint32_t ebp = cpu.gpr[Ebp];
    if (!cpu.write<T>(Ss, esp & mask, static_cast<T>(ebp))) return false;
    uint32_t frame = esp;
    for (unsigned n = 1; n < level; ++n) {
        ebp -= bytesOf<T>;
        auto outer = cpu.read<T>(Ss, ebp & mask);
        if (!outer.ok) return false;
        down();
        if (!cpu.write<T>(Ss, esp & mask, outer.value)) return false;
    }
    if (level > 0) {
        down();
        if (!cpu.write<T>(Ss, esp & mask, static_cast<T>(frame))) return false;
    }
    esp = (esp & ~mask) | ((esp - localBytes) & mask);
    // SDM vol. 2, ENTER: #SS if the final pointer is outside the segment, #PF if a write there had
    // one.
    if (!cpu.probeWrite(Ss, esp & mask, 1)) return false;
    // As the stack pointer, EBP keeps its upper half if stack or operand are 16 bits wide.
    if (sizeof(T) == 2 || mask == 0xFFFF)
        cpu.setReg<uint16_t>(Ebp, static_cast<uint16_t>(frame));
    else
        cpu.gpr[Ebp] = frame;
    setStackPointer(cpu, esp);
    return true;
}

template<typename T>
void enter(Cpu &cpu, const Insn *i) {
    if (!buildFrame<T>(cpu, i->imm, i->disp & 31)) return cpu.leave(i);
    return next(cpu, i);
}

template<typename T>
void leaveFrame(Cpu &cpu, const Insn *i) {
    uint32_t esp = cpu.gpr[Ebp];
    auto value = cpu.read<T>(Ss, esp & cpu.stackMask());
    if (!value.ok) [[unlikely]]
        return cpu.leave(i);
    setStackPointer(cpu, esp + bytesOf<T>);
    cpu.setReg<T>(Ebp, value.value);
    return next(cpu, i);
}

void addBySize(HandlerTable &table, Op op, Handler size16, Handler size32) {
    table.set(op, OperandSize::Size16, false, size16);
    table.set(op, OperandSize::Size32, false, size32);
}

} // namespace

void addStackHandlers(HandlerTable &table) {
    addWide<Push>(table, Op::PushE);
    addWide<Pop>(table, Op::PopE);
    addBySize(table, Op::PushI, pushImmediate<uint16_t>, pushImmediate<uint32_t>);
    addBySize(table, Op::Pusha, pusha<uint16_t>, pusha<uint32_t>);
    addBySize(table, Op::Popa, popa<uint16_t>, popa<uint32_t>);
    addBySize(table, Op::Enter, enter<uint16_t>, enter<uint32_t>);
    addBySize(table, Op::Leave, leaveFrame<uint16_t>, leaveFrame<uint32_t>);
}

} // namespace bootglass
