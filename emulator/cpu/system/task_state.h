// SPDX-License-Identifier: GPL-3.0-or-later
// The dynamic fields of a task-state segment, 32-bit (SDM vol. 3, figure 7-2) or 16-bit (figure
// 7-11), as one value.
#pragma once

#include "emulator/cpu/cpu.h"

#include <array>
#include <cstdint>

namespace bootglass {

struct TaskState {
    uint32_t cr3 = 0; // 32-bit TSS only
    uint32_t eip = 0;
    uint32_t eflags = 0;
    std::array<uint32_t, 8> gpr{};
    std::array<uint16_t, 6> selectors{};
    uint16_t ldt = 0;
    bool debugTrap = false; // the T flag; 32-bit TSS only

    /// The last byte that a TSS must have.
    static constexpr uint32_t leastLimit(bool wide) { return wide ? 0x67 : 0x2B; }
    static constexpr uint32_t linkOffset = 0;

    /// Reads the state out of the TSS at linear address `base`.
    static Loaded<TaskState> read(Cpu &cpu, uint32_t base, bool wide);
    /// The CPU's registers as a task switch saves them.
    static TaskState current(const Cpu &cpu);
    /// Writes what a task switch saves: EIP, EFLAGS, general and segment registers.
    bool save(Cpu &cpu, uint32_t base, bool wide) const;
    /// True if save() will succeed; else a fault is noted.
    static bool probeSave(Cpu &cpu, uint32_t base, bool wide);
};

} // namespace bootglass
