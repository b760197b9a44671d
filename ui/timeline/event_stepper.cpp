// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/event_stepper.h"

#include <algorithm>

namespace bootglass {

namespace {

/// The next event of all the tracks, or the last one before.
Result<StoredEvent> nextOf(RunReader &reader, const std::vector<TrackId> &tracks, VirtualNs from,
                           bool forward) {
    StoredEvent best;
    for (const TrackId track : tracks) {
        const auto found =
            forward ? reader.nextEvent(track, from) : reader.previousEvent(track, from);
        if (!found) return found.error();
        if (found->id == 0) continue;
        if (best.id == 0 || (forward ? found->id < best.id : found->id > best.id)) best = *found;
    }
    return best;
}

/// The nearest event of the tracks within a range.
Result<StoredEvent> nearestOf(RunReader &reader, const std::vector<TrackId> &tracks, VirtualNs put,
                              TimeRange nearby) {
    const auto distance = [put](VirtualNs ns) { return ns > put ? ns - put : put - ns; };
    StoredEvent best;
    for (const TrackId track : tracks) {
        const auto found = reader.nearestEvent(track, put);
        if (!found) return found.error();
        const VirtualNs at = found->event.ns;
        if (found->id == 0 || at < nearby.from || at >= nearby.to) continue;
        if (best.id == 0 || distance(at) < distance(best.event.ns)) best = *found;
    }
    return best;
}

} // namespace

EventStepper::EventStepper(Navigator &navigator, const TimelineScene &scene, QObject *parent)
    : QObject(parent), navigator_(navigator), scene_(scene) {}

VirtualNs EventStepper::from() const {
    const auto cursor = navigator_.cursor(Cursor::A);
    return cursor ? *cursor : scene_.axis.timeAt(scene_.lanes.center().x());
}

void EventStepper::stepEvent(bool forward) {
    if (!document_ || !scene_.run) return;
    const LaneRow *row = scene_.rowOf(scene_.focus);
    const Lane *lane = row ? laneOf(*row, scene_.groups) : nullptr;
    if (!lane) {
        emit stuck(tr("Choose a lane first: click its name, or go through the lanes by key."));
        return;
    }
    if (lane->style == LaneStyle::Phases) return stepPhase(forward);
    if (lane->style == LaneStyle::Markers) return stepMarker(forward);
    const QString none = forward ? tr("%1 has no event after the cursor").arg(lane->label)
                                 : tr("%1 has no event before the cursor").arg(lane->label);
    document_->details().ask(
        QuerySlot::Step, this,
        [tracks = lane->tracks, at = from(), forward](RunReader &reader) {
            return nextOf(reader, tracks, at, forward);
        },
        [this, none](const Result<StoredEvent> &found) {
            if (!found) return;
            if (found->id == 0)
                emit stuck(none);
            else
                navigator_.choose(*found);
        });
}

void EventStepper::goTo(const std::vector<VirtualNs> &places, bool forward, const QString &none) {
    const VirtualNs at = from();
    const VirtualNs *best = nullptr;
    for (const VirtualNs &place : places) {
        if (forward ? place <= at : place >= at) continue;
        if (!best || (forward ? place < *best : place > *best)) best = &place;
    }
    if (!best) {
        emit stuck(none);
        return;
    }
    navigator_.setCursor(Cursor::A, *best);
    navigator_.reveal(*best);
}

void EventStepper::stepMarker(bool forward) {
    if (!scene_.run) return;
    std::vector<VirtualNs> places;
    for (const RunMarker &marker : scene_.run->markers)
        places.push_back(marker.ns);
    goTo(places, forward,
         forward ? tr("There is no later marker") : tr("There is no earlier marker"));
}

void EventStepper::stepPhase(bool forward) {
    if (!scene_.run) return;
    std::vector<VirtualNs> places;
    for (const RunPhase &phase : scene_.run->phases) {
        places.push_back(phase.start.ns);
        places.push_back(phase.end.ns);
    }
    goTo(places, forward,
         forward ? tr("No phase starts or ends later") : tr("No phase starts or ends earlier"));
}

void EventStepper::snap(const Lane &lane, VirtualNs put, TimeRange nearby) {
    if (!document_ || lane.tracks.empty()) return;
    document_->details().ask(
        QuerySlot::Snap, this,
        [tracks = lane.tracks, put, nearby](RunReader &reader) {
            return nearestOf(reader, tracks, put, nearby);
        },
        [this, put](const Result<StoredEvent> &found) {
            // Only where the cursor is still where it was put.
            if (found && found->id != 0 && navigator_.cursor(Cursor::A) == put)
                navigator_.choose(*found);
        });
}

} // namespace bootglass
