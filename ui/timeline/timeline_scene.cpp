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
        groups = lanePlan({run->phases, run->markers, run->tracks, run->whole().lengthNs(),
                           run->info.cost.total()});
    }
    layout = layOut(groups, folded);
}

void TimelineScene::setFolded(const QString &key, bool isFolded) {
    if (isFolded)
        folded.insert(key);
    else
        folded.erase(key);
    layout = layOut(groups, folded);
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

void TimelineScene::place(const QRect &area, TimeRange visible) {
    const int width = labelWidth();
    const int left = area.left() + width;
    const int lanesWidth = std::max(area.width() - width - sceneMargin, 1);
    const int top = area.top() + headerHeight;
    const int height = std::max(area.height() - headerHeight, 1);
    labels = QRect(area.left(), top, width, height);
    header = QRect(left, area.top(), lanesWidth, headerHeight);
    lanes = QRect(left, top, lanesWidth, height);
    axis = {visible, static_cast<double>(left), static_cast<double>(lanesWidth)};
}

QRect TimelineScene::rectOf(const LaneRow &row) const {
    return {lanes.left(), lanes.top() + row.top - scroll, lanes.width(), row.height};
}

int TimelineScene::columns() const {
    return std::max(1, static_cast<int>(std::lround(axis.width * pixelRatio)));
}

TimeTicks TimelineScene::ticks() const {
    return timeTicks(axis.range, std::max(2, static_cast<int>(axis.width) / tickDistance));
}

PictureRequest TimelineScene::request() const {
    PictureRequest request;
    request.pixels = static_cast<unsigned>(columns());
    request.range = withWings(axis.range, run ? run->whole() : axis.range, request.pixels);
    for (const LaneGroup &group : groups)
        for (const Lane &lane : group.lanes)
            request.tracks.insert(request.tracks.end(), lane.tracks.begin(), lane.tracks.end());
    for (const TimeTick &tick : ticks().ticks)
        request.ticks.push_back(tick.at);
    return request;
}

} // namespace bootglass
