// SPDX-License-Identifier: GPL-3.0-or-later
// Executes the same cases on the emulated CPU, at privilege level 3 with flat segments and paging,
// so that its page faults are those of a user process on the host.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/jit/jit.h"
#include "processor_state.h"

#include <memory>

namespace bootglass::silicon {

class EmulatedProcessor : CpuObserver {
  public:
    explicit EmulatedProcessor(bool translates = false);
    Outcome run(const Case &test);
    /// Blocks so far.
    uint64_t translated() const { return jit_ ? jit_->counters().translated : 0; }

  private:
    void interrupt(uint8_t) override {}
    void softwareInterrupt(uint8_t) override {}
    void exception(Fault fault) override;
    void privilegeSwitch(unsigned, unsigned) override {}
    void modeSwitch(unsigned, unsigned) override {}
    void pageTableSwitch(uint32_t, uint32_t) override {}
    void halted() override {}

    void enterUserMode();
    void begin(const Case &test, uint32_t eip);
    Outcome end(const Case &test);
    Outcome interpret(const Case &test);
    Outcome translate(const Case &test);
    void load(const State &state);
    State save() const;

    VirtualClock clock_{3};
    PhysicalMap memory_;
    PortMap ports_;
    Cpu cpu_;
    std::unique_ptr<jit::Jit> jit_;
    uint32_t place_ = 0; // for the next case's code
    Outcome outcome_;
};

} // namespace bootglass::silicon
