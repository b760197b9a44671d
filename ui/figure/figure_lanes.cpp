// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/figure_lanes.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr double steep = 30; // the peak above the median

/// What a figure can draw: densities, phases, markers, modes. What the host spent is no property
/// of the boot: it would differ from one day to the next.
bool isDrawable(const Lane &lane) {
    return !lane.tracks.empty() || lane.style == LaneStyle::Phases ||
           lane.style == LaneStyle::Markers || lane.style == LaneStyle::Modes;
}

FigureLane folded(const LaneGroup &group) {
    FigureLane lane{group.key, group.lanes.front(), {}, {}, false};
    if (group.title.isEmpty()) return lane;
    lane.lane = group.summary;
    lane.lane.label = group.title;
    return lane;
}

/// Adds what a name means; false: nothing.
bool addNamed(std::vector<FigureLane> &lanes, const std::vector<LaneGroup> &plan,
              const QString &name) {
    for (const LaneGroup &group : plan) {
        if (name == group.key) {
            lanes.push_back(folded(group));
            lanes.back().named = true;
            return isDrawable(lanes.back().lane);
        }
        const bool all = name == group.key + u"/*";
        bool found = false;
        for (const Lane &lane : group.lanes) {
            const QString key = group.key + u'/' + lane.label;
            if (!all && name != lane.label && name != key) continue;
            lanes.push_back({group.lanes.size() == 1 ? group.key : key, lane, {}, {}, !all});
            found = isDrawable(lane);
        }
        if (found) return true;
    }
    return false;
}

std::string known(const std::vector<LaneGroup> &plan) {
    QStringList names;
    for (const LaneGroup &group : plan)
        if (isDrawable(group.lanes.front())) names << group.key;
    return names.join(QStringLiteral(", ")).toStdString();
}

} // namespace

double FigureLane::most() const {
    double most = 0;
    for (const LaneColumn &column : columns)
        most = std::max(most, column.count);
    return most;
}

LaneScale::LaneScale(const FigureLane &lane) : most_(lane.most()) {
    std::vector<double> counts;
    for (const LaneColumn &column : lane.columns)
        if (column.count > 0) counts.push_back(column.count);
    if (counts.empty()) return;
    const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
    std::ranges::nth_element(counts, middle);
    logarithmic_ = most_ > steep * *middle;
    least_ = std::min(*middle / 4, most_ / 2);
}

double LaneScale::shareOf(double count) const {
    if (!(most_ > 0)) return 0;
    if (!logarithmic_) return count / most_;
    return std::max(0.0, std::log(count / least_)) / std::log(most_ / least_);
}

Result<std::vector<FigureLane>> chooseLanes(const RunSnapshot &run, const QStringList &names) {
    const auto plan = lanePlan({run.phases, run.markers, run.tracks, run.whole().lengthNs(), 0});
    std::vector<FigureLane> lanes;
    if (names.isEmpty()) {
        for (const LaneGroup &group : plan) {
            FigureLane lane = folded(group);
            if (isDrawable(lane.lane)) lanes.push_back(std::move(lane));
        }
        return lanes;
    }
    for (const QString &name : names) {
        if (!addNamed(lanes, plan, name.trimmed()))
            return Error{"the run has no track '" + name.trimmed().toStdString() +
                         "'; it has: " + known(plan) +
                         ", each with /* for all of its lanes, and the lanes by their names"};
    }
    return lanes;
}

Result<void> fillLanes(std::vector<FigureLane> &lanes, const FigureAxis &axis, size_t columns) {
    for (FigureLane &lane : lanes) {
        if (lane.lane.style == LaneStyle::Modes) {
            auto shares = axis.shares(columns);
            if (!shares) return shares.error();
            lane.shares = std::move(*shares);
        } else if (lane.isDensity()) {
            auto filled = axis.columns(lane.lane.tracks, columns);
            if (!filled) return filled.error();
            lane.columns = std::move(*filled);
        }
    }
    std::erase_if(lanes, [](const FigureLane &lane) {
        return lane.isDensity() && !lane.named && !(lane.most() > 0);
    });
    return {};
}

} // namespace bootglass
