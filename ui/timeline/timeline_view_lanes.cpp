// SPDX-License-Identifier: GPL-3.0-or-later
// TimelineView's lanes as the user arranges them: focus, folding, pinning, hiding, order, height.
#include "ui/timeline/timeline_view.h"

#include <algorithm>

namespace bootglass {

void TimelineView::arrange(LaneArrangement arrangement) {
    if (arrangement == scene_.arrangement) return;
    scene_.arrangement = std::move(arrangement);
    rebuildLanes();
    emit arrangementChanged();
}

void TimelineView::setFolded(const QString &group, bool folded) {
    LaneArrangement wanted = scene_.arrangement;
    if (folded)
        wanted.folded.insert(group);
    else
        wanted.folded.erase(group);
    arrange(std::move(wanted));
}

void TimelineView::foldAll(bool fold) {
    LaneArrangement wanted = scene_.arrangement;
    wanted.folded.clear();
    if (fold)
        for (const LaneGroup &group : scene_.groups)
            if (group.foldable) wanted.folded.insert(group.key);
    arrange(std::move(wanted));
}

void TimelineView::focusLane(const QString &key) {
    if (key == scene_.focus) return;
    scene_.focus = key;
    if (const LaneRow *row = scene_.rowOf(key); row && !row->pinned) {
        // Into view, with its neighbour.
        const int least = row->bottom() + 30 - scene_.lanes.height();
        const int most = std::max(row->top - scene_.layout.pinnedHeight - 30, 0);
        setScroll(std::clamp(scene_.scroll, std::min(least, most), most));
    }
    replot(rpQueuedReplot);
    emit laneFocused();
}

void TimelineView::stepLane(int rows) {
    QStringList keys;
    for (const LaneRow &row : scene_.layout.rows)
        if (const QString key = scene_.keyOf(row); !key.isEmpty()) keys << key;
    if (keys.isEmpty()) return;
    const qsizetype now = keys.indexOf(scene_.focus);
    const qsizetype next = now < 0 ? (rows > 0 ? 0 : keys.size() - 1) : now + rows;
    focusLane(keys[std::clamp<qsizetype>(next, 0, keys.size() - 1)]);
}

void TimelineView::pinLane() {
    if (!scene_.rowOf(scene_.focus)) return;
    LaneArrangement wanted = scene_.arrangement;
    wanted.setPinned(scene_.focus, !wanted.isPinned(scene_.focus));
    arrange(std::move(wanted));
}

void TimelineView::hideLane() {
    const QString lane = scene_.focus;
    if (!scene_.rowOf(lane)) return;
    stepLane(1);
    if (scene_.focus == lane) stepLane(-1);
    LaneArrangement wanted = scene_.arrangement;
    wanted.setPinned(lane, false);
    wanted.hidden.insert(lane);
    arrange(std::move(wanted));
}

void TimelineView::moveLane(int places) {
    const LaneRow *row = scene_.rowOf(scene_.focus);
    if (!row) return;
    LaneArrangement wanted = scene_.arrangement;
    wanted.move(scene_.groups[static_cast<size_t>(row->group)], scene_.focus, places);
    arrange(std::move(wanted));
}

void TimelineView::growLane(int pixels) {
    const LaneRow *row = scene_.rowOf(scene_.focus);
    if (!row) return;
    LaneArrangement wanted = scene_.arrangement;
    wanted.setHeight(scene_.focus, row->height + pixels);
    arrange(std::move(wanted));
}

} // namespace bootglass
