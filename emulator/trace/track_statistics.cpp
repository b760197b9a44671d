// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/track_statistics.h"

#include "emulator/trace/bins_query.h"
#include "emulator/trace/span_walk.h"

#include <algorithm>
#include <bit>
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

TrackStatistics queryStatistics(RunFile &file, TrackId track, TimeRange range) {
    TrackStatistics statistics;
    statistics.track = track;
    range.to = std::min(range.to, file.end().ns + 1);
    if (range.to <= range.from) return statistics;
    statistics.exact = track.kind != TrackKind::CpuShare &&
                       file.keeps(kindsOf(track.kind), range) &&
                       file.eventsWithin(range) <= mostEvents;
    if (statistics.exact) {
        std::vector<uint64_t> values;
        const bool spans = hasSpans(track.kind);
        VirtualNs last = VirtualNs::never();
        SpanWalk walk;
        walk.lookAheadNs = longSpanNs;
        walk.wanted = [&](TrackId other) { return other == track; };
        walk.event = [&](TrackId, const Event &event, uint64_t) {
            ++statistics.count;
            if (!spans && last != VirtualNs::never()) values.push_back(event.ns - last);
            last = event.ns;
        };
        walk.span = [&](const Span &span) {
            statistics.busyNs += overlap(span, range);
            if (!span.open) values.push_back(span.lengthNs());
            return true;
        };
        walkSpans(file, range, walk);
        describe(statistics, std::move(values));
    } else {
        const std::vector<TrackBins> bins = queryBins(file, std::array{track}, range, pixels);
        for (const Bin &bin : bins.front().pixels) {
            statistics.count += bin.count;
            statistics.busyNs += bin.busyNs;
            statistics.maxNs = std::max(statistics.maxNs, bin.longestNs);
        }
    }
    statistics.perSecond = static_cast<double>(statistics.count) *
                           static_cast<double>(nsPerSecond) / static_cast<double>(range.lengthNs());
    return statistics;
}

} // namespace bootglass
