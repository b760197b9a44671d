// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/span_walk.h"

#include <algorithm>

namespace bootglass {

namespace {

bool touches(const Span &span, TimeRange range) {
    return span.start < range.to && (span.end > range.from || span.start >= range.from);
}

/// How an open span ended, if that is known.
Span completed(RunFile &file, Span span) {
    span.end = std::max(file.end().ns, span.start);
    span.open = true;
    SqliteStatement &row =
        file.statement("SELECT end_ns, end_event FROM long_span"
                       " WHERE level=?1 AND start_ns=?2 AND track=?3 ORDER BY end_ns LIMIT 1");
    for (unsigned level = 1; level <= rollup::levels; ++level) {
        row.bind(1, static_cast<int>(level))
            .bind(2, span.start.value)
            .bind(3, int64_t{span.track.packed()});
        if (!row.step()) continue;
        const VirtualNs end{row.natural(0)};
        const uint64_t endId = row.natural(1);
        row.reset();
        if (end < span.start) file.damaged("a span ends before it starts");
        // What the recorder ends itself, with the run, has no event at its end.
        span.open = !endId && end >= file.end().ns && file.complete();
        span.end = end;
        span.endId = endId;
        break;
    }
    return span;
}

class Walk {
  public:
    Walk(RunFile &file, TimeRange range, const SpanWalk &walk)
        : file_(file), range_(range), walk_(walk) {}

    void run() {
        size_t chunk = file_.chunkAt(range_.from);
        if (chunk == file_.chunks().size()) {
            if (!chunk) return;
            --chunk; // its open spans may reach into the range
        }
        for (bool first = true; chunk < file_.chunks().size(); ++chunk, first = false) {
            // Where the level of detail changes, a chunk's events do not tell what came between.
            if (first || file_.detailChanges()) file_.restorePairing(chunk, pairing_);
            if (!feed(chunk)) break;
        }
        if (enough_) return;
        std::vector<Span> open;
        pairing_.forEachOpen(file_.end().ns, [&](const Span &span) {
            if (span.start < range_.to && walk_.wanted(span.track)) open.push_back(span);
        });
        for (const Span &span : open) {
            const Span whole = completed(file_, span);
            if (touches(whole, range_) && !walk_.span(whole)) return;
        }
    }

  private:
    /// False: nothing more to find.
    bool feed(size_t chunk) {
        const std::shared_ptr<const Events> events = file_.events(chunk);
        uint64_t id = file_.chunks()[chunk].firstEvent;
        for (const Event &event : *events) {
            if (event.ns >= range_.to && !beyond()) return false;
            const SpanPairing::Outcome &outcome = pairing_.feed(event, id);
            if (walk_.event && event.ns >= range_.from && event.ns < range_.to &&
                walk_.wanted(outcome.track))
                walk_.event(outcome.track, event, id);
            for (size_t i = 0; i < outcome.closed; ++i) {
                const Span &span = outcome.spans[i];
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
    /// Beyond the range only the ends of its spans matter. One that ended may have had another
    /// waiting behind it, so they are counted anew when all are done.
    bool beyond() {
        if (ahead_++ >= walk_.lookAhead) return false;
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
    uint64_t ahead_ = 0;
    size_t pending_ = 0;
    bool enough_ = false;
};

} // namespace

void walkSpans(RunFile &file, TimeRange range, const SpanWalk &walk) {
    Walk(file, range, walk).run();
}

} // namespace bootglass
