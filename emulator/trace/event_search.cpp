// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/event_search.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint64_t nearEvents = 1'000'000; // gone through on either side

} // namespace

void EventSearch::forward(TimeRange range, uint32_t kinds, uint64_t most, const Visit &visit) {
    uint64_t seen = 0;
    const VirtualNs ns = range.from;
    for (size_t chunk = file_.chunkAt(ns); chunk < file_.chunks().size(); ++chunk) {
        const ChunkRow &row = file_.chunks()[chunk];
        if (seen >= most || row.firstNs >= range.to) return;
        seen += row.count;
        if (!(row.kinds & kinds)) continue;
        const std::shared_ptr<const Events> events = file_.events(chunk);
        const auto first = std::ranges::lower_bound(*events, ns, {}, &Event::ns);
        for (auto event = first; event != events->end() && event->ns < range.to; ++event)
            if (kindBit(event->kind) & kinds &&
                !visit(row.firstEvent + static_cast<uint64_t>(event - events->begin()), *event))
                return;
    }
}

void EventSearch::backward(VirtualNs ns, uint32_t kinds, uint64_t most, const Visit &visit) {
    uint64_t seen = 0;
    // The chunk that reaches beyond the time may begin before it.
    size_t chunk = std::min(file_.chunkAt(ns + 1) + 1, file_.chunks().size());
    while (chunk-- > 0) {
        const ChunkRow &row = file_.chunks()[chunk];
        if (row.firstNs > ns) continue;
        if (seen >= most) return;
        seen += row.count;
        if (!(row.kinds & kinds)) continue;
        const std::shared_ptr<const Events> events = file_.events(chunk);
        auto event = std::ranges::upper_bound(*events, ns, {}, &Event::ns);
        while (event != events->begin()) {
            --event;
            if (kindBit(event->kind) & kinds &&
                !visit(row.firstEvent + static_cast<uint64_t>(event - events->begin()), *event))
                return;
        }
    }
}

std::vector<StoredEvent> EventSearch::within(TimeRange range, size_t limit) {
    std::vector<StoredEvent> found;
    forward(range, UINT32_MAX, UINT64_MAX, [&](uint64_t id, const Event &event) {
        if (found.size() >= limit) return false;
        found.push_back({id, event});
        return true;
    });
    return found;
}

std::vector<StoredEvent> EventSearch::within(TrackId track, TimeRange range, size_t limit) {
    std::vector<StoredEvent> found;
    forward(range, kindsOf(track.kind), UINT64_MAX, [&](uint64_t id, const Event &event) {
        if (found.size() >= limit) return false;
        if (file_.track(event) == track) found.push_back({id, event});
        return true;
    });
    return found;
}

std::vector<StoredEvent> EventSearch::from(uint64_t firstId, size_t limit) {
    std::vector<StoredEvent> found;
    uint64_t id = std::max<uint64_t>(firstId, 1);
    for (size_t chunk = file_.chunkOf(id); chunk < file_.chunks().size(); ++chunk) {
        const std::shared_ptr<const Events> events = file_.events(chunk);
        const uint64_t first = file_.chunks()[chunk].firstEvent;
        for (; id - first < events->size(); ++id) {
            if (found.size() >= limit) return found;
            found.push_back({id, (*events)[id - first]});
        }
    }
    return found;
}

StoredEvent EventSearch::at(uint64_t id) {
    const std::vector<StoredEvent> found =
        id && id <= file_.storedEvents() ? from(id, 1) : std::vector<StoredEvent>();
    return found.empty() ? StoredEvent{} : found.front();
}

StoredEvent EventSearch::after(TrackId track, VirtualNs ns, uint64_t most) {
    StoredEvent found;
    if (ns == VirtualNs::never()) return found;
    forward({ns + 1, VirtualNs::never()}, kindsOf(track.kind), most,
            [&](uint64_t id, const Event &event) {
                if (file_.track(event) != track) return true;
                found = {id, event};
                return false;
            });
    return found;
}

StoredEvent EventSearch::before(TrackId track, VirtualNs ns, uint64_t most) {
    StoredEvent found;
    if (!ns.value) return found;
    backward({ns.value - 1}, kindsOf(track.kind), most, [&](uint64_t id, const Event &event) {
        if (file_.track(event) != track) return true;
        found = {id, event};
        return false;
    });
    return found;
}

StoredEvent EventSearch::near(TrackId track, VirtualNs ns) {
    ns = std::min(ns, VirtualNs{INT64_MAX});
    const StoredEvent behind = before(track, ns + 1, nearEvents);
    if (behind.id && behind.event.ns == ns) return behind;
    const StoredEvent ahead = after(track, ns, nearEvents);
    if (!behind.id) return ahead;
    if (!ahead.id) return behind;
    return ns - behind.event.ns <= ahead.event.ns - ns ? behind : ahead;
}

} // namespace bootglass
