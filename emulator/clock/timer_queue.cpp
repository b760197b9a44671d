// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/clock/timer_queue.h"

namespace bootglass {

TimerId TimerQueue::add(std::string name, std::function<void()> callback) {
    timers_.push_back({std::move(name), std::move(callback), VirtualNs::never(), 0});
    return static_cast<TimerId>(timers_.size() - 1);
}

void TimerQueue::arm(TimerId timer, VirtualNs deadline) {
    if (deadline == VirtualNs::never()) return cancel(timer);
    Entry &e = entry(timer);
    e.deadline = deadline;
    e.order = order_++;
    findNext();
    if (observer_) observer_->timerArmed(timer, deadline);
}

void TimerQueue::cancel(TimerId timer) {
    Entry &e = entry(timer);
    if (e.deadline == VirtualNs::never()) return;
    e.deadline = VirtualNs::never();
    findNext();
    if (observer_) observer_->timerCancelled(timer);
}

void TimerQueue::findNext() {
    VirtualNs before = next_;
    next_ = VirtualNs::never();
    for (size_t i = 0; i < timers_.size(); ++i) {
        const Entry &e = timers_[i];
        if (e.deadline == VirtualNs::never()) continue;
        bool earlier =
            e.deadline < next_ || (e.deadline == next_ && e.order < timers_[nextIndex_].order);
        if (earlier) {
            next_ = e.deadline;
            nextIndex_ = i;
        }
    }
    if (next_ != before && changed_) changed_();
}

void TimerQueue::fireDue(VirtualNs now) {
    while (next_ <= now) {
        size_t index = nextIndex_;
        VirtualNs deadline = next_;
        timers_[index].deadline = VirtualNs::never();
        findNext();
        if (observer_) observer_->timerFired(static_cast<TimerId>(index), deadline);
        timers_[index].callback();
    }
}

void TimerQueue::serialize(Archive &archive) {
    archive.section("timers");
    uint64_t count = timers_.size();
    archive(count, order_);
    if (archive.loading() && count != timers_.size())
        return archive.fail("the saved state comes from a machine with other timers");
    for (Entry &e : timers_)
        archive(e.deadline, e.order);
    if (archive.loading()) findNext();
}

} // namespace bootglass
