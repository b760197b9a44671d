// SPDX-License-Identifier: GPL-3.0-or-later
// The stack of the current privilege level: SS:ESP, or SS:SP where SS is a 16-bit segment (SDM vol.
// 1, 6.2.3).
#pragma once

#include "emulator/cpu/cpu.h"

namespace bootglass::interpreter {

template<typename T>
inline constexpr uint32_t bytesOf = sizeof(T);

/// Only SP changes on a 16-bit stack.
[[gnu::always_inline]] inline void setStackPointer(Cpu &cpu, uint32_t value) {
    uint32_t mask = cpu.stackMask();
    cpu.gpr[Esp] = (cpu.gpr[Esp] & ~mask) | (value & mask);
}

/// False: a fault, and nothing has changed.
template<typename T>
[[gnu::always_inline]] inline bool push(Cpu &cpu, T value) {
    uint32_t esp = cpu.gpr[Esp] - bytesOf<T>;
    if (!cpu.write<T>(Ss, esp & cpu.stackMask(), value)) [[unlikely]]
        return false;
    setStackPointer(cpu, esp);
    return true;
}

/// What POP would take; the stack pointer stays.
template<typename T>
[[gnu::always_inline]] inline Loaded<T> top(Cpu &cpu) {
    return cpu.read<T>(Ss, cpu.gpr[Esp] & cpu.stackMask());
}

} // namespace bootglass::interpreter
