// SPDX-License-Identifier: GPL-3.0-or-later
// The text screen as it changes. A guest writes it cell by cell and scrolls it row by row; what
// changes within a millisecond of virtual time is one update, and the moments of updates depend on
// virtual time alone, so they are the same in every run.
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/machine/machine.h"
#include "emulator/trace/run_types.h"

#include <functional>
#include <optional>
#include <vector>

namespace bootglass {

class ScreenTracker {
  public:
    static constexpr uint64_t intervalNs = 1'000'000;
    using Update = std::function<void(TextScreenUpdate update, Icount icount, VirtualNs ns)>;

    ScreenTracker(const Machine &machine, Update update)
        : machine_(machine), update_(std::move(update)) {}

    void rowChanged(unsigned row, Icount icount, VirtualNs now);
    /// To be called with every event: a row that changed last is not forgotten.
    void event(const Event &event) {
        if (event.ns >= due_) flush(event.icount, event.ns);
    }
    void flush(Icount icount, VirtualNs now);

  private:
    const Machine &machine_;
    Update update_;
    std::vector<bool> changed_; // by row
    VirtualNs due_ = VirtualNs::never();
};

/// The screen as the run file keeps it; nothing in graphics modes.
std::optional<TextScreen> textScreenOf(const Machine &machine);

} // namespace bootglass
