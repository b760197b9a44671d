// SPDX-License-Identifier: GPL-3.0-or-later
// unit-costs: what single things cost, in Bootglass and in QEMU: an iteration of a loop, an access
// to a port, a page fault. A guest (tests/guests/units.asm) does one thing some million times; the
// CPU seconds of that boot less those of a boot that does it never, by the times, is the cost. The
// machines take turns, and of several runs the median counts.
#include "tests/bench/bench_command.h"
#include "tests/bench/bench_machine.h"
#include "tests/bench/virtual_times.h"
#include "tests/bench/workplace.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

namespace bootglass {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int none = -1;
constexpr bool computes = true;

/// A row of units.asm, in its order.
struct Row {
    const char *name;
    uint32_t iterations; // QEMU takes some half a second for them
    unsigned units = 1;  // of what the name says, in an iteration
    int less = -1;       // the row whose cost is within an iteration and does not count; or none
    bool computesOnly = false; // alone: no chip, no fault, nothing that needs time
};

constexpr int movCr3 = 13;
constexpr Row rows[] = {
    {"empty loop", 150'000'000, 1, none, computes},
    {"push + pop + loop", 50'000'000, 1, none, computes},
    {"rep movsd, per dword", 120'000, 1024},
    {"rep stosd, per dword", 150'000, 1024},
    {"out port", 12'000'000},
    {"in port", 8'000'000},
    {"local APIC read", 3'000'000},
    {"VGA text write", 3'000'000},
    {"rdtsc", 60'000'000},
    {"pause", 2'500'000},
    {"int + iret", 2'500'000},
    {"pushf + popf", 10'000'000},
    {"mov ds", 10'000'000},
    {"mov cr3", 400'000},
    {"page touched after it", 200'000, 16, movCr3},
    {"page fault + handler + iret", 1'500'000},
    {"patch an instruction and run it", 60'000},
    {"x87 load, multiply, add, store", 8'000'000},
    {"call + return", 40'000'000, 1, none, computes},
    {"call + return, indirect", 40'000'000, 1, none, computes},
    {"integers", 30'000'000, 1, none, computes},
    {"memory copy, per dword", 50'000'000, 1, none, computes},
    {"pointer chase", 50'000'000, 1, none, computes},
    {"calls and returns", 15'000'000, 1, none, computes},
    {"indirect jumps", 25'000'000, 1, none, computes},
    {"ports", 3'000'000},
    {"page-table churn", 2'500'000},
    {"self-modifying code", 80'000},
    {"x87", 2'500'000},
    {"SSE2", 8'000'000},
    {"memory copy, per byte", 40'000'000, 1, none, computes},
};

struct Options {
    std::vector<std::string> rows;
    std::string detail;
    std::string notCounting; // the other machine, in QEMU's place
    unsigned runs = 3;
    bool json = false;
    bool withoutQemu = false;
    BenchPrograms programs{BOOTGLASS_PROGRAM, "qemu-system-i386", {}, {}};
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// What a boot, or an iteration, takes in either machine.
struct Costs {
    double here = 0;
    double other = 0; // QEMU
};

class Bench {
  public:
    Bench(const Options &options, fs::path folder) : options_(options), folder_(std::move(folder)) {
        guest_.name = "units";
        guest_.profile = "generic";
        guest_.memoryMib = 64;
        guest_.disk = (folder_ / "units.bin").string();
        std::ifstream file(fs::path(BOOTGLASS_BINARY_DIR) / "tests/guests/units.bin",
                           std::ios::binary);
        image_.assign(std::istreambuf_iterator<char>(file), {});
    }

    Result<Json> run() {
        if (image_.size() < parameters + 8) return Error{"tests/guests/units.bin is not there"};
        const auto base = secondsOf(0, 0, options_.runs + 2);
        if (!base) return base.error();
        base_ = *base;
        Json json;
        json["runs"] = options_.runs;
        json["boot_cpu_s"] = base_.here;
        json[comparesCounting() ? "not_counting_boot_cpu_s" : "qemu_boot_cpu_s"] = base_.other;
        double logarithms = 0;
        json["rows"] = Json::array();
        json["above_qemu"] = Json::array();
        for (int number = 0; number < static_cast<int>(std::size(rows)); ++number) {
            if (!isWanted(rows[number])) continue;
            const auto costs = costOf(number);
            if (!costs) return costs.error();
            Json row{{"row", rows[number].name}, {"ns", costs->here}};
            if (comparesCounting()) {
                row["not_counting_ns"] = costs->other;
                logarithms += std::log(costs->here / costs->other);
            } else if (!options_.withoutQemu) {
                row["qemu_ns"] = costs->other;
                if (costs->here > costs->other) json["above_qemu"].push_back(rows[number].name);
            }
            if (costs->other > 0) row["ratio"] = costs->here / costs->other;
            if (!options_.json) print(row);
            json["rows"].push_back(std::move(row));
        }
        if (json["rows"].empty()) return Error{"there is no row of that name"};
        if (comparesCounting()) {
            const auto count = static_cast<double>(json["rows"].size());
            json["cpu_ratio_counting_to_not"] = std::exp(logarithms / count);
        }
        return json;
    }

  private:
    static constexpr size_t parameters = 0x1F0; // in the image: the row's number, the iterations

    bool comparesCounting() const { return !options_.notCounting.empty(); }

    bool isWanted(const Row &row) const {
        const std::string name = row.name;
        if (comparesCounting() && !row.computesOnly) return false;
        return options_.rows.empty() ||
               std::ranges::any_of(options_.rows, [&name](const std::string &wanted) {
                   return name.find(wanted) != std::string::npos;
               });
    }

    /// ns of one unit.
    Result<Costs> costOf(int number) {
        if (const auto known = known_.find(number); known != known_.end()) return known->second;
        const Row &row = rows[number];
        Costs within;
        if (row.less >= 0) {
            const auto costs = costOf(row.less);
            if (!costs) return costs.error();
            within = *costs;
        }
        const auto seconds =
            secondsOf(static_cast<uint32_t>(number), row.iterations, options_.runs);
        if (!seconds) return seconds.error();
        const auto ns = [&row](double all, double base, double less) {
            return std::max(0.0, (all - base) * 1e9 / row.iterations - less) / row.units;
        };
        const Costs costs{ns(seconds->here, base_.here, within.here),
                          ns(seconds->other, base_.other, within.other)};
        known_.emplace(number, costs);
        return costs;
    }

    /// CPU seconds of whole boots.
    Result<Costs> secondsOf(uint32_t row, uint32_t iterations, unsigned runs) {
        std::string image = image_;
        for (unsigned byte = 0; byte < 4; ++byte) {
            image[parameters + byte] = static_cast<char>(row >> 8 * byte);
            image[parameters + 4 + byte] = static_cast<char>(iterations >> 8 * byte);
        }
        std::ofstream(guest_.disk, std::ios::binary) << image;
        std::vector<double> here, other;
        for (unsigned run = 0; run < runs; ++run) {
            const auto ours = bootHere(options_.programs, guest_, BootKind::Measured, folder_);
            if (!ours) return ours.error();
            if (!isWhole(*ours)) return Error{fmt::format("row {} did not end", row)};
            here.push_back(ours->cost.cpuSeconds);
            if (options_.withoutQemu && !comparesCounting()) continue;
            const auto theirs = bootOther();
            if (!theirs) return theirs.error();
            if (!isWhole(*theirs)) return Error{fmt::format("row {} did not end there", row)};
            other.push_back(theirs->cost.cpuSeconds);
        }
        return Costs{median(here), other.empty() ? 0 : median(other)};
    }

    Result<BenchBoot> bootOther() const {
        if (!comparesCounting())
            return bootInQemu(options_.programs, guest_, BootKind::Measured, folder_);
        BenchPrograms programs = options_.programs;
        programs.bootglass = options_.notCounting;
        return bootHere(programs, guest_, BootKind::Measured, folder_);
    }

    static bool isWhole(const BenchBoot &boot) {
        const auto times = virtualTimes(boot.serial);
        return std::ranges::find(times, "end", &VirtualTime::name) != times.end();
    }

    static void print(const Json &row) {
        fmt::print("{:<32} {:>10.2f}", row["row"].get<std::string>(), row["ns"].get<double>());
        if (row.contains("ratio")) {
            const double ratio = row["ratio"].get<double>();
            const bool qemu = row.contains("qemu_ns");
            fmt::print(" {:>12.2f} {:>8.3f}{}",
                       row[qemu ? "qemu_ns" : "not_counting_ns"].get<double>(), ratio,
                       qemu && ratio > 1 ? "  above QEMU" : "");
        }
        fmt::print("\n");
        std::fflush(stdout);
    }

    const Options &options_;
    fs::path folder_;
    BenchGuest guest_;
    std::string image_;
    Costs base_;
    std::map<int, Costs> known_;
};

int compareCosts(int argc, char **argv) {
    Options options;
    CLI::App program("Compares what single things cost here and in QEMU, in ns.", "unit-costs");
    program.add_option("--row", options.rows, "only rows whose names have this in them");
    program.add_option("--runs", options.runs, "boots of each machine for each row (3)")
        ->check(CLI::Range(1, 100));
    program.add_flag("--json", options.json, "for scripts: one JSON object");
    program.add_option("--engine", options.programs.engine, "of Bootglass: as its `run` takes it");
    program.add_option("--detail", options.detail, "of Bootglass: as its `run` takes it");
    program.add_option("--bootglass", options.programs.bootglass, "another build of Bootglass");
    addQemuOptions(program, options.programs, options.withoutQemu);
    program.add_option("--not-counting", options.notCounting,
                       "a build with BOOTGLASS_UNCOUNTED, to compare with in QEMU's place");
    if (const auto over = parse(program, argc, argv)) return *over;
    if (!options.detail.empty()) options.programs.recording = {"--detail", options.detail};
    if (!options.notCounting.empty()) options.withoutQemu = true;
    if (const auto lack = missing(options.programs, options.withoutQemu))
        return complain(program, *lack);
    const Workplace workplace;
    if (workplace.folder.empty()) return complain(program, "there is no room for temporary files");
    if (!options.json)
        fmt::print("{:<32} {:>10} {:>12} {:>8}\n", "ns", "Bootglass",
                   options.notCounting.empty() ? "QEMU" : "not counting", "ratio");
    const Result<Json> figures = Bench(options, workplace.folder).run();
    if (!figures) return complain(program, figures.error().sentence);
    if (options.json) fmt::print("{}\n", figures->dump());
    if (!options.json && !options.notCounting.empty()) {
        fmt::print("counting costs {:.3f} in the geometric mean\n",
                   (*figures)["cpu_ratio_counting_to_not"].get<double>());
    }
    return 0;
}

} // namespace

} // namespace bootglass

int main(int argc, char **argv) {
    return bootglass::compareCosts(argc, argv);
}
