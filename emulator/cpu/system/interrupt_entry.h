// SPDX-License-Identifier: GPL-3.0-or-later
// How the CPU enters the handler of an interrupt or exception: through the vector table of real
// mode (SDM vol. 3, 20.1.4), a gate of the IDT (6.12), or, in virtual-8086 mode with CR4.VME, the
// program's own vector table (20.3.3.4). Either the handler is entered or a fault is noted and
// nothing has changed, but for faults of a task that a task gate switched to.
#pragma once

#include "emulator/cpu/cpu.h"

#include <cstdint>

namespace bootglass {

enum class EntryCause : uint8_t {
    Exception, // also traps and NMI
    External,  // INTR
    Int,       // INT n
    Int3Into,  // INT3, INTO: as INT n, but virtual-8086 mode does not intercept them
    Int1       // reaches any gate
};

struct InterruptEntry {
    uint8_t vector = 0;
    EntryCause cause = EntryCause::Exception;
    bool pushesError = false; // protected mode only
    uint32_t errorCode = 0;
    bool isFault = false;     // the saved flags have RF set
    uint32_t returnEip = 0;   // saved
    uint32_t ownEip = 0;      // of the instruction, for the observer
    uint32_t leaveOffset = 0; // see TaskSwitch

    bool bySoftware() const { return cause >= EntryCause::Int; }
};

bool enterHandler(Cpu &cpu, const InterruptEntry &entry);

} // namespace bootglass
