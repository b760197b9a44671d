// SPDX-License-Identifier: GPL-3.0-or-later
// The timers of all chips, by virtual deadline. A chip registers its timers once, by name, while
// the board is built; then it arms and cancels them. Due timers fire in the order (deadline, order
// of arming), so ties are the same in every run. Timers are known by the order of registration and
// their callbacks are not saved, so a queue can be serialized.
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/memory/archive.h"

#include <functional>
#include <string>
#include <vector>

namespace bootglass {

/// Index of a timer in its queue, in order of registration.
enum class TimerId : uint16_t {};

/// Told of every change; the machine turns these into events.
struct TimerObserver {
    virtual ~TimerObserver() = default;
    virtual void timerArmed(TimerId timer, VirtualNs deadline) = 0;
    virtual void timerCancelled(TimerId timer) = 0;
    virtual void timerFired(TimerId timer, VirtualNs deadline) = 0;
};

class TimerQueue {
  public:
    /// Registers a timer; name is what people read: "8254 channel 0".
    TimerId add(std::string name, std::function<void()> callback);
    const std::string &name(TimerId timer) const { return entry(timer).name; }
    size_t size() const { return timers_.size(); }

    /// Arms (or arms anew) a timer; a deadline in the past fires at the next boundary.
    void arm(TimerId timer, VirtualNs deadline);
    void cancel(TimerId timer);
    bool armed(TimerId timer) const { return entry(timer).deadline != VirtualNs::never(); }
    /// The deadline, VirtualNs::never() if the timer is not armed.
    VirtualNs deadline(TimerId timer) const { return entry(timer).deadline; }

    /// The earliest deadline of all, VirtualNs::never() if no timer is armed.
    VirtualNs next() const { return next_; }
    /// Fires everything that is due at `now`, also what callbacks arm for now or earlier.
    /// A fired timer is disarmed before its callback runs.
    void fireDue(VirtualNs now);

    void setObserver(TimerObserver *observer) { observer_ = observer; }
    /// Called when the earliest deadline may have changed.
    void setDeadlineChanged(std::function<void()> changed) { changed_ = std::move(changed); }

    void serialize(Archive &archive);

  private:
    struct Entry {
        std::string name;
        std::function<void()> callback;
        VirtualNs deadline = VirtualNs::never();
        uint64_t order = 0;
    };
    Entry &entry(TimerId timer) { return timers_[static_cast<size_t>(timer)]; }
    const Entry &entry(TimerId timer) const { return timers_[static_cast<size_t>(timer)]; }
    void findNext();

    // A PC has some twenty timers: a scan beats a heap, and there is nothing to keep in order.
    std::vector<Entry> timers_;
    VirtualNs next_ = VirtualNs::never();
    size_t nextIndex_ = 0;
    uint64_t order_ = 0;
    TimerObserver *observer_ = nullptr;
    std::function<void()> changed_;
};

} // namespace bootglass
