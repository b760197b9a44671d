// SPDX-License-Identifier: GPL-3.0-or-later
// timeline: what recording and looking at a large run cost. Generates a run of 10^8 events, opens
// it in the real window (offscreen), pans, zooms and points, and prints each figure; then the same
// of a real boot.
#include "tests/bench/bench_command.h"
#include "tests/bench/generated_boot.h"
#include "tests/bench/viewer_bench.h"
#include "tests/bench/workplace.h"

#include <QApplication>

#include <nlohmann/json.hpp>

namespace bootglass {

namespace {

struct Options {
    uint64_t events = 100'000'000;
    std::string run;
    std::string keep;
    bool withoutBoot = false;
    bool json = false;
    BenchPrograms programs{BOOTGLASS_PROGRAM, {}, {}, {}};
};

void take(nlohmann::ordered_json &json, const std::string &prefix, const ViewerFigures &figures) {
    json[prefix + "frame_p50_ms"] = figures.frameP50Ms;
    json[prefix + "frame_p95_ms"] = figures.frameP95Ms;
    json[prefix + "cursor_ms"] = figures.cursorMs;
    json[prefix + "open_ms"] = figures.openMs;
    json[prefix + "query_p50_ms"] = figures.queryP50Ms;
    json[prefix + "query_p95_ms"] = figures.queryP95Ms;
    json[prefix + "viewer_mib"] = figures.memoryMib;
    json[prefix + "lanes"] = figures.lanes;
}

Result<nlohmann::ordered_json> measure(const Options &options,
                                       const std::filesystem::path &folder) {
    nlohmann::ordered_json json;
    std::string file = options.run;
    if (file.empty()) {
        file = options.keep.empty() ? (folder / "generated.bootglass").string() : options.keep;
        const auto boot = generateBoot(file, options.events);
        if (!boot) return boot.error();
        json["events"] = boot->events;
        json["record_events_per_s"] = static_cast<double>(boot->events) / boot->wallSeconds;
        json["bytes_per_event"] =
            static_cast<double>(boot->bytes) / static_cast<double>(boot->events);
    }
    const auto figures = measureViewer(QString::fromStdString(file));
    if (!figures) return figures.error();
    take(json, "", *figures);
    if (options.withoutBoot) return json;
    const std::string boot = (folder / "boot.bootglass").string();
    const std::string command =
        fmt::format("'{}' run --profile debian-netboot --quiet --output '{}'",
                    options.programs.bootglass, boot);
    if (std::system(command.c_str()) != 0)
        return Error{"the default guest did not boot; use --without-boot"};
    const auto real = measureViewer(QString::fromStdString(boot));
    if (!real) return real.error();
    take(json, "boot_", *real);
    return json;
}

int measureTimeline(int argc, char **argv) {
    Options options;
    CLI::App program("Measures recording and viewing of a large run.", "timeline");
    program.add_option("--events", options.events, "of the generated run (100000000)")
        ->check(CLI::Range(uint64_t{1000}, uint64_t{1'000'000'000}));
    program.add_option("--run", options.run, "looks at this run file instead");
    program.add_option("--keep", options.keep, "where the generated run is kept");
    program.add_flag("--without-boot", options.withoutBoot, "leaves the real boot out");
    program.add_flag("--json", options.json, "for scripts: one JSON object");
    program.add_option("--bootglass", options.programs.bootglass, "another build of Bootglass");
    if (const auto over = parse(program, argc, argv)) return *over;
    const Workplace workplace;
    if (workplace.folder.empty()) return complain(program, "there is no room for temporary files");
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication application(argc, argv);
    const auto figures = measure(options, workplace.folder);
    if (!figures) return complain(program, figures.error().sentence);
    if (options.json) {
        fmt::print("{}\n", figures->dump());
        return 0;
    }
    for (const auto &[key, value] : figures->items())
        fmt::print("{:<24} {}\n", key, value.dump());
    return 0;
}

} // namespace

} // namespace bootglass

int main(int argc, char **argv) {
    return bootglass::measureTimeline(argc, argv);
}
