// SPDX-License-Identifier: GPL-3.0-or-later
// The shapes that most instructions share: read an operand, combine, write it back, set flags. An
// operation is a small type with `apply`; a shape is a handler template over operand type and
// place.
//
//   E is the ModRM operand (register or memory), G the register, I the immediate.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/cpu/handlers.h"

namespace bootglass::interpreter {

/// Reads the E operand.
template<typename T, bool Memory>
[[gnu::always_inline]] inline Loaded<T> readE(Cpu &cpu, const Insn *i) {
    if constexpr (Memory)
        return cpu.read<T>(i->segment, cpu.address(i));
    else
        return {cpu.reg<T>(i->rm), true};
}

/// Read, combine and write the E operand where memory cannot be changed in place: chips, page
/// crossings, first writes. Function: T(Cpu &, T old), called once, after every check.
template<typename T, typename Function>
[[gnu::noinline]] void modifySlow(Cpu &cpu, const Insn *i, uint32_t offset, Function function) {
    auto m = cpu.modifySlow(i->segment, offset, sizeof(T));
    if (!m.ok) return cpu.leave(i);
    cpu.commit(m, function(cpu, static_cast<T>(m.value)));
    return next(cpu, i);
}

template<typename T, bool Memory, typename Function>
[[gnu::always_inline]] inline void modifyE(Cpu &cpu, const Insn *i, Function function) {
    if constexpr (Memory) {
        uint32_t offset = cpu.address(i);
        if (T *place = cpu.modify<T>(i->segment, offset)) [[likely]] {
            T old;
            std::memcpy(&old, place, sizeof(T));
            T result = function(cpu, old);
            std::memcpy(place, &result, sizeof(T));
            return next(cpu, i);
        }
        return modifySlow<T>(cpu, i, offset, function);
    } else {
        cpu.setReg<T>(i->rm, function(cpu, cpu.reg<T>(i->rm)));
        return next(cpu, i);
    }
}

/// E = operation(E, G)
template<typename Operation>
struct EG {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        T source = cpu.reg<T>(i->reg);
        return modifyE<T, Memory>(cpu, i, [source](Cpu &c, T old) {
            return Operation::template apply<T>(c, old, source);
        });
    }
};

/// E = operation(E, I)
template<typename Operation>
struct EI {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = static_cast<T>(i->imm);
        return modifyE<T, Memory>(cpu, i, [source](Cpu &c, T old) {
            return Operation::template apply<T>(c, old, source);
        });
    }
};

/// E = operation(E)
template<typename Operation>
struct E1 {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        return modifyE<T, Memory>(
            cpu, i, [](Cpu &c, T old) { return Operation::template apply<T>(c, old); });
    }
};

/// G = operation(G, E)
template<typename Operation>
struct GE {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<T, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        cpu.setReg<T>(i->reg, Operation::template apply<T>(cpu, cpu.reg<T>(i->reg), source.value));
        return next(cpu, i);
    }
};

/// Only flags change: E and G are read.
template<typename Operation>
struct ReadEG {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto left = readE<T, Memory>(cpu, i);
        if (Memory && !left.ok) [[unlikely]]
            return cpu.leave(i);
        Operation::template apply<T>(cpu, left.value, cpu.reg<T>(i->reg));
        return next(cpu, i);
    }
};

template<typename Operation>
struct ReadGE {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto right = readE<T, Memory>(cpu, i);
        if (Memory && !right.ok) [[unlikely]]
            return cpu.leave(i);
        Operation::template apply<T>(cpu, cpu.reg<T>(i->reg), right.value);
        return next(cpu, i);
    }
};

template<typename Operation>
struct ReadEI {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto left = readE<T, Memory>(cpu, i);
        if (Memory && !left.ok) [[unlikely]]
            return cpu.leave(i);
        Operation::template apply<T>(cpu, left.value, static_cast<T>(i->imm));
        return next(cpu, i);
    }
};

// --- filling the handler table

template<typename Shape, typename T>
void addSize(HandlerTable &table, Op op, OperandSize size) {
    table.set(op, size, false, &Shape::template run<T, false>);
    table.set(op, size, true, &Shape::template run<T, true>);
}

/// 16- and 32-bit forms.
template<typename Shape>
void addWide(HandlerTable &table, Op op) {
    addSize<Shape, uint16_t>(table, op, OperandSize::Size16);
    addSize<Shape, uint32_t>(table, op, OperandSize::Size32);
}

/// 8-, 16- and 32-bit forms.
template<typename Shape>
void addAll(HandlerTable &table, Op op) {
    addSize<Shape, uint8_t>(table, op, OperandSize::Size8);
    addWide<Shape>(table, op);
}

/// Handlers of the operand size alone: functions of T.
template<typename Shape>
void addSizes(HandlerTable &table, Op op) {
    for (bool memory : {false, true}) {
        table.set(op, OperandSize::Size8, memory, &Shape::template run<uint8_t>);
        table.set(op, OperandSize::Size16, memory, &Shape::template run<uint16_t>);
        table.set(op, OperandSize::Size32, memory, &Shape::template run<uint32_t>);
    }
}

} // namespace bootglass::interpreter
