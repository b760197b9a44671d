// SPDX-License-Identifier: GPL-3.0-or-later
// Searching a run. What one types is words, all of which must be in what is found, and:
//   /regex/                 instead of words
//   kind:timer_fired        events of a kind, by the name that JSON and SQL have, or its beginning
//   irq:4  timer:apic  vector:0x80  device:uart  console:com1
//                           events of such a source, by number or by a part of its name
//   address:0x3f8  value:0x20    events with this port, address or instruction pointer, or value
//   >1ms  <20us             spans (interrupts, timers, halts, phases) longer or shorter than that
// Words are looked for in the names of events and their sources, in markers, phases and console
// lines.
#pragma once

#include "ui/run/run_snapshot.h"

#include <QRegularExpression>
#include <QStringList>

#include <optional>

namespace bootglass {

struct SearchQuery {
    QStringList words;
    std::optional<QRegularExpression> regex;
    uint32_t kinds = 0; // bit per EventKind; 0: any
    std::optional<TrackKind> source;
    QString sourceName; // a number, or a part of the name
    std::optional<uint64_t> address;
    std::optional<uint64_t> value;
    std::optional<uint64_t> longerNs;
    std::optional<uint64_t> shorterNs;

    bool wantsSpans() const { return longerNs || shorterNs; }
    /// Only events have what is asked for.
    bool wantsEvents() const { return kinds != 0 || source || address || value; }
    bool matchesText(const QString &text) const;
    bool matchesLength(uint64_t ns) const;
};

/// A query, or one sentence that says what is wrong with the text.
Result<SearchQuery> parseSearch(const QString &text);

struct SearchHit {
    TimeRange range; // from == to: a moment
    QString what;    // "event", "span", "marker", "phase", "console"
    QString title;
    QString detail;
    uint64_t eventId = 0; // 0: none

    bool operator==(const SearchHit &) const = default;
};

struct SearchResult {
    std::vector<SearchHit> hits; // by time
    bool more = false;           // than the limit
};

Result<SearchResult> runSearch(RunReader &reader, const RunSnapshot &run, const SearchQuery &query,
                               size_t limit);

} // namespace bootglass
