// SPDX-License-Identifier: GPL-3.0-or-later
// What the host is busy with while it runs a machine: a byte that the machine sets where it passes
// from one thing to another, and that another thread looks at now and then to learn what a run's
// CPU time goes into. No clock is read for it, and nothing in the machine depends on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bootglass {

enum class HostActivity : uint8_t {
    Translate, // making code for the guest's
    Execute,   // that code
    Interpret, // the guest's instructions, and finding out which are next
    Devices,   // chips: their registers, their timers
    Record,    // watching the machine, and writing down what happens
};
inline constexpr size_t hostActivities = 5;

constexpr std::string_view name(HostActivity activity) {
    constexpr std::string_view names[] = {"translate", "execute", "interpret", "devices", "record"};
    return names[static_cast<size_t>(activity)];
}

/// For people.
constexpr std::string_view label(HostActivity activity) {
    constexpr std::string_view labels[] = {"translating", "translated code", "interpreter",
                                           "devices", "recording"};
    return labels[static_cast<size_t>(activity)];
}

class ActivityMark {
  public:
    /// Any thread.
    HostActivity now() const { return now_.load(std::memory_order_relaxed); }
    /// The machine's thread.
    void set(HostActivity activity) { now_.store(activity, std::memory_order_relaxed); }

  private:
    std::atomic<HostActivity> now_ = HostActivity::Record;
};

/// Marks an activity for as long as it lives, then what was before.
class During {
  public:
    During(ActivityMark &mark, HostActivity activity) : mark_(mark), before_(mark.now()) {
        mark.set(activity);
    }
    ~During() { mark_.set(before_); }
    During(const During &) = delete;
    During &operator=(const During &) = delete;

  private:
    ActivityMark &mark_;
    HostActivity before_;
};

} // namespace bootglass
