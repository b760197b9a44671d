// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/hover_query.h"

namespace bootglass {

namespace {

constexpr size_t mostSpans = 64;

/// Of the spans on the pointer the shortest, which is the one that a hand aims at.
std::optional<Span> spanAt(const SpanList &list, VirtualNs time, TimeRange nearby) {
    std::optional<Span> best;
    for (const Span &span : list.spans) {
        const bool on = span.start <= time && time < span.end;
        const bool near = span.start < nearby.to && span.end >= nearby.from;
        if (!on && !near) continue;
        if (!best || span.lengthNs() < best->lengthNs()) best = span;
    }
    return best;
}

} // namespace

Result<HoverAnswer> queryHover(RunReader &reader, const HoverRequest &request) {
    HoverAnswer answer;
    answer.request = request;
    const auto icount = reader.icountAt(request.time);
    if (!icount) return icount.error();
    answer.icount = *icount;
    if (request.style == LaneStyle::Modes) {
        auto shares = reader.modeShares(request.pixel, 1);
        if (!shares) return shares.error();
        if (!shares->empty()) answer.shares = shares->front();
        return answer;
    }
    if (request.style == LaneStyle::HostCost) {
        auto costs = reader.hostCosts(request.pixel, 1);
        if (!costs) return costs.error();
        answer.cost = costs->front();
        return answer;
    }
    if (request.tracks.empty()) return answer;
    auto bins = reader.bins(request.tracks, request.pixel, 1);
    if (!bins) return bins.error();
    answer.bins = std::move(*bins);
    if (request.tracks.size() != 1) return answer;

    const TrackId track = request.tracks.front();
    const auto nearest = reader.nearestEvent(track, request.time);
    if (!nearest) return nearest.error();
    const VirtualNs at = nearest->event.ns;
    if (nearest->id != 0 && at >= request.nearby.from && at < request.nearby.to)
        answer.event = *nearest;
    if (hasSpans(track.kind)) {
        const auto spans = reader.spans(track, request.nearby, mostSpans);
        if (!spans) return spans.error();
        answer.span = spanAt(*spans, request.time, request.nearby);
    }
    return answer;
}

} // namespace bootglass
