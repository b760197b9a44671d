// SPDX-License-Identifier: GPL-3.0-or-later
// Finds out what the machine's thread spends its CPU time on, without a clock in the machine: a
// thread of its own looks, a few hundred times a second, at how much CPU time the machine's has
// used since, and charges it to what that is doing at the moment (ActivityMark). So single figures
// are as good as samples are, and they add up to the whole exactly.
#pragma once

#include "emulator/trace/run_types.h"

#include <condition_variable>
#include <ctime>
#include <mutex>
#include <thread>

namespace bootglass {

class HostCostMeter {
  public:
    /// The mark must outlive it.
    explicit HostCostMeter(const ActivityMark &mark);
    ~HostCostMeter();
    HostCostMeter(const HostCostMeter &) = delete;
    HostCostMeter &operator=(const HostCostMeter &) = delete;

    // --- called by the thread that is measured: from here on, and no longer
    void begin();
    void end();
    /// What was spent so far. While it measures, by its thread alone; afterwards by any.
    HostCost total();

  private:
    void watch();
    uint64_t threadNs() const;
    void charge(HostActivity activity);

    const ActivityMark &mark_;
    std::mutex mutex_; // of all that follows
    std::condition_variable wake_;
    bool measuring_ = false;
    bool quit_ = false;
    clockid_t clock_{};
    uint64_t charged_ = 0; // of that clock
    HostActivity seen_ = HostActivity::Interpret;
    HostCost total_;
    std::thread thread_; // last: it uses the rest
};

} // namespace bootglass
