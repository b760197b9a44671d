// SPDX-License-Identifier: GPL-3.0-or-later
// Walks through the single events of a range, in order, and tells of each event and of each span
// that touches the range, whole: begun before it, and ended after it. The walk starts at a chunk,
// where the open spans are known, and goes on a little beyond the range for the ends; an end
// further on is found in the table long_span.
#pragma once

#include "emulator/trace/run_file.h"

#include <functional>

namespace bootglass {

struct SpanWalk {
    std::function<bool(TrackId)> wanted;
    std::function<void(TrackId, const Event &, uint64_t id)> event; // may be empty
    /// Spans as they end, then those that go on; false: enough.
    std::function<bool(const Span &)> span;
    /// How far beyond the range the ends of spans are looked for in the events; what is open after
    /// longSpanNs is found in the table long_span, but for the event that accepted it.
    uint64_t lookAheadNs = 0;
};

/// Spans of this length and more are in the table long_span.
inline constexpr uint64_t longSpanNs = rollup::binNs(0) * rollup::mostSpanBins + 1;

/// Tracks must be kept throughout the range, see RunFile::keeps().
void walkSpans(RunFile &file, TimeRange range, const SpanWalk &walk);

} // namespace bootglass
