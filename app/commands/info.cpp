// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass info FILE [--json]`: what a run holds. The JSON is a contract with scripts: fields are
// added, never changed.
#include "app/commands/info.h"

#include "app/command.h"
#include "app/json_text.h"
#include "emulator/trace/analysis.h"
#include "emulator/trace/run_reader.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace bootglass {

namespace {

struct Options {
    std::string file;
    bool json = false;
};

double seconds(uint64_t ns) {
    return static_cast<double>(ns) / static_cast<double>(nsPerSecond);
}

nlohmann::ordered_json hostCostJson(const HostCost &cost) {
    nlohmann::ordered_json json;
    for (size_t n = 0; n < hostActivities; ++n)
        json[std::string(name(static_cast<HostActivity>(n))) + "_s"] = seconds(cost.ns[n]);
    json["whole_s"] = seconds(cost.total());
    return json;
}

nlohmann::ordered_json hostCostJson(const RunInfo &run) {
    nlohmann::ordered_json cost = hostCostJson(HostCost{});
    for (const auto &[purpose, seconds] : run.hostCost)
        cost[purpose + "_s"] = seconds;
    return cost;
}

nlohmann::ordered_json infoJson(const RunInfo &run) {
    nlohmann::ordered_json json;
    json["icount"] = run.icount.value;
    json["virtual_ns"] = run.virtualNs.value;
    json["idle_ns"] = run.idleNs;
    json["shift"] = run.shift;
    json["ended"] = run.ended;
    json["wall_s"] = run.wallSeconds;
    json["mips"] = run.mips;
    json["digest"] = run.digest;
    json["host_cost"] = hostCostJson(run);
    json["markers"] = nlohmann::ordered_json::array();
    for (const RunMarker &marker : run.markers) {
        json["markers"].push_back({{"name", marker.name},
                                   {"icount", marker.icount.value},
                                   {"virtual_ns", marker.ns.value},
                                   {"rule", marker.rule}});
    }
    json["phases"] = nlohmann::ordered_json::array();
    for (const RunPhase &phase : run.phases) {
        json["phases"].push_back({{"path", phase.path},
                                  {"start_icount", phase.start.icount.value},
                                  {"end_icount", phase.end.icount.value},
                                  {"start_virtual_ns", phase.start.ns.value},
                                  {"end_virtual_ns", phase.end.ns.value},
                                  {"idle_ns", phase.idleNs()},
                                  {"wall_s", phase.wallSeconds()},
                                  {"host_cost", hostCostJson(phase.hostCost)}});
    }
    json["events"] = nlohmann::ordered_json::object();
    for (const EventKindInfo &kind : eventKinds)
        json["events"][std::string(kind.name)] = 0;
    for (const auto &[kind, count] : run.kindCounts)
        json["events"][kind] = count;
    json["inputs"] = nlohmann::ordered_json::array();
    for (const InputFile &input : run.inputs) {
        json["inputs"].push_back({{"role", input.role},
                                  {"path", input.path},
                                  {"sha256", input.sha256},
                                  {"bytes", input.bytes}});
    }
    json["stored_events"] = run.storedEvents;
    json["complete"] = run.complete;
    json["version"] = run.version;
    json["schema"] = run.schema;
    json["meta"] = run.meta;
    return json;
}

void printPhases(const RunInfo &run) {
    const RunPoint end{run.icount, run.virtualNs, run.idleNs, run.wallSeconds};
    fmt::print("\n{:<34} {:>16} {:>12} {:>12} {:>7}\n", "phase", "instructions", "virtual s",
               "idle s", "share");
    for (const PhaseRow &row : phaseTable(run.phases, end)) {
        fmt::print("{:<34} {:>16} {:>12.6f} {:>12.6f} {:>6.1f}%\n",
                   std::string(static_cast<size_t>(row.phase.depth) * 2, ' ') + row.phase.name,
                   row.instructions, seconds(row.durationNs), seconds(row.idleNs),
                   100 * row.timeShare);
    }
}

/// The shares of a cost, "translate 3 %, …".
std::string costShares(const HostCost &cost) {
    std::string text;
    for (size_t n = 0; n < hostActivities; ++n) {
        text +=
            fmt::format(" {:>9.1f}%", cost.total() == 0 ? 0.0
                                                        : 100 * static_cast<double>(cost.ns[n]) /
                                                              static_cast<double>(cost.total()));
    }
    return text;
}

void printCosts(const RunInfo &run) {
    fmt::print("\n{:<34} {:>8}", "host cost", "CPU s");
    for (size_t n = 0; n < hostActivities; ++n)
        fmt::print(" {:>10}", name(static_cast<HostActivity>(n)));
    fmt::print("\n");
    for (const RunPhase &phase : run.phases) {
        fmt::print("{:<34} {:>8.3f}{}\n",
                   std::string(static_cast<size_t>(phase.depth) * 2, ' ') + phase.name,
                   seconds(phase.hostCost.total()), costShares(phase.hostCost));
    }
    fmt::print("{:<34} {:>8.3f}{}\n", "the whole run", seconds(run.cost.total()),
               costShares(run.cost));
}

void printInfo(const std::string &file, const RunInfo &run) {
    fmt::print("run            {}\n", file);
    fmt::print("ended          {}\n",
               run.ended.empty() ? "it did not: killed, or still recording" : run.ended);
    fmt::print("instructions   {}\n", run.icount.value);
    fmt::print("virtual time   {:.9f} s, of it idle {:.9f} s (shift {})\n",
               seconds(run.virtualNs.value), seconds(run.idleNs), run.shift);
    fmt::print("wall time      {:.2f} s, {:.1f} MIPS\n", run.wallSeconds, run.mips);
    if (!run.digest.empty()) fmt::print("digest         {}\n", run.digest);
    fmt::print("written by     Bootglass {}, schema {}\n", run.version, run.schema);
    for (const InputFile &input : run.inputs) {
        fmt::print("{:<14} {}\n{:<14} sha256 {}\n", input.role, input.path, "", input.sha256);
    }
    if (!run.phases.empty()) printPhases(run);
    if (run.cost.total() > 0) printCosts(run);
    if (!run.markers.empty())
        fmt::print("\n{:<34} {:>16} {:>12}\n", "marker", "icount", "virtual s");
    for (const RunMarker &marker : run.markers) {
        fmt::print("{:<34} {:>16} {:>12.6f}\n", marker.name, marker.icount.value,
                   seconds(marker.ns.value));
    }
    fmt::print("\n{:<34} {:>16}\n", "events", "count");
    for (const auto &[kind, count] : frequentKinds(run.kindCounts)) {
        fmt::print("{:<34} {:>16}\n", kind, count);
    }
}

Outcome tellInfo(const Options &options) {
    if (options.json) {
        if (auto printed = printInfoJson(options.file); !printed) return printed.error();
        return ExitCode::Done;
    }
    auto reader = RunReader::open(options.file);
    if (!reader) return reader.error();
    const auto run = (*reader)->info();
    if (!run) return run.error();
    printInfo(options.file, *run);
    return ExitCode::Done;
}

} // namespace

Result<void> printInfoJson(const std::string &file) {
    auto reader = RunReader::open(file);
    if (!reader) return reader.error();
    const auto run = (*reader)->info();
    if (!run) return run.error();
    fmt::print("{}\n", jsonText(infoJson(*run)));
    return {};
}

void addInfoCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("info", "what a run holds");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->required()->type_name("");
    command->add_flag("--json", options->json, "for scripts: one JSON object");
    command->callback([options, &chosen] { chosen = [options] { return tellInfo(*options); }; });
}

} // namespace bootglass
