// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_scene.h"

#include "ui/timeline/bin_sampling.h"

#include <QFontMetrics>

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr int tickDistance = 112;
constexpr int narrowestLabels = 168;
constexpr int widestLabels = 300;

} // namespace

void TimelineScene::plan() {
    groups.clear();
    if (run) {
        groups = arranged(
            lanePlan({run->phases, run->markers, run->tracks, run->whole().lengthNs(),
                      run->info.cost.total(), run->activityLayout, run->flameDepth, notes.size()}),
            arrangement);
    }
    layout = layOut(groups, arrangement.folded);
}

int TimelineScene::labelWidth() const {
    const QFontMetrics label(textFont());
    const QFontMetrics note(textFont(8.5));
    int width = narrowestLabels;
    for (const LaneGroup &group : groups)
        for (const Lane &lane : group.lanes)
            width = std::max(width, 28 + label.horizontalAdvance(lane.label) + 14 +
                                        note.horizontalAdvance(lane.note) + 12);
    return std::min(width, widestLabels);
}

void TimelineScene::place(const QRect &area, TimeRange visible, SharedScale scale) {
    const int width = labelWidth();
    const int left = area.left() + width;
    const int lanesWidth = std::max(area.width() - width - sceneMargin, 1);
    const int top = area.top() + headerHeight;
    const int height = std::max(area.height() - headerHeight, 1);
    labels = QRect(area.left(), top, width, height);
    header = QRect(left, area.top(), lanesWidth, headerHeight);
    lanes = QRect(left, top, lanesWidth, height);
    axis = {visible, static_cast<double>(left), static_cast<double>(lanesWidth), std::move(scale)};
}

QRect TimelineScene::rectOf(const LaneRow &row) const {
    const int top = lanes.top() + row.top - (row.pinned ? 0 : scroll);
    return {lanes.left(), top, lanes.width(), row.height};
}

QRect TimelineScene::clipOf(const LaneRow &row) const {
    return row.pinned ? lanes : lanes.adjusted(0, layout.pinnedHeight, 0, 0);
}

const LaneRow *TimelineScene::rowAt(int y) const {
    const int inside = y - lanes.top();
    return layout.rowAt(inside < layout.pinnedHeight ? inside : inside + scroll);
}

QString TimelineScene::keyOf(const LaneRow &row) const {
    const Lane *lane = laneOf(row, groups);
    const LaneGroup &group = groups[static_cast<size_t>(row.group)];
    if (!lane) return {};
    return row.folded ? group.key : laneKey(group, *lane);
}

const LaneRow *TimelineScene::rowOf(const QString &key) const {
    const auto found = std::ranges::find_if(
        layout.rows, [&](const LaneRow &row) { return !key.isEmpty() && keyOf(row) == key; });
    return found == layout.rows.end() ? nullptr : &*found;
}

const LaneRow *TimelineScene::rowOf(TrackId track) const {
    for (const LaneRow &row : layout.rows) {
        const Lane *lane = laneOf(row, groups);
        if (lane && std::ranges::find(lane->tracks, track) != lane->tracks.end()) return &row;
    }
    return nullptr;
}

int TimelineScene::columns() const {
    return std::max(1, static_cast<int>(std::lround(axis.width * pixelRatio)));
}

TimeTicks TimelineScene::ticks() const {
    return axisTicks(axis, run ? run->shift : 3,
                     std::max(2, static_cast<int>(axis.width) / tickDistance));
}

PictureRequest TimelineScene::request() const {
    PictureRequest request;
    request.pixels = static_cast<unsigned>(columns());
    const TimeRange whole = run ? run->whole() : axis.range;
    const TimeRange units = withWings(axis.unitRange(), unitsOf(axis.scale, whole), request.pixels);
    request.range = timeOf(axis.scale, units);
    request.scale = axis.scale;
    for (const LaneGroup &group : groups)
        for (const Lane &lane : group.lanes)
            request.tracks.insert(request.tracks.end(), lane.tracks.begin(), lane.tracks.end());
    request.samples = run && run->flameDepth > 0;
    for (const TimeTick &tick : ticks().ticks)
        request.ticks.push_back(tick.at);
    return request;
}

} // namespace bootglass
