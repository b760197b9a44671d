// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/track_statistics.h"

#include "emulator/trace/bins_query.h"
#include "emulator/trace/span_walk.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

namespace bootglass {

namespace {

constexpr uint64_t mostEvents = 2'000'000; // decoded for exact values
constexpr unsigned pixels = 1024;          // of the roll-ups that stand in for events

uint64_t overlap(const Span &span, TimeRange range) {
    return TimeRange{std::max(span.start, range.from), std::min(span.end, range.to)}.lengthNs();
}

/// Nearest rank: the smallest value that `percent` of all values do not exceed.
uint64_t percentile(const std::vector<uint64_t> &sorted, unsigned percent) {
    const size_t rank = (sorted.size() * percent + 99) / 100;
    return sorted[std::max<size_t>(rank, 1) - 1];
}

void describe(TrackStatistics &statistics, std::vector<uint64_t> values) {
    statistics.samples = values.size();
    if (values.empty()) return;
    std::ranges::sort(values);
    statistics.minNs = values.front();
    statistics.maxNs = values.back();
    const double sum =
        std::accumulate(values.begin(), values.end(), 0.0, [](double total, uint64_t value) {
            return total + static_cast<double>(value);
        });
    statistics.meanNs = sum / static_cast<double>(values.size());
    statistics.p50Ns = percentile(values, 50);
    statistics.p95Ns = percentile(values, 95);
    statistics.p99Ns = percentile(values, 99);
    for (const uint64_t value : values)
        ++statistics.histogram[std::min<size_t>(static_cast<size_t>(std::bit_width(value)),
                                                statistics.histogram.size() - 1)];
}

} // namespace

namespace {

/// Of one track, while its events are walked through.
struct Tally {
    TrackStatistics statistics;
    std::vector<uint64_t> values;
    VirtualNs last = VirtualNs::never();
};

void walk(RunFile &file, TimeRange range, std::map<TrackId, Tally *> &exact) {
    SpanWalk walk;
    walk.lookAheadNs = longSpanNs;
    walk.wanted = [&](TrackId track) { return exact.contains(track); };
    walk.event = [&](TrackId track, const Event &event, uint64_t) {
        Tally &tally = *exact.at(track);
        ++tally.statistics.count;
        if (!hasSpans(track.kind) && tally.last != VirtualNs::never())
            tally.values.push_back(event.ns - tally.last);
        tally.last = event.ns;
    };
    walk.span = [&](const Span &span) {
        Tally &tally = *exact.at(span.track);
        tally.statistics.busyNs += overlap(span, range);
        if (!span.open) tally.values.push_back(span.lengthNs());
        return true;
    };
    walkSpans(file, range, walk);
}

void addRolled(RunFile &file, TimeRange range, std::span<Tally> tallies) {
    std::vector<TrackId> tracks;
    for (const Tally &tally : tallies)
        if (!tally.statistics.exact) tracks.push_back(tally.statistics.track);
    if (tracks.empty()) return;
    const std::vector<TrackBins> bins = queryBins(file, tracks, range, pixels);
    size_t next = 0;
    for (Tally &tally : tallies) {
        if (tally.statistics.exact) continue;
        for (const Bin &bin : bins[next].pixels) {
            tally.statistics.count += bin.count;
            tally.statistics.busyNs += bin.busyNs;
            tally.statistics.maxNs = std::max(tally.statistics.maxNs, bin.longestNs);
        }
        ++next;
    }
}

} // namespace

std::vector<TrackStatistics> queryStatistics(RunFile &file, std::span<const TrackId> tracks,
                                             TimeRange range) {
    std::vector<Tally> tallies(tracks.size());
    for (size_t n = 0; n < tracks.size(); ++n)
        tallies[n].statistics.track = tracks[n];
    std::vector<TrackStatistics> results;
    range.to = std::min(range.to, file.end().ns + 1);
    if (range.to > range.from) {
        std::map<TrackId, Tally *> exact;
        const bool few = file.eventsWithin(range) <= mostEvents;
        for (Tally &tally : tallies) {
            const TrackId track = tally.statistics.track;
            // A track that was asked for twice is walked once.
            tally.statistics.exact = few && track.kind != TrackKind::CpuShare &&
                                     file.keeps(kindsOf(track.kind), range) &&
                                     exact.try_emplace(track, &tally).second;
        }
        if (!exact.empty()) walk(file, range, exact);
        addRolled(file, range, tallies);
        for (Tally &tally : tallies) {
            if (tally.statistics.exact) describe(tally.statistics, std::move(tally.values));
            tally.statistics.perSecond = static_cast<double>(tally.statistics.count) *
                                         static_cast<double>(nsPerSecond) /
                                         static_cast<double>(range.lengthNs());
        }
    }
    for (const Tally &tally : tallies)
        results.push_back(tally.statistics);
    return results;
}

} // namespace bootglass
