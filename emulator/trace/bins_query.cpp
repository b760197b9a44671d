// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/bins_query.h"

#include "emulator/trace/bin_canvas.h"
#include "emulator/trace/span_walk.h"

#include <algorithm>
#include <bit>

namespace bootglass {

namespace {

constexpr uint64_t exactEvents = 50'000;       // decoded rather than taken from a roll-up
constexpr uint64_t exactEventsFiner = 400'000; // where no roll-up is as fine as a pixel
constexpr uint64_t mostTouches = 200'000'000;  // of pixels by spans; a real run has far fewer

class BinsQuery {
  public:
    BinsQuery(RunFile &file, std::span<const TrackId> tracks, const BinCanvas &canvas)
        : file_(file), canvas_(canvas) {
        for (const TrackId track : tracks) {
            places_.emplace(track, bins_.size());
            bins_.push_back({track, 0, false, std::vector<Bin>(canvas.pixels())});
        }
        // Nothing is recorded at the run's end or later, but for what happened exactly then.
        known_ = {canvas.range().from, std::min(canvas.range().to, file.end().ns + 1)};
    }

    std::vector<TrackBins> run() {
        if (known_.to <= known_.from || bins_.empty()) return std::move(bins_);
        const uint64_t pixelNs = canvas_.pixelNs();
        const bool coarse = pixelNs < rollup::binNs(0);
        top_ =
            coarse
                ? 0
                : std::min(static_cast<unsigned>(std::bit_width(pixelNs)) - 1 - rollup::finestBits,
                           rollup::levels - 1);
        const bool exact = file_.eventsWithin(known_) <= (coarse ? exactEventsFiner : exactEvents);
        bool anyRolled = false;
        for (TrackBins &bins : bins_) {
            const bool rolled = !exact || !isKept(bins.track, known_);
            bins.resolutionNs = rolled ? rollup::binNs(top_) : 0;
            bins.coarse = rolled && coarse;
            anyRolled |= rolled;
        }
        drawExact(known_, [this](TrackId track) {
            const TrackBins *bins = find(track);
            return bins && !bins->resolutionNs;
        });
        if (anyRolled) drawRolled();
        for (TrackBins &bins : bins_)
            canvas_.finish(bins);
        duplicate();
        return std::move(bins_);
    }

  private:
    TrackBins *find(TrackId track) {
        const auto found = places_.find(track);
        return found == places_.end() ? nullptr : &bins_[found->second];
    }
    bool isRolled(TrackId track) {
        const TrackBins *bins = find(track);
        return bins && bins->resolutionNs;
    }
    bool isKept(TrackId track, TimeRange range) const {
        return track.kind != TrackKind::CpuShare && file_.keeps(kindsOf(track.kind), range);
    }
    void drawSpan(TrackBins &bins, const Span &span, TimeRange clip) {
        touches_ += canvas_.span(bins, span, clip) + 1;
        if (touches_ > mostTouches) file_.damaged("there are too many long spans");
        if ((touches_ & 0xFFF) == 0) file_.checkCancelled();
    }
    bool anyWanted(const std::function<bool(TrackId)> &wanted) const {
        return std::ranges::any_of(bins_,
                                   [&](const TrackBins &bins) { return wanted(bins.track); });
    }

    void drawExact(TimeRange range, const std::function<bool(TrackId)> &wanted) {
        if (!anyWanted(wanted)) return;
        SpanWalk walk;
        walk.wanted = wanted;
        walk.lookAheadNs = longSpanNs;
        walk.event = [this](TrackId track, const Event &event, uint64_t id) {
            canvas_.event(*find(track), event.ns, event.kind, id);
        };
        walk.span = [&](const Span &span) {
            drawSpan(*find(span.track), span, range);
            return true;
        };
        walkSpans(file_, range, walk);
    }

    void drawRolled() {
        VirtualNs at = known_.from;
        for (unsigned level = top_ + 1; level-- > 0;) {
            const VirtualNs end = std::min(known_.to, file_.closed(level));
            if (end <= at) continue;
            drawLevel(level, {at, end});
            at = end;
        }
        drawTail(at);
    }

    void drawLevel(unsigned level, TimeRange region) {
        const VirtualNs last{region.to.value - 1};
        const uint64_t firstBlock = rollup::blockOf(level, region.from.value);
        const uint64_t lastBlock = rollup::blockOf(level, last.value);
        const rollup::Layout layout = file_.rollupLayout();
        const bool grouped = layout == rollup::Layout::Grouped;
        SqliteStatement &rows =
            file_.statement(grouped ? "SELECT id - ?1, data FROM rollup"
                                      " WHERE id BETWEEN ?1 + ?2 AND ?1 + ?3 ORDER BY id"
                                    : "SELECT block, data FROM rollup"
                                      " WHERE level=?1 AND block BETWEEN ?2 AND ?3 ORDER BY block");
        const uint64_t before = grouped ? rollup::rowBlocks - 1 : 0;
        rows.bind(1, grouped ? rollup::rowId(level, 0) : uint64_t{level})
            .bind(2, firstBlock - std::min(firstBlock, before))
            .bind(3, lastBlock);
        const VirtualNs past = file_.end().ns + 1;
        const uint64_t firstBin = rollup::binOf(level, region.from.value);
        const uint64_t lastBin = rollup::binOf(level, last.value);
        const auto wanted = [this](TrackId track) { return isRolled(track); };
        uint64_t block = 0;
        const auto draw = [&](TrackId track, unsigned index, const Bin &bin) {
            const uint64_t number = (block << rollup::blockBits) + index;
            if (number < firstBin || number > lastBin) return;
            // What a bin tells lies before the end of the run.
            const VirtualNs start{number << rollup::binBits(level)};
            const VirtualNs end{start + rollup::binNs(level)};
            canvas_.rollup(*find(track), {start, std::min(end, past)}, bin);
        };
        while (rows.step()) {
            file_.checkCancelled();
            const uint64_t first = rows.natural(0);
            const auto drawBlock = [&](unsigned index, std::span<const uint8_t> strips) {
                block = first + index;
                return block < firstBlock || block > lastBlock ||
                       rollup::decodeStrips(strips, layout, wanted, draw);
            };
            const bool good = unpack_.decompress(rows.blob(1), rollup::mostRowBytes) &&
                              (grouped ? rollup::decodeRow(unpack_.plain(), drawBlock)
                                       : drawBlock(0, unpack_.plain()));
            if (!good) file_.damaged("a roll-up cannot be decoded");
        }
        drawLongSpans(level + 1, region, wanted);
    }

    /// Spans that are in the bins of these levels, and so not in those of the one below.
    void drawLongSpans(unsigned fromLevel, TimeRange region,
                       const std::function<bool(TrackId)> &wanted) {
        SqliteStatement &rows =
            file_.statement("SELECT start_ns, track, end_ns, event, end_event FROM long_span"
                            " WHERE level=?1 AND start_ns >= ?2 AND start_ns < ?3");
        for (unsigned level = fromLevel; level <= rollup::levels; ++level) {
            uint64_t first = 0;
            if (level < rollup::levels) {
                const uint64_t longest = rollup::binNs(level) * rollup::mostSpanBins;
                first = region.from.value > longest ? region.from.value - longest : 0;
            }
            rows.bind(1, static_cast<int>(level)).bind(2, first).bind(3, region.to.value);
            while (rows.step()) {
                const uint64_t packed = rows.natural(1);
                const VirtualNs start{rows.natural(0)};
                const VirtualNs end{rows.natural(2)};
                if (end < start || packed >> 16 >= trackKinds)
                    file_.damaged("a long span is impossible");
                const TrackId track = TrackId::unpack(static_cast<uint32_t>(packed));
                if (!wanted(track)) continue;
                drawSpan(*find(track),
                         {track, start, start, end, rows.natural(3), 0, rows.natural(4), false},
                         region);
            }
        }
    }

    /// What is in no roll-up yet, from `from` on; and the spans that are open still, which are in
    /// none before they end.
    void drawTail(VirtualNs from) {
        const VirtualNs closed = file_.closed(0);
        const TimeRange tail{closed, file_.end().ns + 1};
        if (tail.to <= tail.from) return;
        const auto walked = [&](TrackId track) { return isRolled(track) && isKept(track, tail); };
        const auto others = [&](TrackId track) { return isRolled(track) && !isKept(track, tail); };
        const TimeRange clip{std::max(from, closed), known_.to};
        if (clip.from < clip.to) drawLongSpans(1, clip, others);
        if (!anyWanted(walked)) return;
        SpanWalk walk;
        walk.wanted = walked;
        walk.event = [&](TrackId track, const Event &event, uint64_t id) {
            if (event.ns < clip.to) canvas_.event(*find(track), event.ns, event.kind, id);
        };
        walk.span = [&](const Span &span) {
            // A span that ended is in the roll-ups as far as they go.
            drawSpan(*find(span.track), span, span.open ? known_ : clip);
            return true;
        };
        walkSpans(file_, tail, walk);
    }
    /// A track that was asked for twice.
    void duplicate() {
        for (TrackBins &bins : bins_) {
            const TrackBins &first = *find(bins.track);
            if (&first != &bins) bins = first;
        }
    }

    RunFile &file_;
    BinCanvas canvas_;
    TimeRange known_;
    std::vector<TrackBins> bins_;
    std::map<TrackId, size_t> places_;
    unsigned top_ = 0; // level
    Decompressor unpack_;
    uint64_t touches_ = 0;
};

} // namespace

namespace {

std::vector<TrackBins> emptyBins(std::span<const TrackId> tracks, size_t pixels) {
    std::vector<TrackBins> bins;
    for (const TrackId track : tracks)
        bins.push_back({track, 0, false, std::vector<Bin>(pixels)});
    return bins;
}

} // namespace

std::vector<TrackBins> queryBins(RunFile &file, std::span<const TrackId> tracks, TimeRange range,
                                 unsigned pixels) {
    range.to = std::min(range.to, VirtualNs{INT64_MAX});
    pixels = std::min(pixels, mostPixels);
    if (range.to <= range.from || !pixels) return emptyBins(tracks, pixels);
    return BinsQuery(file, tracks, {range, pixels}).run();
}

std::vector<TrackBins> queryBins(RunFile &file, std::span<const TrackId> tracks,
                                 std::span<const VirtualNs> edges) {
    edges = edges.first(std::min<size_t>(edges.size(), mostPixels + 1));
    const size_t pixels = edges.empty() ? 0 : edges.size() - 1;
    if (pixels == 0 || edges.back() <= edges.front() || edges.back().value > INT64_MAX ||
        !std::ranges::is_sorted(edges))
        return emptyBins(tracks, pixels);
    return BinsQuery(file, tracks, BinCanvas(edges)).run();
}

} // namespace bootglass
