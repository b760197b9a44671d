// SPDX-License-Identifier: GPL-3.0-or-later
// Executes the same cases on the emulated CPU, at privilege level 3 with flat segments and paging,
// so that its page faults are those of a user process on the host.
#pragma once

#include "emulator/cpu/cpu.h"
#include "processor_state.h"

namespace bootglass::silicon {

class EmulatedProcessor : CpuObserver {
  public:
    EmulatedProcessor();
    Outcome run(const Case &test);

  private:
    void interrupt(uint8_t) override {}
    void softwareInterrupt(uint8_t) override {}
    void exception(Fault fault) override;
    void privilegeSwitch(unsigned, unsigned) override {}
    void modeSwitch(unsigned, unsigned) override {}
    void pageTableSwitch(uint32_t, uint32_t) override {}
    void halted() override {}

    void enterUserMode();
    void load(const State &state);
    State save() const;

    VirtualClock clock_{3};
    PhysicalMap memory_;
    PortMap ports_;
    Cpu cpu_;
    Outcome outcome_;
};

} // namespace bootglass::silicon
