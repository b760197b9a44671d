// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/host_cost_meter.h"

#include <pthread.h>

#include <chrono>

namespace bootglass {

namespace {

/// A look costs some microseconds, of which the machine's thread notices none.
constexpr std::chrono::microseconds interval{2500};

} // namespace

HostCostMeter::HostCostMeter(const ActivityMark &mark)
    : mark_(mark), thread_([this] { watch(); }) {}

HostCostMeter::~HostCostMeter() {
    {
        const std::lock_guard lock(mutex_);
        quit_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void HostCostMeter::begin() {
    const std::lock_guard lock(mutex_);
    pthread_getcpuclockid(pthread_self(), &clock_);
    charged_ = threadNs();
    measuring_ = true;
    wake_.notify_all();
}

void HostCostMeter::end() {
    const std::lock_guard lock(mutex_);
    charge(seen_);
    measuring_ = false;
}

/// The asking thread is in the midst of recording, which says nothing about the time since the last
/// look: that is charged to what was seen then.
HostCost HostCostMeter::total() {
    const std::lock_guard lock(mutex_);
    if (measuring_) charge(seen_);
    return total_;
}

void HostCostMeter::watch() {
    std::unique_lock lock(mutex_);
    while (!quit_) {
        if (!measuring_) {
            wake_.wait(lock);
            continue;
        }
        wake_.wait_for(lock, interval);
        if (!measuring_) continue;
        seen_ = mark_.now();
        charge(seen_);
    }
}

uint64_t HostCostMeter::threadNs() const {
    timespec time{};
    clock_gettime(clock_, &time);
    return static_cast<uint64_t>(time.tv_sec) * nsPerSecond + static_cast<uint64_t>(time.tv_nsec);
}

void HostCostMeter::charge(HostActivity activity) {
    const uint64_t now = threadNs();
    total_[activity] += now - charged_;
    charged_ = now;
}

} // namespace bootglass
