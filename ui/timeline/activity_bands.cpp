// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/activity_bands.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace bootglass {

ActivityLayout layOutActivities(std::span<const RunActivity> activities) {
    ActivityLayout layout;
    layout.rows.reserve(activities.size());
    std::array<std::array<VirtualNs, mostActivityRows>, activityKinds> free{};
    std::unordered_map<int64_t, size_t> places;
    for (size_t i = 0; i < activities.size(); ++i) {
        const RunActivity &activity = activities[i];
        const auto kind = static_cast<size_t>(activity.kind);
        size_t row = 0;
        if (const auto parent = places.find(activity.parent); parent != places.end())
            if (activities[parent->second].kind == activity.kind)
                row = layout.rows[parent->second] + size_t{1};
        auto &ends = free[kind];
        while (row < ends.size() && activity.start.ns < ends[row])
            ++row;
        row = std::min(row, ends.size() - 1);
        ends[row] = std::max(ends[row], activity.end.ns);
        layout.rows.push_back(static_cast<uint8_t>(row));
        layout.depth[kind] = std::max(layout.depth[kind], static_cast<int>(row) + 1);
        ++layout.counts[kind];
        if (activity.id != 0) places[activity.id] = i;
    }
    return layout;
}

std::vector<ActivityBand> activityBands(std::span<const RunActivity> activities,
                                        const ActivityLayout &layout, ActivityKind kind,
                                        const TimeAxis &axis, const QRect &area) {
    std::vector<ActivityBand> bands;
    struct Drawn {
        int right = 0;
        size_t band = 0;
        bool any = false;
    };
    std::array<Drawn, mostActivityRows> drawn{};
    const int rows = std::min(
        (area.height() + activityRowGap) / (activityRowHeight + activityRowGap), mostActivityRows);
    for (size_t i = 0; i < activities.size() && i < layout.rows.size(); ++i) {
        const RunActivity &activity = activities[i];
        const int row = layout.rows[i];
        if (activity.kind != kind || row >= rows) continue;
        const double from = axis.pixelOf(activity.start.ns);
        if (from > area.right()) break; // all that follow start later
        const double to = axis.pixelOf(activity.end.ns);
        // What ends at the edge is not in view; what is there and has no length is.
        if (to < area.left() || (to <= area.left() && from < to)) continue;
        int left = static_cast<int>(std::round(std::max<double>(from, area.left())));
        const int end = static_cast<int>(std::round(std::min<double>(to, area.right() + 1)));
        int right = std::max(end, left + 1);
        Drawn &last = drawn[static_cast<size_t>(row)];
        if (last.any && left < last.right) {
            left = last.right;
            if (right <= left) { // nothing is left of it
                ActivityBand &band = bands[last.band];
                ++band.merged;
                if (activity.durationNs() > activities[band.activity].durationNs())
                    band.activity = i;
                continue;
            }
        }
        const int top = area.top() + row * (activityRowHeight + activityRowGap);
        last = {right, bands.size(), true};
        bands.push_back({i, QRect(left, top, right - left, activityRowHeight)});
    }
    return bands;
}

} // namespace bootglass
