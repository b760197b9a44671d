// SPDX-License-Identifier: GPL-3.0-or-later
// Operands in memory of x87 arithmetic, comparisons and loads: how wide they are and what they
// mean.
#pragma once

#include "emulator/cpu/fpu/x87_unit.h"

#include <type_traits>

namespace bootglass::x87 {

struct Single {
    using Bits = uint32_t;
    static FloatResult value(Bits bits) { return fromSingle(bits); }
};
struct Double {
    using Bits = uint64_t;
    static FloatResult value(Bits bits) { return fromDouble(bits); }
};
template<typename T>
struct Integer {
    using Bits = std::make_unsigned_t<T>;
    static FloatResult value(Bits bits) { return {fromInteger(static_cast<T>(bits))}; }
};

// --- instructions that are a function of the unit and an operand

/// Works on registers alone.
template<X87Work::Function work>
bool onStack(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    note(cpu, i);
    work(cpu.x87, 0, i->rm);
    return true;
}
template<X87Work::Function work, typename Operand>
bool onMemory(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    auto bits = cpu.read<typename Operand::Bits>(i->segment, cpu.address(i));
    if (!bits.ok) return false;
    note(cpu, i);
    work(cpu.x87, bits.value, 0);
    return true;
}

template<X87Work::Function work>
void addOnStack(HandlerTable &table, Op op) {
    addCompleting<onStack<work>>(table, op);
    table.setWork(op, {.function = work});
}
template<X87Work::Function work, typename Operand>
void addOnMemory(HandlerTable &table, Op op) {
    addCompleting<onMemory<work, Operand>>(table, op);
    table.setWork(op, {.function = work, .bytes = sizeof(typename Operand::Bits)});
}

/// A denormal operand from memory is a normal number by now; its exception is added here, where
/// that of an operation on registers would be: not beside NaNs, invalid operations and divisions by
/// zero.
inline void addDenormalOperand(FloatResult &result, const FloatResult &operand,
                               const Float80 &other, uint16_t control) {
    if (operand.status == 0) [[likely]]
        return;
    if ((result.status & (fpflags::IE | fpflags::ZE)) || !inspect(other).isNumber()) return;
    result.status |= operand.status;
    // Unmasked, it is found before the operation, which then is not done.
    if (!(control & fpflags::DE)) result.status = fpflags::DE;
}

} // namespace bootglass::x87
