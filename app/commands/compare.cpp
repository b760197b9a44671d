// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass compare A B [C …]`: what changed between runs, by name and exactly. More than two runs
// are a series; each is held against the baseline.
#include "app/command.h"
#include "app/compare/comparison_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace bootglass {

namespace {

constexpr size_t mostRuns = 200;

struct Options {
    std::vector<std::string> files;
    std::string by = "phase";
    std::string sortBy = "delta";
    std::string leastDifference = "0";
    std::string leastValue = "0";
    std::string most;
    std::string align = "phase";
    std::string baseline;
    std::string failAbove;
    bool json = false;
    bool csv = false;
    bool markdown = false;
    bool divergence = false;
};

/// "250", "10k", "1.5M"; with % a share.
Result<double> numberOf(const std::string &option, std::string text, bool percent) {
    const std::string whole = text;
    double factor = 1;
    if (percent && text.ends_with('%'))
        text.pop_back();
    else if (!percent && !text.empty()) {
        constexpr std::pair<char, double> units[] = {
            {'k', 1e3}, {'K', 1e3}, {'M', 1e6}, {'G', 1e9}};
        for (const auto &[unit, times] : units)
            if (text.back() == unit) factor = times;
        if (factor != 1) text.pop_back();
    }
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = error == std::errc() && end == text.data() + text.size() && number >= 0 &&
                      number * factor < 9e18;
    if (!good) {
        return Error{fmt::format("{}: '{}' is no {}", option, whole,
                                 percent ? "percentage; write it as 1%"
                                         : "number; write it as 5000, 10k or 1.5M")};
    }
    return number * factor;
}

/// A place among the runs by letter, label or file name.
Result<size_t> baselineOf(const std::string &text, const ComparisonReport &report,
                          const std::vector<std::string> &files) {
    if (text.empty()) return size_t{0};
    for (size_t run = 0; run < report.runs.size(); ++run) {
        if (text == files[run] || text == report.runs[run].label || text == report.letter(run))
            return run;
    }
    std::string known;
    for (size_t run = 0; run < report.runs.size(); ++run)
        known += fmt::format("{}{} ({})", run == 0 ? "" : ", ", report.letter(run),
                             report.runs[run].label);
    return Error{fmt::format("--baseline: '{}' is none of the runs; they are {}", text, known)};
}

Result<std::vector<ComparedBy>> tablesOf(const std::string &text) {
    std::vector<ComparedBy> tables;
    size_t from = 0;
    while (from <= text.size()) {
        const size_t comma = std::min(text.find(',', from), text.size());
        const std::string word = text.substr(from, comma - from);
        from = comma + 1;
        const auto by = comparedByOf(word);
        if (!by) {
            std::string known;
            for (size_t n = 0; n < comparedBys; ++n)
                known += (n == 0 ? "" : ", ") + std::string(name(static_cast<ComparedBy>(n)));
            return Error{fmt::format("--by: there is no '{}'; there are {}", word, known)};
        }
        if (std::ranges::find(tables, *by) == tables.end()) tables.push_back(*by);
    }
    return tables;
}

Result<ComparisonRequest> requestOf(const Options &options) {
    ComparisonRequest request;
    if (options.json + options.csv + options.markdown > 1)
        return Error{"--json, --csv and --markdown: one of them at a time"};
    auto tables = tablesOf(options.by);
    if (!tables) return tables.error();
    request.by = std::move(*tables);
    const auto sort = sortByOf(options.sortBy);
    if (!sort) {
        return Error{fmt::format("--sort-by: there is no '{}'; there are delta, percent, a, b, "
                                 "name, order, time, idle, count",
                                 options.sortBy)};
    }
    request.filter.sort = *sort;
    const auto difference = numberOf("--min-absdiff", options.leastDifference, false);
    if (!difference) return difference.error();
    const auto value = numberOf("--min-val", options.leastValue, false);
    if (!value) return value.error();
    request.filter.leastDifference = static_cast<uint64_t>(*difference);
    request.filter.leastValue = static_cast<uint64_t>(*value);
    if (!options.most.empty()) {
        const auto most = numberOf("--top", options.most, false);
        if (!most) return most.error();
        request.filter.most = static_cast<size_t>(*most);
    }
    if (!options.failAbove.empty()) {
        const auto percent = numberOf("--fail-on-regression", options.failAbove, true);
        if (!percent) return percent.error();
        request.failAbove = *percent;
    }
    if (options.align != "phase") {
        const bool prefixed = options.align.starts_with("marker:");
        request.align = prefixed ? options.align.substr(7) : options.align;
        if (request.align.empty())
            return Error{"--align: what to align on is missing; name a marker, or phase"};
    }
    request.divergence = options.divergence;
    return request;
}

/// Grown by more than so many percent, in instructions or in virtual time.
bool isRegression(const ComparedRun &a, const ComparedRun &b, double percent) {
    const auto grown = [percent](uint64_t from, uint64_t to) {
        return to > from &&
               static_cast<double>(to - from) * 100 > percent * static_cast<double>(from);
    };
    return grown(a.end.icount.value, b.end.icount.value) || grown(a.end.ns.value, b.end.ns.value);
}

Outcome compare(const Options &options) {
    ComparisonReport report;
    auto request = requestOf(options);
    if (!request) return request.error();
    report.request = std::move(*request);
    if (options.files.size() > mostRuns)
        return Error{fmt::format("{} runs are too many at once; {} can be compared",
                                 options.files.size(), mostRuns)};
    std::vector<std::unique_ptr<RunReader>> readers;
    for (const std::string &file : options.files) {
        auto reader = RunReader::open(file);
        if (!reader) return reader.error();
        auto run = readComparedRun(**reader);
        if (!run) return run.error();
        report.runs.push_back(std::move(*run));
        readers.push_back(std::move(*reader));
    }
    labelApart(report.runs);
    const auto baseline = baselineOf(options.baseline, report, options.files);
    if (!baseline) return baseline.error();
    report.request.baseline = *baseline;
    bool regression = false;
    for (size_t run = 0; run < report.runs.size(); ++run) {
        if (run == *baseline) continue;
        ComparisonResult result;
        result.run = run;
        result.phases = deltaRows(report.base(), report.runs[run], ComparedBy::Phase);
        result.waterfall = waterfall(report.base(), report.runs[run]);
        if (!report.request.align.empty()) {
            const auto aligned = alignedOn(report.base(), report.runs[run], report.request.align);
            if (!aligned) return aligned.error();
            result.alignment = *aligned;
        }
        if (report.request.divergence) {
            auto found = firstDivergence(*readers[*baseline], *readers[run]);
            if (!found) return found.error();
            result.divergence = std::move(*found);
        }
        result.regression =
            report.request.failAbove &&
            isRegression(report.base(), report.runs[run], *report.request.failAbove);
        regression = regression || result.regression;
        report.results.push_back(std::move(result));
    }
    fmt::print("{}", options.json       ? comparisonJson(report)
                     : options.csv      ? comparisonCsv(report)
                     : options.markdown ? comparisonMarkdown(report)
                                        : comparisonText(report));
    return regression ? ExitCode::No : ExitCode::Done;
}

} // namespace

void addCompareCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("compare", "what changed between runs, phase by phase");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->files, "the run files, A first")
        ->required()
        ->expected(2, -1)
        ->type_name("");
    command->add_option("--by", options->by,
                        "a table by phase, marker, driver, service, region, function, irq, timer, "
                        "device or exception; several with commas (phase)");
    command->add_option("--sort-by", options->sortBy,
                        "delta, percent, a, b, name, order, time, idle, count (delta)");
    command->add_option("--min-absdiff", options->leastDifference,
                        "leave out rows that differ by less");
    command->add_option("--min-val", options->leastValue, "leave out rows that have less in both");
    command->add_option("--top", options->most, "so many rows of a table, once it is sorted");
    command->add_option("--align", options->align,
                        "a marker from which the phases' starts are told, or phase (phase)");
    command->add_option("--baseline", options->baseline,
                        "the run that the others are held against: its letter, label or file (A)");
    command->add_option("--fail-on-regression", options->failAbove,
                        "exit with 1 if a run takes more by so many percent, say 1%");
    command->add_flag("--first-divergence", options->divergence,
                      "the first event at which the runs part");
    command->add_flag("--json", options->json, "for scripts: one JSON object");
    command->add_flag("--csv", options->csv, "the tables as CSV");
    command->add_flag("--markdown", options->markdown, "the tables as Markdown");
    command->callback([options, &chosen] { chosen = [options] { return compare(*options); }; });
}

} // namespace bootglass
