// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded run, run again: the machine is built from the inputs that the run names, each checked
// by its SHA-256, and everything that was typed is typed again at its count and time. Since the
// machine is deterministic it passes through the same states, so whatever was not recorded
// (registers, memory, each instruction) is to be had, at any moment.
#pragma once

#include "app/run/run_plan.h"
#include "emulator/machine/machine.h"
#include "emulator/trace/run_reader.h"

#include <memory>
#include <vector>

namespace bootglass {

class Rerun {
  public:
    /// At the run's first moment.
    static Result<std::unique_ptr<Rerun>> create(RunReader &reader);

    Machine &machine() { return *machine_; }

    /// To the first boundary between instructions at or after a virtual time, or to the machine's
    /// own end. Only forward.
    Result<void> advance(VirtualNs to);
    /// To the boundary at which the count is reached.
    Result<void> advance(Icount to);

  private:
    struct Typed {
        Icount icount;
        VirtualNs ns;
        ConsoleId console = ConsoleId::Com1;
        uint32_t value = 0;
    };

    Rerun() = default;
    Result<void> readInputs(RunReader &reader);
    Result<void> advance(Icount count, VirtualNs ns);
    Result<void> advanceConfined(Icount count, VirtualNs ns);
    void type(const Typed &typed);

    std::unique_ptr<Machine> machine_;
    std::vector<Typed> typed_;
    size_t next_ = 0;
};

} // namespace bootglass
