// SPDX-License-Identifier: GPL-3.0-or-later
// What the CPU tells of itself, as events. Instruction pointers are linear (CS base + EIP), so that
// they mean something in real mode too. HLT to the interrupt that ends it is one span: Halt, Wake.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/machine/event_log.h"
#include "emulator/machine/interrupt_router.h"

namespace bootglass {

class CpuEvents final : public CpuObserver {
  public:
    CpuEvents(Cpu &cpu, InterruptRouter &interrupts, EventLog &log)
        : cpu_(cpu), interrupts_(interrupts), log_(log) {}

    void interrupt(uint8_t vector) override;
    void softwareInterrupt(uint8_t vector) override;
    void exception(Fault fault) override;
    void privilegeSwitch(unsigned before, unsigned now) override;
    void modeSwitch(unsigned before, unsigned now) override;
    void pageTableSwitch(uint32_t before, uint32_t now) override;
    void halted() override;
    void codeReached(uint32_t linear) override;

    /// CS base + EIP.
    uint32_t instructionPointer() const { return cpu_.seg[Cs].base + cpu_.eip; }
    void serialize(Archive &archive) { archive(halted_, idleAtHalt_); }

  private:
    Cpu &cpu_;
    InterruptRouter &interrupts_;
    EventLog &log_;
    bool halted_ = false;
    uint64_t idleAtHalt_ = 0; // ns
};

} // namespace bootglass
