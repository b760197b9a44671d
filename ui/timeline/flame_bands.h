// SPDX-License-Identifier: GPL-3.0-or-later
// Samples as a flame chart: a row per level of calls, the outermost on top. A sample stands for the
// instructions since the one before, so it reaches back as far as these take without idle time;
// neighbours that are in the same call are one band.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/timeline/time_axis.h"

#include <QRect>

#include <vector>

namespace bootglass {

inline constexpr int flameRowHeight = 14;
inline constexpr int flameRowGap = 1;
inline constexpr int mostFlameRows = 12;

struct FlameBand {
    uint32_t function = 0; // in the list's functions
    int level = 0;
    size_t stack = 0;   // one of its samples: the callers
    size_t samples = 0; // that it was made from
    QRect rect;

    bool operator==(const FlameBand &) const = default;
};

/// `area` is the lane; `shift` of the run's clock.
std::vector<FlameBand> flameBands(const SampleList &samples, unsigned shift, const TimeAxis &axis,
                                  const QRect &area);

/// Levels that are worth a row: reached by one in fifty samples.
int flameDepth(const SampleList &samples);

} // namespace bootglass
