// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_hover.h"

namespace bootglass {

TimelineHover::TimelineHover(const TimelineScene &scene, QWidget *view)
    : QObject(view), scene_(scene), card_(new HoverCard(view)) {}

void TimelineHover::setDocument(RunDocument *document) {
    document_ = document;
    left();
}

void TimelineHover::left() {
    hit_ = {};
    asked_ = {};
    card_->hide();
}

void TimelineHover::moved(QPoint pointer) {
    pointer_ = pointer;
    const TimelineHit before = hit_;
    hit_ = hitTest(scene_, pointer);
    switch (hit_.kind) {
    case HitKind::Phase:
        card_->tell(phaseCard(scene_.run->phases[hit_.phase], *scene_.run), pointer);
        return;
    case HitKind::Marker:
        card_->tell(markerCard(scene_.run->markers[hit_.marker]), pointer);
        return;
    case HitKind::Note: card_->tell(noteCard(scene_.notes[hit_.note]), pointer); return;
    case HitKind::Activity:
        card_->tell(activityCard(scene_.run->activities[hit_.activity], hit_.merged, *scene_.run),
                    pointer);
        return;
    case HitKind::Flame:
        card_->tell(sampleCard(scene_.picture->samples, hit_.stack, hit_.level), pointer);
        return;
    case HitKind::Lane:
        // The last card of the same lane stays until the new one is there, so nothing flickers.
        if (before.kind != HitKind::Lane || before.row != hit_.row) card_->hide();
        if (const Lane *lane =
                laneOf(scene_.layout.rows[static_cast<size_t>(hit_.row)], scene_.groups))
            askLane(*lane);
        return;
    default: card_->hide();
    }
}

void TimelineHover::askLane(const Lane &lane) {
    if (!document_) return;
    const HoverRequest request{lane.tracks, lane.style, hit_.time, hit_.pixel, hit_.nearby};
    if (request == asked_ && card_->isVisible()) return;
    asked_ = request;
    document_->details().ask(
        QuerySlot::Hover, this,
        [request](RunReader &reader) { return queryHover(reader, request); },
        [this, lane, run = scene_.run](const Result<HoverAnswer> &answer) {
            const bool stale = !answer || hit_.kind != HitKind::Lane ||
                               answer->request.tracks != asked_.tracks ||
                               answer->request.style != asked_.style;
            if (!stale && run) card_->tell(laneCard(*answer, lane, *run), pointer_);
        });
}

} // namespace bootglass
