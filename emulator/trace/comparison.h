// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs side by side: a row for each thing that either has, with what it took in A and in B, and
// one sentence with the answer. Rows are matched by name (see comparison_matching.h). Whatever is
// in a table, command line and window show the same numbers.
#pragma once

#include "emulator/trace/comparison_matching.h"
#include "emulator/trace/comparison_run.h"

namespace bootglass {

/// B minus A. Counts are below 2^63; what is not is nobody's run, and wraps.
constexpr int64_t difference(uint64_t a, uint64_t b) {
    return static_cast<int64_t>(b - a);
}
constexpr uint64_t magnitude(int64_t number) {
    return number < 0 ? uint64_t{0} - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
}

struct DeltaRow {
    std::string name;    // a phase's path; in A, or in B where A has none
    std::string renamed; // its name in B, if that is another
    int depth = 0;
    bool moved = false;
    std::optional<Amount> a;        // nothing: new in B
    std::optional<Amount> b;        // nothing: gone
    std::optional<size_t> placeInA; // of a phase among the run's phases
    std::optional<size_t> placeInB;

    bool isNew() const { return !a; }
    bool isGone() const { return !b; }
    uint64_t inA(Measure measure) const { return a ? valueOf(*a, measure) : 0; }
    uint64_t inB(Measure measure) const { return b ? valueOf(*b, measure) : 0; }
    int64_t delta(Measure measure) const { return difference(inA(measure), inB(measure)); }
    /// Of A; nothing where A has nothing to be a part of.
    std::optional<double> percent(Measure measure) const;
    /// "", "new", "gone", "moved", "renamed to kernel/x", "moved, renamed to …"
    std::string change() const;

    bool operator==(const DeltaRow &) const = default;
};

/// What matters about it: instructions, or the number of events where those have none.
Measure mainMeasure(ComparedBy by);

/// Rows in A's order; phases are a tree, parents before children.
std::vector<DeltaRow> deltaRows(const ComparedRun &a, const ComparedRun &b, ComparedBy by);

enum class SortBy : uint8_t { Order, Name, A, B, Delta, Percent, Time, Idle, Count };
std::string_view name(SortBy sort);
std::optional<SortBy> sortByOf(std::string_view text);
inline constexpr size_t sortBys = 9;

struct RowFilter {
    SortBy sort = SortBy::Delta; // the largest first, whichever its sign
    Measure measure = Measure::Instructions;
    uint64_t leastDifference = 0; // rows below are left out
    uint64_t leastValue = 0;      // rows that have less in both are left out
    size_t most = SIZE_MAX;       // rows, once they are sorted
};
std::vector<DeltaRow> filtered(std::vector<DeltaRow> rows, const RowFilter &filter);

/// The moments of both runs that stand below each other.
struct Alignment {
    RunPoint a; // zero of A's axis
    RunPoint b;

    bool operator==(const Alignment &) const = default;
};
/// On a marker; an Error if one of them has none of that name.
Result<Alignment> alignedOn(const ComparedRun &a, const ComparedRun &b, std::string_view marker);
/// Markers that both have, in A's order.
std::vector<std::string> commonMarkers(const ComparedRun &a, const ComparedRun &b);

/// The answer: "B takes 96,114,208 instructions (1.64 %) fewer than A to marker:prompt: …"
struct Answer {
    int64_t instructions = 0;
    int64_t virtualNs = 0;
    int64_t idleNs = 0;
    double percent = 0;
    bool sameDigest = false; // both known and equal: no event differs
    bool sameEnd = true;     // both ended for the same reason
};
Answer answer(const ComparedRun &a, const ComparedRun &b);
std::string answerSentence(const ComparedRun &a, const ComparedRun &b,
                           const std::vector<DeltaRow> &phases, const std::string &nameOfA = "A",
                           const std::string &nameOfB = "B");

/// 96114208 → "96,114,208"
std::string withCommas(uint64_t number);

} // namespace bootglass
