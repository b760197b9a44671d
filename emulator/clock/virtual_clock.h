// SPDX-License-Identifier: GPL-3.0-or-later
// The clock of the machine: virtual_ns = (icount << shift) + idle_ns. It counts down a budget, the
// instructions left until the next timer's deadline; whoever executes instructions takes them from
// `remaining()`, so the count is exact at each moment at which a chip can look at it. No host time
// enters here.
//
// Count of an access: an instruction that touches a chip has been taken from the budget already,
// so a chip sees the count that includes it (as QEMU's -icount does).
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/clock/timer_queue.h"
#include "emulator/memory/archive.h"

#include <functional>
#include <string>

namespace bootglass {

class VirtualClock {
  public:
    /// shift: one instruction takes 2^shift ns, 0 to 10.
    explicit VirtualClock(unsigned shift = 3);
    VirtualClock(const VirtualClock &) = delete;
    VirtualClock &operator=(const VirtualClock &) = delete;

    unsigned shift() const { return shift_; }
    Icount icount() const { return {limit_ - static_cast<uint64_t>(remaining_)}; }
    VirtualNs now() const { return at(icount()); }
    /// Virtual time spent in HLT so far, ns.
    uint64_t idleNs() const { return idle_; }
    /// The virtual time at which a count is reached if no more idle time comes.
    VirtualNs at(Icount count) const { return {(count.value << shift_) + idle_}; }

    // --- the executor's side
    /// Instructions left in this budget. The executor decrements it; it may end at zero, not below.
    int64_t &remaining() { return remaining_; }
    /// What now() is made of beside remaining(), for translated code.
    const uint64_t &limit() const { return limit_; }
    const uint64_t &idle() const { return idle_; }
    /// Sets the budget: to the next deadline, but to no more than `mostInstructions`.
    void refill(uint64_t mostInstructions);
    /// Skips to a later virtual time while the CPU halts: only idle time grows.
    void warpTo(VirtualNs later);

    TimerQueue &timers() { return timers_; }
    const TimerQueue &timers() const { return timers_; }

    void serialize(Archive &archive);

  private:
    void deadlineChanged();
    uint64_t instructionsUntil(VirtualNs deadline) const;

    unsigned shift_;
    uint64_t limit_ = 0; // the icount at which remaining_ is zero
    int64_t remaining_ = 0;
    uint64_t idle_ = 0;
    TimerQueue timers_;
};

/// A chip's handle of one timer of the queue.
class Timer {
  public:
    Timer(VirtualClock &clock, std::string name, std::function<void()> callback)
        : clock_(clock), id_(clock.timers().add(std::move(name), std::move(callback))) {}
    Timer(const Timer &) = delete;
    Timer &operator=(const Timer &) = delete;

    void arm(VirtualNs deadline) { clock_.timers().arm(id_, deadline); }
    void armAfter(uint64_t ns) { arm(clock_.now() + ns); }
    void cancel() { clock_.timers().cancel(id_); }
    bool armed() const { return clock_.timers().armed(id_); }
    VirtualNs deadline() const { return clock_.timers().deadline(id_); }

  private:
    VirtualClock &clock_;
    TimerId id_;
};

} // namespace bootglass
