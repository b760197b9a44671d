// SPDX-License-Identifier: GPL-3.0-or-later
// Decides when a run ends: the first of several points. Counts and times are known ahead: `limit`
// says how far the machine may run. Markers, phases and idleness are seen as they happen: then a
// call returns true, which asks the session to stop the machine at the next instruction boundary,
// and to look at `reached`.
//
// A time moves nearer in instructions when the CPU halts, since the clock then jumps; so `event`
// also returns true after such a jump if the limit that was given is too far now. The session
// sees that nothing is reached, and runs on to the new limit. No count depends on it.
//
// Idle: the guest has been halted for so long in all, with no more than a twentieth of that time
// (and a millisecond) spent executing: a timer tick that finds nothing to do is no work. It is
// seen when the CPU wakes.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/probe/event.h"
#include "emulator/probe/when.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

class StopCondition {
  public:
    StopCondition() = default;
    explicit StopCondition(std::vector<When> whens, unsigned shift);

    /// The count up to which the machine may run from here; Icount::never() if nothing bounds it.
    Icount limit(Icount icount, VirtualNs ns);

    /// These return true if the machine must stop at the next boundary.
    bool event(const Event &event) { return event.kind == EventKind::Wake && woke(event); }
    bool marker(std::string_view name);
    bool phaseStarted(std::string_view path);

    /// The point that is reached, as it was written ("marker:prompt"); empty: none yet.
    std::string reached(Icount icount, VirtualNs ns) const;

    const std::vector<When> &whens() const { return whens_; }
    void serialize(Archive &archive);

  private:
    bool woke(const Event &event);
    bool seen(When::Kind kind, std::string_view name);

    std::vector<When> whens_;
    unsigned shift_ = 0;
    std::string reached_;
    Icount given_ = Icount::never(); // the limit that was told last
    VirtualNs idleFrom_;             // where the present stretch of idleness starts
    uint64_t idleNs_ = 0;            // halted in it
};

} // namespace bootglass
