// SPDX-License-Identifier: GPL-3.0-or-later
// The bands of activities: those of a kind share a lane, in which each stands in the first row that
// is free, below the one that it happened in. Bands that fall on one pixel become one, which knows
// how many it stands for.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/timeline/time_axis.h"

#include <QRect>

#include <array>
#include <span>
#include <vector>

namespace bootglass {

inline constexpr int activityRowHeight = 15;
inline constexpr int activityRowGap = 2;
inline constexpr int mostActivityRows = 6;

/// In which row of its kind's lane each activity stands.
struct ActivityLayout {
    std::vector<uint8_t> rows; // as the activities
    std::array<int, activityKinds> depth{};
    std::array<size_t, activityKinds> counts{};

    int height(ActivityKind kind) const {
        const int rowsOfKind = depth[static_cast<size_t>(kind)];
        return rowsOfKind * (activityRowHeight + activityRowGap) - activityRowGap;
    }
    bool operator==(const ActivityLayout &) const = default;
};

/// The activities are in the order of their starts.
ActivityLayout layOutActivities(std::span<const RunActivity> activities);

struct ActivityBand {
    size_t activity = 0; // its place; of several the longest
    QRect rect;
    unsigned merged = 1; // activities that it stands for

    bool operator==(const ActivityBand &) const = default;
};

/// `area` is the lane; rows below the last that fits are left out.
std::vector<ActivityBand> activityBands(std::span<const RunActivity> activities,
                                        const ActivityLayout &layout, ActivityKind kind,
                                        const TimeAxis &axis, const QRect &area);

} // namespace bootglass
