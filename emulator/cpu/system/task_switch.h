// SPDX-License-Identifier: GPL-3.0-or-later
// Hardware task switches: SDM vol. 3, ch. 7. The outgoing task's registers go to the TSS that TR
// names, the incoming task's come from another. Up to the point of commitment a fault belongs to
// the old task and nothing has changed; after it, faults belong to the new task, whose registers
// are then in place and whose EIP is the fault's.
#pragma once

#include "emulator/cpu/cpu.h"

#include <cstdint>

namespace bootglass {

enum class TaskSwitchCause : uint8_t {
    Jump,
    Call, // also interrupts and exceptions: the new task is nested
    Return
};

struct TaskSwitch {
    uint16_t selector = 0; // of the new TSS
    TaskSwitchCause cause = TaskSwitchCause::Jump;
    uint32_t savedEip = 0; // where the old task goes on
    /// Handlers of instructions leave with Cpu::leave(i), which adds i->offset to EIP; so
    /// that a fault of the new task has the new task's EIP, this is taken off before.
    uint32_t leaveOffset = 0;
    /// Flags that the old task's saved EFLAGS have set besides (RF after a fault).
    uint32_t savedFlags = 0;
    /// Exceptions push their error code on the new task's stack.
    bool pushesError = false;
    uint32_t errorCode = 0;
};

bool switchTask(Cpu &cpu, const TaskSwitch &request);

/// IRET with NT set: back to the task that the current TSS's link names.
bool returnFromTask(Cpu &cpu, const Insn *i);

} // namespace bootglass
