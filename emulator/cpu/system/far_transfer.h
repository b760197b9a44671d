// SPDX-License-Identifier: GPL-3.0-or-later
// Control transfers that load CS: JMP and CALL to a segment, through call gates, and to tasks (SDM
// vol. 2, JMP, CALL; vol. 3, 5.8), RET far and IRET. Each sets EIP itself; false: a fault is noted
// and (but for faults of a task switched to) nothing has changed.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/cpu/system/descriptor.h"

#include <cstdint>

namespace bootglass {

struct FarPointer {
    uint16_t selector = 0;
    uint32_t offset = 0;
};

bool farJump(Cpu &cpu, const Insn *i, FarPointer target);
bool farCall(Cpu &cpu, const Insn *i, FarPointer target);
/// `release`: bytes of parameters that RET n frees.
bool farReturn(Cpu &cpu, const Insn *i, uint32_t release);
bool interruptReturn(Cpu &cpu, const Insn *i);

/// CALL through a present call gate that the caller may use.
bool callThroughGate(Cpu &cpu, const Insn *i, const Descriptor &gate);
/// A code segment that a call gate names, checked against CPL.
struct GateTarget {
    uint16_t selector = 0;
    Descriptor descriptor;
    uint32_t offset = 0;
    /// The transfer raises the privilege to the descriptor's DPL.
    bool inner = false;
};
Loaded<GateTarget> gateTarget(Cpu &cpu, const Descriptor &gate, bool mayRaisePrivilege);
/// CS as it will be at privilege `level`, with the accessed bit set; EIP must lie inside.
Loaded<SegmentRegister> enteredCode(Cpu &cpu, uint16_t selector, Descriptor descriptor,
                                    unsigned level, uint32_t offset);
/// CS for a return to the privilege of the selector's RPL, with all of RET's and IRET's checks but
/// the offset's.
Loaded<SegmentRegister> returnedCode(Cpu &cpu, uint16_t selector);

} // namespace bootglass
