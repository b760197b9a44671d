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
    /// Events beyond the range that may be gone through for the ends of spans.
    uint64_t lookAhead = 0;
};

/// Tracks must be kept throughout the range, see RunFile::keeps().
void walkSpans(RunFile &file, TimeRange range, const SpanWalk &walk);

} // namespace bootglass
