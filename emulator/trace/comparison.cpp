// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace bootglass {

namespace {

constexpr std::array<std::string_view, sortBys> sortNames = {
    "order", "name", "a", "b", "delta", "percent", "time", "idle", "count"};

Amount amountOf(const RunPhase &phase) {
    return {phase.instructions(), phase.durationNs(), phase.idleNs(), 1};
}

std::vector<DeltaRow> phaseRows(const ComparedRun &a, const ComparedRun &b) {
    std::vector<DeltaRow> rows;
    for (const PhaseMatch &match : matchPhases(a.phases, b.phases)) {
        const RunPhase &shown = match.a ? a.phases[*match.a] : b.phases[*match.b];
        DeltaRow row;
        row.name = shown.path;
        row.depth = std::max(shown.depth, 0);
        row.moved = match.moved;
        row.placeInA = match.a;
        row.placeInB = match.b;
        if (match.a) row.a = amountOf(a.phases[*match.a]);
        if (match.b) row.b = amountOf(b.phases[*match.b]);
        if (match.a && match.b && shown.path != b.phases[*match.b].path)
            row.renamed = b.phases[*match.b].path;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<DeltaRow> measuredRows(const std::vector<Measured> &a, const std::vector<Measured> &b) {
    std::vector<DeltaRow> rows;
    std::map<std::string_view, size_t> places;
    for (const Measured &measured : a) {
        places[measured.name] = rows.size();
        DeltaRow row;
        row.name = measured.name;
        row.a = measured.amount;
        rows.push_back(std::move(row));
    }
    for (const Measured &measured : b) {
        const auto place = places.find(measured.name);
        if (place != places.end()) {
            rows[place->second].b = measured.amount;
            continue;
        }
        DeltaRow row;
        row.name = measured.name;
        row.b = measured.amount;
        rows.push_back(std::move(row));
    }
    return rows;
}

const std::vector<Measured> &measuredOf(const ComparedRun &run, ComparedBy by) {
    static const std::vector<Measured> nothing;
    const auto found = run.measured.find(by);
    return found == run.measured.end() ? nothing : found->second;
}

/// The larger comes first; what is equal keeps its order.
template<typename Key>
void sortDown(std::vector<DeltaRow> &rows, Key key) {
    std::ranges::stable_sort(rows, std::ranges::greater(), key);
}

RunPoint pointOf(const RunMarker &marker) {
    return {marker.icount, marker.ns, 0, 0};
}

/// The row that says most about a difference: of those that changed, the one that none of its own
/// parts explains, so the deepest along the largest.
const DeltaRow *mostTelling(const std::vector<DeltaRow> &phases) {
    const DeltaRow *most = nullptr;
    for (const DeltaRow &row : phases) {
        const uint64_t delta = magnitude(row.delta(Measure::Instructions));
        if (delta == 0) continue;
        const uint64_t best = most ? magnitude(most->delta(Measure::Instructions)) : 0;
        // A part that makes up nine tenths of its whole tells more than the whole.
        const bool part = most && row.name.starts_with(most->name + "/");
        if (delta > best || (part && delta >= best - best / 10)) most = &row;
    }
    return most;
}

std::string endOf(const ComparedRun &run) {
    return run.ended.empty() ? "the last moment recorded" : run.ended;
}

} // namespace

std::optional<double> DeltaRow::percent(Measure measure) const {
    if (inA(measure) == 0) return std::nullopt;
    return 100.0 * static_cast<double>(delta(measure)) / static_cast<double>(inA(measure));
}

std::string DeltaRow::change() const {
    if (isNew()) return "new";
    if (isGone()) return "gone";
    std::string text;
    if (moved) text = "moved";
    if (!renamed.empty()) {
        // Where a parent has another name, the phase itself has kept its own.
        const auto last = [](const std::string &path) { return path.substr(path.rfind('/') + 1); };
        const bool own = last(name) != last(renamed);
        if (own)
            text += (text.empty() ? "renamed to " : ", renamed to ") + renamed;
        else
            text += (text.empty() ? "now " : " to ") + renamed;
    }
    return text;
}

Measure mainMeasure(ComparedBy by) {
    switch (by) {
    case ComparedBy::Irq:
    case ComparedBy::Timer:
    case ComparedBy::Device:
    case ComparedBy::Exception: return Measure::Count;
    default: return Measure::Instructions;
    }
}

std::vector<DeltaRow> deltaRows(const ComparedRun &a, const ComparedRun &b, ComparedBy by) {
    if (by == ComparedBy::Phase) return phaseRows(a, b);
    return measuredRows(measuredOf(a, by), measuredOf(b, by));
}

std::string_view name(SortBy sort) {
    return sortNames[static_cast<size_t>(sort)];
}

std::optional<SortBy> sortByOf(std::string_view text) {
    const auto found = std::ranges::find(sortNames, text);
    if (found == sortNames.end()) return std::nullopt;
    return static_cast<SortBy>(found - sortNames.begin());
}

std::vector<DeltaRow> filtered(std::vector<DeltaRow> rows, const RowFilter &filter) {
    const Measure measure = filter.measure;
    std::erase_if(rows, [&](const DeltaRow &row) {
        return magnitude(row.delta(measure)) < filter.leastDifference ||
               std::max(row.inA(measure), row.inB(measure)) < filter.leastValue;
    });
    const auto byDelta = [](Measure of) {
        return [of](const DeltaRow &row) { return magnitude(row.delta(of)); };
    };
    switch (filter.sort) {
    case SortBy::Order: break;
    case SortBy::Name: std::ranges::stable_sort(rows, {}, &DeltaRow::name); break;
    case SortBy::A: sortDown(rows, [&](const DeltaRow &row) { return row.inA(measure); }); break;
    case SortBy::B: sortDown(rows, [&](const DeltaRow &row) { return row.inB(measure); }); break;
    case SortBy::Delta: sortDown(rows, byDelta(measure)); break;
    case SortBy::Percent:
        sortDown(rows, [&](const DeltaRow &row) {
            const auto percent = row.percent(measure);
            // What is new has grown beyond any percentage.
            const bool grownFromNothing = row.inB(measure) > 0;
            return percent ? std::abs(*percent) : grownFromNothing ? 1e300 : 0.0;
        });
        break;
    case SortBy::Time: sortDown(rows, byDelta(Measure::VirtualTime)); break;
    case SortBy::Idle: sortDown(rows, byDelta(Measure::Idle)); break;
    case SortBy::Count: sortDown(rows, byDelta(Measure::Count)); break;
    }
    if (rows.size() > filter.most) rows.resize(filter.most);
    return rows;
}

Result<Alignment> alignedOn(const ComparedRun &a, const ComparedRun &b, std::string_view marker) {
    for (const ComparedRun *run : {&a, &b}) {
        if (run->marker(marker)) continue;
        std::string known;
        for (const std::string &common : commonMarkers(a, b))
            known += (known.empty() ? "" : ", ") + common;
        return Error{fmt::format("'{}' has no marker '{}'; {}", run->path, marker,
                                 known.empty() ? "the runs have no marker in common"
                                               : "the runs have in common: " + known)};
    }
    return Alignment{pointOf(*a.marker(marker)), pointOf(*b.marker(marker))};
}

std::vector<std::string> commonMarkers(const ComparedRun &a, const ComparedRun &b) {
    std::vector<std::string> names;
    for (const RunMarker &marker : a.markers)
        if (b.marker(marker.name) && std::ranges::find(names, marker.name) == names.end())
            names.push_back(marker.name);
    return names;
}

Answer answer(const ComparedRun &a, const ComparedRun &b) {
    Answer answer;
    answer.instructions = difference(a.end.icount.value, b.end.icount.value);
    answer.virtualNs = difference(a.end.ns.value, b.end.ns.value);
    answer.idleNs = difference(a.end.idleNs, b.end.idleNs);
    if (a.end.icount.value != 0) {
        answer.percent = 100.0 * static_cast<double>(answer.instructions) /
                         static_cast<double>(a.end.icount.value);
    }
    answer.sameDigest = !a.digest.empty() && a.digest == b.digest;
    answer.sameEnd = a.ended == b.ended;
    return answer;
}

std::string answerSentence(const ComparedRun &a, const ComparedRun &b,
                           const std::vector<DeltaRow> &phases, const std::string &nameOfA,
                           const std::string &nameOfB) {
    const Answer result = answer(a, b);
    if (result.sameDigest) {
        return fmt::format("{} and {} are the same run, event by event: {} instructions to {}.",
                           nameOfA, nameOfB, withCommas(a.end.icount.value), endOf(a));
    }
    std::string text;
    if (result.instructions == 0) {
        text = fmt::format("{} and {} take the same {} instructions", nameOfA, nameOfB,
                           withCommas(a.end.icount.value));
    } else {
        text = fmt::format("{} takes {} instructions ({:.2f} %) {} than {}", nameOfB,
                           withCommas(magnitude(result.instructions)), std::abs(result.percent),
                           result.instructions < 0 ? "fewer" : "more", nameOfA);
    }
    text += result.sameEnd ? fmt::format(" to {}", endOf(a))
                           : fmt::format(", though {} ended with {} and {} with {}", nameOfA,
                                         endOf(a), nameOfB, endOf(b));
    if (const DeltaRow *row = mostTelling(phases)) {
        const int64_t delta = row->delta(Measure::Instructions);
        const std::string what = row->isNew() ? " (new)" : row->isGone() ? " (gone)" : "";
        const bool against = result.instructions == 0 || (delta < 0) != (result.instructions < 0);
        text += fmt::format("; {} {}{}, {}{}", against ? "the largest change is" : "most of it is",
                            row->name, what, delta < 0 ? "-" : "+", withCommas(magnitude(delta)));
    } else if (result.instructions != 0 && !phases.empty()) {
        text += "; all of it outside of the phases";
    }
    return text + ".";
}

std::string withCommas(uint64_t number) {
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<size_t>(at), 1, ',');
    return text;
}

} // namespace bootglass
