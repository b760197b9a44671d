// SPDX-License-Identifier: GPL-3.0-or-later
// The screen as it changes. A guest writes it cell by cell and scrolls it row by row; what
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
    /// Pictures of graphics modes are looked at this often.
    static constexpr uint64_t pictureIntervalNs = nsPerSecond;
    using Update = std::function<void(TextScreenUpdate update, Icount icount, VirtualNs ns)>;
    using Picture = std::function<void(ScreenPicture picture, Icount icount)>;

    ScreenTracker(const Machine &machine, Update update, Picture picture)
        : machine_(machine), update_(std::move(update)), picture_(std::move(picture)) {}

    void rowChanged(unsigned row, Icount icount, VirtualNs now);
    /// To be called with every event: a row that changed last is not forgotten.
    void event(const Event &event) {
        if (event.ns >= due_) flushText(event.icount, event.ns);
        if (event.ns >= pictureDue_) lookAtPicture(event.icount, event.ns);
    }
    void flush(Icount icount, VirtualNs now);

  private:
    void flushText(Icount icount, VirtualNs now);
    void lookAtPicture(Icount icount, VirtualNs now);

    const Machine &machine_;
    Update update_;
    Picture picture_;
    ScreenPicture last_; // that was told
    VirtualNs pictureDue_;
    std::vector<bool> changed_; // by row
    VirtualNs due_ = VirtualNs::never();
};

/// The screen as the run file keeps it; nothing in graphics modes.
std::optional<TextScreen> textScreenOf(const Machine &machine);
/// The display in a graphics mode; empty in text modes.
ScreenPicture pictureOf(const Machine &machine);

} // namespace bootglass
