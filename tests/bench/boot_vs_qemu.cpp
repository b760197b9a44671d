// SPDX-License-Identifier: GPL-3.0-or-later
// boot-vs-qemu: boots a guest here and in `qemu-system-i386 -icount shift=3,sleep=off` in turn, and
// tells what it costs and what it counts. Of several runs the median counts. CPU seconds (user and
// system, all threads) say more than wall time where others use the same computer.
#include "tests/bench/bench_command.h"
#include "tests/bench/bench_machine.h"
#include "tests/bench/virtual_times.h"
#include "tests/bench/workplace.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace bootglass {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options {
    std::string guest = "b1";
    unsigned runs = 3;
    bool json = false;
    bool withoutQemu = false;
    std::string countingTwice; // a build with BOOTGLASS_COUNTED_TWICE
    bool withoutTimes = false;
    BenchPrograms programs{BOOTGLASS_PROGRAM, "qemu-system-i386", {}, {}};
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    const size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double medianOf(const std::vector<BenchBoot> &boots, double ProcessCost::*figure) {
    std::vector<double> values;
    for (const BenchBoot &boot : boots)
        values.push_back(boot.cost.*figure);
    return median(values);
}

/// Two machines' times of the same points, in the order of ours; 0: the other does not tell.
Json markersJson(const std::vector<VirtualTime> &here, const std::vector<VirtualTime> &qemu) {
    Json markers = Json::array();
    for (const VirtualTime &time : here) {
        const auto same = std::ranges::find(qemu, time.name, &VirtualTime::name);
        Json marker{{"name", time.name}, {"virtual_ns", time.ns}};
        if (same != qemu.end()) {
            marker["qemu_virtual_ns"] = same->ns;
            marker["ratio"] = static_cast<double>(time.ns) / static_cast<double>(same->ns);
        }
        markers.push_back(std::move(marker));
    }
    return markers;
}

class Bench {
  public:
    Bench(const Options &options, fs::path folder)
        : options_(options), folder_(std::move(folder)) {}

    Result<Json> run() {
        auto guest = prepareGuest(options_.guest, folder_);
        if (!guest) return guest.error();
        guest_ = std::move(*guest);
        for (unsigned run = 0; run < options_.runs; run++) {
            if (auto booted = bootBoth(BootKind::Measured, here_, qemu_); !booted)
                return booted.error();
            if (options_.countingTwice.empty()) continue;
            BenchPrograms programs = options_.programs;
            programs.bootglass = options_.countingTwice;
            auto booted = bootHere(programs, guest_, BootKind::Measured, folder_);
            if (!booted) return booted.error();
            countingTwice_.push_back(std::move(*booted));
        }
        for (const auto *boots : {&here_, &countingTwice_})
            for (const BenchBoot &boot : *boots) {
                if (boot.digest != here_.front().digest)
                    return Error{"two runs of the same guest have different digests"};
            }
        std::vector<BenchBoot> here = here_;
        std::vector<BenchBoot> qemu = qemu_;
        if (!guest_.timedInitrd.empty() && !options_.withoutTimes) {
            if (auto booted = bootBoth(BootKind::Timed, here, qemu); !booted) return booted.error();
        }
        return figures(here.back().serial, qemu.empty() ? std::string() : qemu.back().serial);
    }

  private:
    Result<void> bootBoth(BootKind kind, std::vector<BenchBoot> &here,
                          std::vector<BenchBoot> &qemu) const {
        auto ours = bootHere(options_.programs, guest_, kind, folder_);
        if (!ours) return ours.error();
        here.push_back(std::move(*ours));
        if (options_.withoutQemu) return {};
        auto theirs = bootInQemu(options_.programs, guest_, kind, folder_);
        if (!theirs) return theirs.error();
        qemu.push_back(std::move(*theirs));
        return {};
    }

    Json figures(const std::string &serial, const std::string &qemuSerial) const {
        Json json;
        json["guest"] = guest_.name;
        json["runs"] = options_.runs;
        const auto both = [&](const char *name, double ProcessCost::*figure, bool ratio) {
            const std::string key = name;
            const double ours = medianOf(here_, figure);
            json[key] = ours;
            if (qemu_.empty()) return;
            const double theirs = medianOf(qemu_, figure);
            json["qemu_" + key] = theirs;
            if (ratio) json[key.substr(0, key.find('_')) + "_ratio"] = ours / theirs;
        };
        both("cpu_s", &ProcessCost::cpuSeconds, true);
        both("wall_s", &ProcessCost::wallSeconds, true);
        both("peak_mib", &ProcessCost::peakMib, false);
        if (!countingTwice_.empty()) {
            const double twice = medianOf(countingTwice_, &ProcessCost::cpuSeconds);
            json["counting_twice_cpu_s"] = twice;
            json["cpu_ratio_counting_twice_to_once"] = twice / json["cpu_s"].get<double>();
        }
        const uint64_t instructions = here_.front().instructions;
        json["instructions"] = instructions;
        json["mips"] = static_cast<double>(instructions) / json["cpu_s"].get<double>() / 1e6;
        json["digest"] = here_.front().digest;
        json["markers"] = markersJson(virtualTimes(serial), virtualTimes(qemuSerial));
        return json;
    }

    const Options &options_;
    fs::path folder_;
    BenchGuest guest_;
    std::vector<BenchBoot> here_;
    std::vector<BenchBoot> qemu_;
    std::vector<BenchBoot> countingTwice_;
};

void print(const Json &json) {
    const auto number = [&json](const char *key) { return json.value(key, 0.0); };
    fmt::print("guest {}, {} run(s), medians\n", json["guest"].get<std::string>(),
               json["runs"].get<unsigned>());
    fmt::print("{:<20} {:>12} {:>12} {:>8}\n", "", "Bootglass", "QEMU", "ratio");
    fmt::print("{:<20} {:>12.2f} {:>12.2f} {:>8.3f}\n", "CPU s", number("cpu_s"),
               number("qemu_cpu_s"), number("cpu_ratio"));
    fmt::print("{:<20} {:>12.2f} {:>12.2f} {:>8.3f}\n", "wall s", number("wall_s"),
               number("qemu_wall_s"), number("wall_ratio"));
    if (json.contains("counting_twice_cpu_s"))
        fmt::print("{:<20} {:>12.2f} {:>21.3f}\n", "CPU s, counted twice",
                   number("counting_twice_cpu_s"), number("cpu_ratio_counting_twice_to_once"));
    fmt::print("{:<20} {:>12.0f} {:>12.0f}\n", "peak MiB", number("peak_mib"),
               number("qemu_peak_mib"));
    fmt::print("{:<20} {:>12}\n", "instructions", json["instructions"].get<uint64_t>());
    fmt::print("{:<20} {:>12.1f}\n", "MIPS", number("mips"));
    fmt::print("{:<20} {:>12}\n\n", "digest", json["digest"].get<std::string>());
    fmt::print("{:<20} {:>12} {:>12} {:>8} {:>17}\n", "virtual s", "Bootglass", "QEMU", "ratio",
               "since last, ratio");
    double last = 0;
    double qemuLast = 0;
    for (const Json &marker : json["markers"]) {
        const double ours = marker["virtual_ns"].get<double>() * 1e-9;
        const double theirs = marker.value("qemu_virtual_ns", 0.0) * 1e-9;
        fmt::print("{:<20} {:>12.6f} {:>12.6f} {:>8.4f}", marker["name"].get<std::string>(), ours,
                   theirs, marker.value("ratio", 0.0));
        if (theirs > qemuLast) {
            fmt::print(" {:>17.4f}", (ours - last) / (theirs - qemuLast));
            last = ours;
            qemuLast = theirs;
        }
        fmt::print("\n");
    }
}

int compareBoots(int argc, char **argv) {
    Options options;
    CLI::App program("Boots a guest here and in QEMU, and compares cost and virtual times.",
                     "boot-vs-qemu");
    program.add_option("--guest", options.guest, "b1, prompt, workload, dos or seabios (b1)");
    program.add_option("--runs", options.runs, "boots of each machine (3)")
        ->check(CLI::Range(1, 100));
    program.add_flag("--json", options.json, "for scripts: one JSON object");
    program.add_option("--engine", options.programs.engine, "of Bootglass: as its `run` takes it");
    program.add_option("--bootglass", options.programs.bootglass, "another build of Bootglass");
    addQemuOptions(program, options.programs, options.withoutQemu);
    program.add_option("--counting-twice", options.countingTwice,
                       "a build with BOOTGLASS_COUNTED_TWICE, which boots as often");
    program.add_flag("--without-times", options.withoutTimes,
                     "leaves out the boot that tells virtual times");
    if (const auto over = parse(program, argc, argv)) return *over;
    if (const auto lack = missing(options.programs, options.withoutQemu))
        return complain(program, *lack);
    const Workplace workplace;
    if (workplace.folder.empty()) return complain(program, "there is no room for temporary files");
    const Result<Json> figures = Bench(options, workplace.folder).run();
    if (!figures) return complain(program, figures.error().sentence);
    if (options.json) {
        fmt::print("{}\n", figures->dump());
    } else {
        print(*figures);
    }
    return 0;
}

} // namespace

} // namespace bootglass

int main(int argc, char **argv) {
    return bootglass::compareBoots(argc, argv);
}
