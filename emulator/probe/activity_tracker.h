// SPDX-License-Identifier: GPL-3.0-or-later
// Which activities are open, and which lies in which: one lies in the last that was opened by the
// same key; one of the kernel without a key in whatever the kernel did last. What a guest tells is
// bounded here: so many open at a time, so many in all.
#pragma once

#include "emulator/probe/activity.h"

#include <string_view>
#include <vector>

namespace bootglass {

struct ProbeSink;

class ActivityTracker {
  public:
    static constexpr size_t mostOpen = 256;
    static constexpr int64_t mostActivities = 200'000;
    static constexpr size_t mostNameBytes = 200;

    explicit ActivityTracker(ProbeSink &sink) : sink_(sink) {}

    /// Its number; 0: there are too many.
    int64_t start(ActivityKind kind, std::string_view name, std::string_view key, Icount icount,
                  VirtualNs ns, std::string_view note = {});
    /// Ends the last open one of that kind, name and key; false if there is none.
    bool end(ActivityKind kind, std::string_view name, std::string_view key, std::string_view note,
             Icount icount, VirtualNs ns);
    void end(int64_t id, std::string_view note, Icount icount, VirtualNs ns);
    /// Tells of one that is over.
    void past(ActivityKind kind, std::string_view name, std::string_view note, VirtualNs start,
              Icount icount, VirtualNs ns);

    const std::vector<Activity> &open() const { return open_; }
    void serialize(Archive &archive);

  private:
    int64_t innermost(ActivityKind kind, std::string_view key) const;
    void close(std::vector<Activity>::iterator activity, std::string_view note, Icount icount,
               VirtualNs ns);

    ProbeSink &sink_;
    std::vector<Activity> open_; // in the order of their starts
    int64_t last_ = 0;
};

} // namespace bootglass
