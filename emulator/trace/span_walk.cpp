// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/span_walk.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint64_t mostAhead = 50'000; // events

bool touches(const Span &span, TimeRange range) {
    return span.start < range.to && (span.end > range.from || span.start >= range.from);
}

class Walk {
  public:
    Walk(RunFile &file, TimeRange range, const SpanWalk &walk)
        : file_(file), range_(range), walk_(walk) {}

    void run() {
        size_t chunk = file_.chunkAt(range_.from);
        if (chunk == file_.chunks().size()) {
            if (!chunk) return; // nothing is stored
            --chunk;            // its open spans may reach into the range
        }
        for (bool first = true; chunk < file_.chunks().size(); ++chunk, first = false) {
            // Where the level of detail changes, a chunk's events do not tell what came between.
            if (!first && file_.detailChanges() && !goesOn(file_.chunks()[chunk])) break;
            if (first || file_.detailChanges()) file_.restorePairing(chunk, pairing_);
            if (!feed(chunk)) break;
        }
        const bool all = chunk == file_.chunks().size();
        if (enough_) return;
        std::vector<Span> open;
        pairing_.forEachOpen(file_.end().ns, [&](const Span &span) {
            if (span.start < range_.to && walk_.wanted(span.track)) open.push_back(span);
        });
        for (const Span &span : open) {
            const Span whole = completed(span, all);
            if (touches(whole, range_) && !walk_.span(whole)) return;
        }
    }

  private:
    /// False: nothing more to find.
    bool feed(size_t chunk) {
        const std::shared_ptr<const Events> events = file_.events(chunk);
        uint64_t id = file_.chunks()[chunk].firstEvent;
        for (const Event &event : *events) {
            if (event.ns >= range_.to && !beyond(event.ns)) return false;
            lastNs_ = event.ns;
            const TrackId track = pairing_.feed(event, id);
            if (walk_.event && event.ns >= range_.from && event.ns < range_.to &&
                walk_.wanted(track))
                walk_.event(track, event, id);
            for (const Span &span : pairing_.ended()) {
                if (!touches(span, range_) || !walk_.wanted(span.track)) continue;
                if (pending_) --pending_;
                if (!walk_.span(span)) {
                    enough_ = true;
                    return false;
                }
            }
            ++id;
        }
        return true;
    }
    /// Beyond the range less may be kept, so that ends of spans are not seen.
    bool goesOn(const ChunkRow &row) const {
        if (row.firstNs < range_.to) return true;
        uint32_t kinds = 0;
        pairing_.forEachOpen(range_.to, [&](const Span &span) {
            if (walk_.wanted(span.track)) kinds |= kindsOf(span.track.kind);
        });
        return file_.keeps(kinds, {range_.to, row.lastNs + 1});
    }
    /// An open span with its end, as far as that can be known.
    Span completed(Span span, bool allSeen) {
        SqliteStatement &row =
            file_.statement("SELECT end_ns, end_event FROM long_span"
                            " WHERE level=?1 AND start_ns=?2 AND track=?3 ORDER BY end_ns LIMIT 1");
        for (unsigned level = 1; level <= rollup::levels; ++level) {
            row.bind(1, static_cast<int>(level))
                .bind(2, span.start.value)
                .bind(3, int64_t{span.track.packed()});
            if (!row.step()) continue;
            const VirtualNs end{row.natural(0)};
            span.endId = row.natural(1);
            row.reset();
            if (end < span.start) file_.damaged("a span ends before it starts");
            // What the recorder ends itself, with the run, has no event at its end.
            span.open = !span.endId && end >= file_.end().ns && file_.complete();
            span.end = end;
            return span;
        }
        // One that was seen open for so long, and is not in the table, goes on to the end of the
        // run; of another it is only known how far it was seen.
        const bool goesOn = allSeen || (lastNs_ > span.start && lastNs_ - span.start >= longSpanNs);
        span.end = std::max(goesOn ? file_.end().ns : lastNs_, span.start);
        span.open = true;
        return span;
    }
    /// Beyond the range only the ends of its spans matter. One that ended may have had another
    /// waiting behind it, so they are counted anew when all are done.
    bool beyond(VirtualNs ns) {
        if (ns - range_.to >= walk_.lookAheadNs || ++ahead_ > mostAhead) return false;
        if (!pending_)
            pairing_.forEachOpen(range_.to, [&](const Span &span) {
                if (span.start < range_.to && walk_.wanted(span.track)) ++pending_;
            });
        return pending_ > 0;
    }

    RunFile &file_;
    TimeRange range_;
    const SpanWalk &walk_;
    SpanPairing pairing_;
    VirtualNs lastNs_; // gone through until here
    uint64_t ahead_ = 0;
    size_t pending_ = 0;
    bool enough_ = false;
};

} // namespace

void walkSpans(RunFile &file, TimeRange range, const SpanWalk &walk) {
    Walk(file, range, walk).run();
}

} // namespace bootglass
