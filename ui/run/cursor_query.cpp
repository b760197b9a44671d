// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/cursor_query.h"

#include <algorithm>

namespace bootglass {

uint64_t CursorFacts::lengthNs() const {
    if (!both()) return 0;
    return std::max(*a, *b) - std::min(*a, *b);
}

uint64_t CursorFacts::instructions() const {
    if (!both()) return 0;
    return std::max(countA, countB) - std::min(countA, countB);
}

uint64_t CursorFacts::idleNs() const {
    // virtual_ns = (icount << shift) + idle_ns. Within an instruction the difference may be short
    // of one instruction's time.
    const uint64_t busy = instructions() << shift;
    return lengthNs() - std::min(lengthNs(), busy);
}

Result<CursorFacts> queryCursors(RunReader &reader, std::optional<VirtualNs> a,
                                 std::optional<VirtualNs> b) {
    CursorFacts facts{a, b, {}, {}, reader.shift()};
    if (a) {
        const auto count = reader.icountAt(*a);
        if (!count) return count.error();
        facts.countA = *count;
    }
    if (b) {
        const auto count = reader.icountAt(*b);
        if (!count) return count.error();
        facts.countB = *count;
    }
    return facts;
}

} // namespace bootglass
