// SPDX-License-Identifier: GPL-3.0-or-later
// recording: what observing costs. Boots a guest with everything recorded (events, and a sample
// each million instructions) and with next to nothing (markers) in turn, and compares CPU seconds.
#include "tests/bench/bench_command.h"
#include "tests/bench/bench_machine.h"
#include "tests/bench/workplace.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace bootglass {

namespace {

struct Options {
    std::string guest = "b1";
    unsigned runs = 3;
    bool json = false;
    BenchPrograms programs{BOOTGLASS_PROGRAM, {}, {}, {}};
};

double medianCpu(std::vector<BenchBoot> boots) {
    std::ranges::sort(boots, {}, [](const BenchBoot &boot) { return boot.cost.cpuSeconds; });
    return boots[boots.size() / 2].cost.cpuSeconds;
}

Result<nlohmann::ordered_json> compare(const Options &options,
                                       const std::filesystem::path &folder) {
    const auto guest = prepareGuest(options.guest, folder);
    if (!guest) return guest.error();
    struct Way {
        const char *key;
        BenchPrograms programs;
        std::vector<BenchBoot> boots;
    };
    std::vector<Way> ways{{"events_cpu_s", options.programs, {}},
                          {"none_cpu_s", options.programs, {}}};
    ways[1].programs.recording = {"--detail", "markers", "--sample-every", "0"};
    for (unsigned run = 0; run < options.runs; run++) {
        for (Way &way : ways) {
            auto boot = bootHere(way.programs, *guest, BootKind::Measured, folder);
            if (!boot) return boot.error();
            way.boots.push_back(std::move(*boot));
        }
    }
    if (ways[0].boots.front().digest != ways[1].boots.front().digest)
        return Error{"the digest depends on what is recorded"};
    nlohmann::ordered_json json{{"guest", options.guest}, {"runs", options.runs}};
    for (const Way &way : ways)
        json[way.key] = medianCpu(way.boots);
    json["cpu_ratio_events_to_none"] =
        json["events_cpu_s"].get<double>() / json["none_cpu_s"].get<double>();
    return json;
}

int measureRecording(int argc, char **argv) {
    Options options;
    CLI::App program("Compares the cost of a boot that is recorded with one that is not.",
                     "recording");
    program.add_option("--guest", options.guest, "b1, prompt, workload, dos or seabios (b1)");
    program.add_option("--runs", options.runs, "boots of each kind (3)")->check(CLI::Range(1, 100));
    program.add_flag("--json", options.json, "for scripts: one JSON object");
    program.add_option("--engine", options.programs.engine, "as `bootglass run` takes it");
    program.add_option("--bootglass", options.programs.bootglass, "another build of Bootglass");
    if (const auto over = parse(program, argc, argv)) return *over;
    const Workplace workplace;
    if (workplace.folder.empty()) return complain(program, "there is no room for temporary files");
    const auto figures = compare(options, workplace.folder);
    if (!figures) return complain(program, figures.error().sentence);
    if (options.json) {
        fmt::print("{}\n", figures->dump());
        return 0;
    }
    for (const auto &[key, value] : figures->items())
        fmt::print("{:<28} {}\n", key, value.dump());
    return 0;
}

} // namespace

} // namespace bootglass

int main(int argc, char **argv) {
    return bootglass::measureRecording(argc, argv);
}
