// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/comparison_report.h"

#include <fmt/format.h>

#include <cmath>

namespace bootglass {

namespace {

/// A table as text: the first column at the left, all others at the right.
class TextTable {
  public:
    enum class Style { Text, Markdown };

    explicit TextTable(Style style) : style_(style) {}

    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    std::string text() const {
        std::vector<size_t> widths;
        for (const auto &cells : rows_) {
            widths.resize(std::max(widths.size(), cells.size()));
            for (size_t n = 0; n < cells.size(); ++n)
                widths[n] = std::max(widths[n], length(cells[n]));
        }
        std::string text;
        for (size_t place = 0; place < rows_.size(); ++place) {
            text += line(rows_[place], widths);
            if (place == 0 && style_ == Style::Markdown) text += rule(widths.size());
        }
        return text;
    }

  private:
    /// In characters, not bytes.
    static size_t length(const std::string &text) {
        size_t count = 0;
        for (const char c : text)
            count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        return count;
    }
    std::string line(const std::vector<std::string> &cells,
                     const std::vector<size_t> &widths) const {
        std::string text;
        for (size_t n = 0; n < cells.size(); ++n) {
            const std::string space(widths[n] - length(cells[n]), ' ');
            if (style_ == Style::Markdown)
                text += "| " + cells[n] + " ";
            else
                text += n == 0 ? cells[n] + space : "  " + space + cells[n];
        }
        if (style_ == Style::Markdown) return text + "|\n";
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    }
    static std::string rule(size_t columns) {
        std::string text = "|---";
        for (size_t n = 1; n < columns; ++n)
            text += "|--:";
        return text + "|\n";
    }

    Style style_;
    std::vector<std::vector<std::string>> rows_;
};

std::string withSign(int64_t number) {
    if (number == 0) return "0";
    return fmt::format("{}{}", number < 0 ? "-" : "+", withCommas(magnitude(number)));
}

std::string secondsText(uint64_t ns) {
    return fmt::format("{:.6f}", static_cast<double>(ns) / static_cast<double>(nsPerSecond));
}

/// Milliseconds with all their digits.
std::string signedMs(int64_t ns) {
    if (ns == 0) return "0";
    return fmt::format("{}{}.{:06}", ns < 0 ? "-" : "+", withCommas(magnitude(ns) / 1'000'000),
                       magnitude(ns) % 1'000'000);
}

std::string percentText(const std::optional<double> &percent) {
    if (!percent) return "";
    if (*percent == 0) return "0";
    return std::abs(*percent) < 0.01 ? fmt::format("{:+.4f}", *percent)
                                     : fmt::format("{:+.2f}", *percent);
}

std::string_view headingOf(ComparedBy by) {
    switch (by) {
    case ComparedBy::Irq: return "interrupt line";
    case ComparedBy::Driver: return "driver";
    default: return name(by);
    }
}

std::string_view unitOf(ComparedBy by) {
    if (by == ComparedBy::Marker) return "at";
    return mainMeasure(by) == Measure::Count ? "events" : "instructions";
}

/// Sorted, a phase is told by its path; in order, by its place in the tree.
std::string shownName(const std::string &name, int depth, bool tree) {
    if (!tree) return printable(name);
    const std::string indent(static_cast<size_t>(std::min(depth, 40)) * 2, ' ');
    return indent + printable(name.substr(name.rfind('/') + 1));
}

void addDeltaTable(TextTable &table, const ComparisonReport &report, const ComparisonResult &result,
                   ComparedBy by) {
    const Measure measure = mainMeasure(by);
    const bool tree = by == ComparedBy::Phase && report.request.filter.sort == SortBy::Order;
    const bool hasIdle = by == ComparedBy::Phase || by == ComparedBy::Driver ||
                         by == ComparedBy::Service || by == ComparedBy::Region;
    const bool hasTime = by != ComparedBy::Function && by != ComparedBy::Exception;
    const std::string a = report.letter(report.request.baseline);
    const std::string b = report.letter(result.run);
    const std::string unit(unitOf(by));
    const auto rows = report.rows(result, by);
    if (rows.empty()) {
        table.row({fmt::format("no {} is left to tell of, or none was recorded", headingOf(by))});
        return;
    }
    std::vector<std::string> heading = {std::string(headingOf(by)), a + " " + unit, b + " " + unit,
                                        "Δ " + unit, "Δ %"};
    if (hasTime) heading.push_back("Δ virtual ms");
    if (hasIdle) heading.push_back("Δ idle ms");
    heading.push_back("change");
    table.row(heading);
    for (const DeltaRow &row : rows) {
        std::vector<std::string> cells = {
            shownName(row.name, row.depth, tree),       row.a ? withCommas(row.inA(measure)) : "-",
            row.b ? withCommas(row.inB(measure)) : "-", withSign(row.delta(measure)),
            percentText(row.percent(measure)),
        };
        if (hasTime) cells.push_back(signedMs(row.delta(Measure::VirtualTime)));
        if (hasIdle) cells.push_back(signedMs(row.delta(Measure::Idle)));
        cells.push_back(printable(row.change()));
        table.row(std::move(cells));
    }
}

void addSeriesTable(TextTable &table, const ComparisonReport &report, ComparedBy by) {
    const Measure measure = mainMeasure(by);
    const bool tree = by == ComparedBy::Phase && report.request.filter.sort == SortBy::Order;
    std::vector<std::string> heading = {fmt::format("{} ({})", headingOf(by), unitOf(by))};
    for (size_t run = 0; run < report.runs.size(); ++run)
        heading.push_back(report.letter(run) + " " + printable(report.runs[run].label));
    table.row(heading);
    const auto rows = report.series(by);
    for (const SeriesRow &row : rows) {
        std::vector<std::string> cells = {shownName(row.name, row.depth, tree)};
        for (size_t run = 0; run < row.runs.size(); ++run) {
            std::string cell = row.runs[run] ? withCommas(row.value(run, measure)) : "-";
            const int64_t delta =
                difference(row.value(report.request.baseline, measure), row.value(run, measure));
            if (run != report.request.baseline && delta != 0)
                cell += fmt::format(" ({})", withSign(delta));
            cells.push_back(std::move(cell));
        }
        table.row(std::move(cells));
    }
}

/// Where phases begin, from the marker on which both are aligned.
void addAlignedTable(TextTable &table, const ComparisonReport &report,
                     const ComparisonResult &result) {
    const ComparedRun &a = report.base();
    const ComparedRun &b = report.runs[result.run];
    const std::string zero = report.request.align;
    table.row({fmt::format("phase begins, ms from {}", printable(zero)),
               report.letter(report.request.baseline), report.letter(result.run), "Δ"});
    const auto from = [](const RunPoint &at, const RunPoint &zeroAt) {
        return difference(zeroAt.ns.value, at.ns.value);
    };
    for (const DeltaRow &row : result.phases) {
        std::vector<std::string> cells = {shownName(row.name, row.depth, true), "-", "-", ""};
        std::optional<int64_t> inA;
        std::optional<int64_t> inB;
        if (row.placeInA) inA = from(a.phases[*row.placeInA].start, result.alignment->a);
        if (row.placeInB) inB = from(b.phases[*row.placeInB].start, result.alignment->b);
        if (inA) cells[1] = signedMs(*inA);
        if (inB) cells[2] = signedMs(*inB);
        if (inA && inB)
            cells[3] =
                signedMs(difference(static_cast<uint64_t>(*inA), static_cast<uint64_t>(*inB)));
        table.row(std::move(cells));
    }
}

void addWaterfall(TextTable &table, const ComparisonReport &report,
                  const ComparisonResult &result) {
    const Waterfall &steps = result.waterfall;
    table.row({"where the difference comes from", "instructions", "sum"});
    table.row({report.letter(report.request.baseline) + ", in all", "",
               withCommas(static_cast<uint64_t>(steps.fromTotal))});
    for (const WaterfallStep &step : steps.steps) {
        const std::string what = step.own ? ", outside of its parts" : "";
        table.row({printable(step.name) + what, withSign(step.delta),
                   withCommas(static_cast<uint64_t>(step.after))});
    }
    table.row({report.letter(result.run) + ", in all",
               withSign(difference(static_cast<uint64_t>(steps.fromTotal),
                                   static_cast<uint64_t>(steps.toTotal))),
               withCommas(static_cast<uint64_t>(steps.toTotal))});
}

void addEvents(TextTable &table, const std::vector<ToldEvent> &events, const std::string &who) {
    for (const ToldEvent &event : events) {
        table.row({who + "  icount " + withCommas(event.stored.event.icount.value) + "  " +
                   printable(eventInWords(event))});
    }
}

std::string divergenceText(const ComparisonReport &report, const ComparisonResult &result) {
    const Divergence &found = *result.divergence;
    const std::string a = report.letter(report.request.baseline);
    const std::string b = report.letter(result.run);
    std::string text =
        found.found()
            ? fmt::format("First divergence after {} equal events: {}.\n",
                          withCommas(found.equalEvents), printable(divergenceSentence(found, a, b)))
            : fmt::format("No divergence: {}.\n", printable(divergenceSentence(found, a, b)));
    if (!found.leftOut.empty()) {
        text += "Not compared, as the runs keep them differently: ";
        for (size_t n = 0; n < found.leftOut.size(); ++n)
            text += fmt::format("{}{}", n == 0 ? "" : ", ", info(found.leftOut[n]).label);
        text += ".\n";
    }
    TextTable table(TextTable::Style::Text);
    const std::string both = std::string(std::max(a.size(), b.size()), '=');
    addEvents(table, found.before, both);
    if (found.a) addEvents(table, {*found.a}, a);
    addEvents(table, found.afterA, a);
    if (found.b) addEvents(table, {*found.b}, b);
    addEvents(table, found.afterB, b);
    return text + table.text();
}

std::string runLine(const ComparisonReport &report, size_t place) {
    const ComparedRun &run = report.runs[place];
    return fmt::format("{}  {}: {} instructions, {} s of virtual time, of it idle {} s, ended {}",
                       report.letter(place), printable(run.label), withCommas(run.end.icount.value),
                       secondsText(run.end.ns.value), secondsText(run.end.idleNs),
                       run.ended.empty() ? "by no plan" : printable(run.ended));
}

std::string report(const ComparisonReport &report, TextTable::Style style) {
    const bool markdown = style == TextTable::Style::Markdown;
    std::string text;
    for (const ComparisonResult &result : report.results) {
        text += printable(report.sentence(result)) + "\n";
        if (markdown) text += "\n";
        if (result.regression) {
            text += fmt::format("Regression: {} is more than {:g} % above {}.\n",
                                report.letter(result.run), *report.request.failAbove,
                                report.letter(report.request.baseline));
            if (markdown) text += "\n";
        }
    }
    if (!markdown) text += "\n";
    for (size_t run = 0; run < report.runs.size(); ++run)
        text += fmt::format("{}{}\n", markdown ? "- " : "", runLine(report, run));
    const auto put = [&](const TextTable &table) { text += fmt::format("\n{}", table.text()); };
    const bool series = report.runs.size() > 2;
    for (const ComparedBy by : report.request.by) {
        TextTable table(style);
        if (series)
            addSeriesTable(table, report, by);
        else
            addDeltaTable(table, report, report.results.front(), by);
        put(table);
    }
    for (const ComparisonResult &result : report.results) {
        if (result.alignment) {
            TextTable aligned(style);
            addAlignedTable(aligned, report, result);
            put(aligned);
        }
        if (!series && !result.waterfall.steps.empty()) {
            TextTable steps(style);
            addWaterfall(steps, report, result);
            put(steps);
        }
        if (result.divergence) {
            const std::string told = divergenceText(report, result);
            text += markdown ? "\n```\n" + told + "```\n" : "\n" + told;
        }
    }
    return text;
}

} // namespace

std::string ComparisonReport::letter(size_t run) const {
    return run < 26 ? std::string(1, static_cast<char>('A' + run)) : fmt::format("#{}", run + 1);
}

std::vector<DeltaRow> ComparisonReport::rows(const ComparisonResult &result, ComparedBy by) const {
    RowFilter filter = request.filter;
    filter.measure = mainMeasure(by);
    return filtered(deltaRows(base(), runs[result.run], by), filter);
}

std::vector<SeriesRow> ComparisonReport::series(ComparedBy by) const {
    RowFilter filter = request.filter;
    filter.measure = mainMeasure(by);
    return filtered(seriesRows(runs, request.baseline, by), request.baseline, filter);
}

std::string ComparisonReport::sentence(const ComparisonResult &result) const {
    return answerSentence(base(), runs[result.run], result.phases, letter(request.baseline),
                          letter(result.run));
}

std::string printable(std::string text) {
    for (char &c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    return text;
}

std::string comparisonText(const ComparisonReport &comparison) {
    return report(comparison, TextTable::Style::Text);
}

std::string comparisonMarkdown(const ComparisonReport &comparison) {
    return report(comparison, TextTable::Style::Markdown);
}

} // namespace bootglass
