// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass profile FILE`: where the instructions of a run go, by symbol, from its samples. With
// --folded the call stacks, a line each, as flame graph tools read them.
#include "app/command.h"
#include "app/json_text.h"
#include "app/run/time_option.h"
#include "emulator/trace/run_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace bootglass {

namespace {

struct Options {
    std::string file;
    std::string phase;
    std::string from;
    std::string until;
    uint64_t count = 30;
    bool json = false;
    bool folded = false;
};

Result<TimeRange> rangeOf(RunReader &reader, const Options &options) {
    TimeRange range{{0}, reader.end().ns + 1};
    if (!options.phase.empty()) {
        const auto phases = reader.phases();
        if (!phases) return phases.error();
        const auto found = std::ranges::find(*phases, options.phase, &RunPhase::path);
        if (found == phases->end())
            return Error{fmt::format("the run has no phase '{}'", options.phase)};
        range = found->range();
    }
    for (const auto &[text, point] :
         {std::pair(&options.from, &range.from), std::pair(&options.until, &range.to)}) {
        if (text->empty()) continue;
        const Result<VirtualNs> ns = timeOfWhen(reader, *text);
        if (!ns) return ns.error();
        *point = *ns;
    }
    if (range.from >= range.to)
        return Error{"--from is not before --until: there is nothing between them"};
    return range;
}

double share(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

/// Functions with how often they were the one that ran, or one that waited for it.
struct Row {
    FunctionSamples own;
    uint64_t within = 0; // samples in it or in what it calls
};

std::vector<Row> rowsOf(const std::vector<FunctionSamples> &functions, const SampleList &samples) {
    std::map<std::string_view, uint64_t> within;
    for (const SampleList::Stack &stack : samples.stacks) {
        std::vector<uint32_t> once = stack.frames;
        std::ranges::sort(once);
        once.erase(std::unique(once.begin(), once.end()), once.end());
        for (const uint32_t frame : once)
            ++within[samples.functions[frame]];
    }
    std::vector<Row> rows;
    for (const FunctionSamples &function : functions)
        rows.push_back({function, within[function.name]});
    return rows;
}

void printFolded(const SampleList &samples) {
    std::map<std::string, uint64_t> stacks;
    for (const SampleList::Stack &stack : samples.stacks) {
        std::string line = stack.sample.privilege == 0 ? "kernel" : "user";
        for (const uint32_t frame : stack.frames)
            line += ';' + samples.functions[frame];
        ++stacks[line];
    }
    for (const auto &[line, count] : stacks)
        fmt::print("{} {}\n", line, count);
}

void printJson(const std::vector<Row> &rows, TimeRange range, const SampleList &samples,
               uint64_t total) {
    nlohmann::ordered_json json;
    json["from_ns"] = range.from.value;
    json["until_ns"] = range.to.value;
    json["samples"] = total;
    json["sample_every"] = samples.every;
    json["functions"] = nlohmann::ordered_json::array();
    for (const Row &row : rows)
        json["functions"].push_back({{"name", row.own.name},
                                     {"samples", row.own.samples},
                                     {"instructions", row.own.instructions},
                                     {"share", share(row.own.samples, total) / 100},
                                     {"samples_with_callees", row.within}});
    fmt::print("{}\n", jsonText(json));
}

void printTable(const std::vector<Row> &rows, const SampleList &samples, uint64_t total,
                uint64_t most) {
    fmt::print("{} samples, one every {} instructions\n\n{:>7} {:>8} {:>16}  {}\n", total,
               samples.every, "share", "with all", "instructions", "function");
    uint64_t shown = 0;
    for (const Row &row : rows) {
        if (most != 0 && shown == most) {
            fmt::print("{:>34}and {} more; --count 0 shows all\n", "", rows.size() - shown);
            break;
        }
        ++shown;
        fmt::print("{:>6.2f}% {:>7.2f}% {:>16}  {}\n", share(row.own.samples, total),
                   share(row.within, total), row.own.instructions, row.own.name);
    }
}

Outcome profile(const Options &options) {
    auto reader = RunReader::open(options.file);
    if (!reader) return reader.error();
    const Result<TimeRange> range = rangeOf(**reader, options);
    if (!range) return range.error();
    const auto functions = (*reader)->functions(*range);
    if (!functions) return functions.error();
    const auto samples = (*reader)->samples(*range, SIZE_MAX);
    if (!samples) return samples.error();
    if (functions->empty()) {
        const auto info = (*reader)->info();
        if (!info) return info.error();
        return Error{info->schema < 3
                         ? fmt::format("{}: was written by an older Bootglass (schema {}), which "
                                       "kept no samples by function; record it again",
                                       options.file, info->schema)
                         : fmt::format("{}: has no samples there; --sample-every says how often "
                                       "one is taken",
                                       options.file)};
    }
    uint64_t total = 0;
    for (const FunctionSamples &function : *functions)
        total += function.samples;
    if (options.folded) {
        printFolded(*samples);
        return ExitCode::Done;
    }
    const std::vector<Row> rows = rowsOf(*functions, *samples);
    if (options.json)
        printJson(rows, *range, *samples, total);
    else
        printTable(rows, *samples, total, options.count);
    return ExitCode::Done;
}

} // namespace

void addProfileCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("profile", "where the instructions go, by symbol");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->required()->type_name("");
    command->add_option("--phase", options->phase, "of this phase alone")->type_name("PATH");
    command->add_option("--from", options->from, "from here on")->type_name("WHEN");
    command->add_option("--until", options->until, "up to there")->type_name("WHEN");
    command->add_option("--count", options->count, "functions that are shown (30; 0: all)")
        ->type_name("N");
    auto *json = command->add_flag("--json", options->json, "one JSON object, with all functions");
    command
        ->add_flag("--folded", options->folded,
                   "call stacks with their samples, a line each, as flame graph tools read them")
        ->excludes(json);
    command->footer("Functions have names if the run was recorded with --symbols; \"with all\" "
                    "counts the functions\nthey call too, as far as the guest keeps frame "
                    "pointers.");
    command->callback([options, &chosen] { chosen = [options] { return profile(*options); }; });
}

} // namespace bootglass
