// SPDX-License-Identifier: GPL-3.0-or-later
// Where the axis has its ticks and what it writes there. Steps are 1, 2 or 5 times a power of ten.
// From a millisecond up a tick tells the absolute time; below, it tells the distance from a base
// that stands once at the axis' left, as "44.201 s +", since nobody reads twelve digits at each
// tick.
#pragma once

#include "ui/timeline/time_axis.h"

#include <QString>

#include <vector>

namespace bootglass {

struct TimeTick {
    VirtualNs at;
    QString label;

    bool operator==(const TimeTick &) const = default;
};

struct TimeTicks {
    uint64_t stepNs = 0;
    QString base; // empty: labels are absolute
    std::vector<TimeTick> ticks;
};

/// The shortest nice step at which the range has at most `most` ticks.
uint64_t niceStep(uint64_t lengthNs, int most);
TimeTicks timeTicks(TimeRange range, int most);
/// In the axis' own units: virtual time, instructions, or the host's time.
TimeTicks axisTicks(const TimeAxis &axis, unsigned shift, int most);

} // namespace bootglass
