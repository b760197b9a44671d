// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_hit.h"

#include "ui/timeline/lane_painter.h"
#include "ui/timeline/note_lane.h"
#include "ui/timeline/phase_bands.h"
#include "ui/timeline/work_lanes.h"

#include <cmath>

namespace bootglass {

namespace {

constexpr int reach = 4; // pixels

void hitLane(TimelineHit &hit, const TimelineScene &scene, const LaneRow &row,
             const QPoint &point) {
    const Lane *lane = laneOf(row, scene.groups);
    if (!lane) return;
    const QRect area = scene.rectOf(row);
    switch (lane->style) {
    case LaneStyle::Phases:
        for (const PhaseBand &band : phaseBands(scene.run->phases, scene.axis, area)) {
            if (!band.rect.contains(point)) continue;
            hit.kind = HitKind::Phase;
            hit.phase = band.phase;
        }
        break;
    case LaneStyle::Markers:
        for (const MarkerFlag &flag : markerFlags(scene, area)) {
            const int top = area.top() + flag.row * markerRowHeight;
            QRect body(flag.atLeft ? flag.x - flagWidth - 2 : flag.x - 2, top, flagWidth + 4,
                       markerRowHeight);
            if (flag.named) body |= QRect(flag.nameLeft, top, flag.nameWidth, markerRowHeight);
            if (!body.contains(point)) continue;
            hit.kind = HitKind::Marker;
            hit.marker = flag.marker;
        }
        break;
    case LaneStyle::Notes:
        for (const NoteMark &mark : noteMarks(scene, area)) {
            if (!mark.flag.contains(point) && !mark.bar.contains(point)) continue;
            hit.kind = HitKind::Note;
            hit.note = mark.note;
        }
        break;
    case LaneStyle::Activity:
        for (const ActivityBand &band : activityBands(scene, lane->activity, area)) {
            if (!band.rect.contains(point)) continue;
            hit.kind = HitKind::Activity;
            hit.activity = band.activity;
            hit.merged = band.merged;
        }
        break;
    case LaneStyle::Flame:
        for (const FlameBand &band : flameBands(scene, area)) {
            if (!band.rect.contains(point)) continue;
            hit.kind = HitKind::Flame;
            hit.stack = band.stack;
            hit.level = band.level;
        }
        break;
    default: hit.kind = HitKind::Lane;
    }
}

} // namespace

TimelineHit hitTest(const TimelineScene &scene, const QPoint &point) {
    TimelineHit hit;
    if (!scene.run) return hit;
    hit.time = scene.axis.timeAt(point.x());
    hit.pixel = scene.axis.pixelRange(point.x());
    hit.nearby = {scene.axis.timeAt(point.x() - reach), scene.axis.timeAt(point.x() + reach + 1)};
    if (scene.header.contains(point)) {
        hit.kind = HitKind::Header;
        return hit;
    }
    const LaneRow *row = scene.rowAt(point.y());
    if (!row || point.y() < scene.lanes.top()) return hit;
    hit.row = static_cast<int>(row - scene.layout.rows.data());
    if (scene.labels.contains(point))
        hit.kind = HitKind::Label;
    else if (scene.lanes.contains(point) && hit.time <= scene.run->end.ns)
        hitLane(hit, scene, *row, point);
    return hit;
}

} // namespace bootglass
