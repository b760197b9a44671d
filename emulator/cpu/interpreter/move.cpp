// SPDX-License-Identifier: GPL-3.0-or-later
// Moves and conversions: MOV LEA MOVZX MOVSX XCHG XLAT CBW CWD CMOVcc SETcc, and the instructions
// on single flags: SDM vol. 2.
#include "emulator/cpu/interpreter/conditions.h"
#include "emulator/cpu/interpreter/operands.h"

#include <type_traits>
#include <utility>

namespace bootglass {

namespace {

using namespace interpreter;

/// E = value, which is not read before.
template<typename T, bool Memory>
[[gnu::always_inline]] inline void storeE(Cpu &cpu, const Insn *i, T value) {
    if constexpr (Memory) {
        if (!cpu.write<T>(i->segment, cpu.address(i), value)) [[unlikely]]
            return cpu.leave(i);
    } else {
        cpu.setReg<T>(i->rm, value);
    }
    return next(cpu, i);
}

struct MovEG {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        return storeE<T, Memory>(cpu, i, cpu.reg<T>(i->reg));
    }
};

struct MovEI {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        return storeE<T, Memory>(cpu, i, static_cast<T>(i->imm));
    }
};

struct MovGE {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<T, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        cpu.setReg<T>(i->reg, source.value);
        return next(cpu, i);
    }
};

/// MOVZX and MOVSX; From is the source's type, signed for MOVSX.
template<typename From>
struct Extend {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<std::make_unsigned_t<From>, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        cpu.setReg<T>(i->reg, static_cast<T>(static_cast<From>(source.value)));
        return next(cpu, i);
    }
};

struct Lea {
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        cpu.setReg<T>(i->reg, static_cast<T>(cpu.address(i)));
        return next(cpu, i);
    }
};

struct Xchg {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        return modifyE<T, Memory>(cpu, i, [i](Cpu &c, T old) {
            T value = c.reg<T>(i->reg);
            c.setReg<T>(i->reg, old);
            return value;
        });
    }
};

void xlat(Cpu &cpu, const Insn *i) {
    uint32_t offset = (cpu.gpr[Ebx] + cpu.reg<uint8_t>(0)) & i->addressMask;
    auto value = cpu.read<uint8_t>(i->segment, offset);
    if (!value.ok) [[unlikely]]
        return cpu.leave(i);
    cpu.setReg<uint8_t>(0, value.value);
    return next(cpu, i);
}

void cbw(Cpu &cpu, const Insn *i) {
    cpu.setReg<uint16_t>(Eax, static_cast<uint16_t>(static_cast<int8_t>(cpu.reg<uint8_t>(0))));
    return next(cpu, i);
}

void cwde(Cpu &cpu, const Insn *i) {
    cpu.gpr[Eax] = static_cast<uint32_t>(static_cast<int16_t>(cpu.gpr[Eax]));
    return next(cpu, i);
}

void cwd(Cpu &cpu, const Insn *i) {
    cpu.setReg<uint16_t>(Edx, cpu.gpr[Eax] & 0x8000 ? 0xFFFF : 0);
    return next(cpu, i);
}

void cdq(Cpu &cpu, const Insn *i) {
    cpu.gpr[Edx] = cpu.gpr[Eax] & 0x80000000 ? 0xFFFFFFFF : 0;
    return next(cpu, i);
}

template<unsigned Condition>
struct Cmov {
    /// The source is read, and may fault, whether the condition holds or not.
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<T, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        if (holds<Condition>(cpu.flags)) cpu.setReg<T>(i->reg, source.value);
        return next(cpu, i);
    }
};

template<unsigned Condition>
struct Setcc {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        return storeE<T, Memory>(cpu, i, static_cast<T>(holds<Condition>(cpu.flags)));
    }
};

template<unsigned... Conditions>
void addConditions(HandlerTable &table, std::integer_sequence<unsigned, Conditions...>) {
    auto op = [](Op first, unsigned condition) {
        return static_cast<Op>(static_cast<unsigned>(first) + condition);
    };
    (addWide<Cmov<Conditions>>(table, op(Op::CmovO, Conditions)), ...);
    (addSize<Setcc<Conditions>, uint8_t>(table, op(Op::SetO, Conditions), OperandSize::Size8), ...);
}

// --- flags

inline constexpr uint32_t inAh = eflags::SF | eflags::ZF | eflags::AF | eflags::PF | eflags::CF;
inline constexpr unsigned ah = 1; // byte offset in the register file

void sahf(Cpu &cpu, const Insn *i) {
    cpu.flags.set((cpu.flags.value() & eflags::OF) | (cpu.reg<uint8_t>(ah) & inAh));
    return next(cpu, i);
}

void lahf(Cpu &cpu, const Insn *i) {
    cpu.setReg<uint8_t>(ah, static_cast<uint8_t>((cpu.flags.value() & inAh) | eflags::alwaysOne));
    return next(cpu, i);
}

void cmc(Cpu &cpu, const Insn *i) {
    cpu.flags.setCf(!cpu.flags.cf());
    return next(cpu, i);
}

template<bool Value>
void setCarry(Cpu &cpu, const Insn *i) {
    cpu.flags.setCf(Value);
    return next(cpu, i);
}

void clearDirection(Cpu &cpu, const Insn *i) {
    cpu.systemFlags &= ~eflags::DF;
    return next(cpu, i);
}

void setDirection(Cpu &cpu, const Insn *i) {
    cpu.systemFlags |= eflags::DF;
    return next(cpu, i);
}

void nop(Cpu &cpu, const Insn *i) {
    return next(cpu, i);
}

void addFlagHandlers(HandlerTable &table) {
    table.setAll(Op::Sahf, sahf);
    table.setAll(Op::Lahf, lahf);
    table.setAll(Op::Cmc, cmc);
    table.setAll(Op::Clc, setCarry<false>);
    table.setAll(Op::Stc, setCarry<true>);
    table.setAll(Op::Cld, clearDirection);
    table.setAll(Op::Std, setDirection);
}

} // namespace

void addMoveHandlers(HandlerTable &table) {
    addAll<MovEG>(table, Op::MovEG);
    addAll<MovGE>(table, Op::MovGE);
    addAll<MovEI>(table, Op::MovEI);
    addAll<Xchg>(table, Op::XchgEG);
    addWide<Extend<uint8_t>>(table, Op::MovzxB);
    addWide<Extend<uint16_t>>(table, Op::MovzxW);
    addWide<Extend<int8_t>>(table, Op::MovsxB);
    addWide<Extend<int16_t>>(table, Op::MovsxW);
    table.set(Op::Lea, OperandSize::Size16, true, &Lea::run<uint16_t>);
    table.set(Op::Lea, OperandSize::Size32, true, &Lea::run<uint32_t>);
    table.setAll(Op::Xlat, xlat);
    table.set(Op::Cbw, OperandSize::Size16, false, cbw);
    table.set(Op::Cbw, OperandSize::Size32, false, cwde);
    table.set(Op::Cwd, OperandSize::Size16, false, cwd);
    table.set(Op::Cwd, OperandSize::Size32, false, cdq);
    addConditions(table, std::make_integer_sequence<unsigned, 16>{});
    addFlagHandlers(table);
    table.setAll(Op::Nop, nop);
    table.setAll(Op::Pause, nop);
}

} // namespace bootglass
