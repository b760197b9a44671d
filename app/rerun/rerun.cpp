// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/rerun/rerun.h"

#include "app/run/confinement.h"
#include "app/run/state_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace bootglass {

namespace {

/// What the file says is data of somebody else: every number is read with care.
template<typename T>
T numberOr(std::string_view text, T otherwise) {
    T value{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && stop == text.data() + text.size() ? value : otherwise;
}

/// Where the run keeps what an option said.
struct MetaOption {
    std::string_view key;
    std::string_view option;
    std::string_view prefix;
};
constexpr MetaOption metaOptions[] = {{"memory_mib", "memory", ""},
                                      {"rtc_start", "rtc", "@"},
                                      {"append", "append", ""},
                                      {"boot", "boot", ""}};

Result<RunOptions> optionsOf(const RunInfo &run) {
    RunOptions options;
    // Its rules are of no account here; its guest is none, so all comes from the run.
    options.profile = "generic";
    options.shift = run.shift;
    options.append = "";
    for (const MetaOption &row : metaOptions) {
        const auto found = run.meta.find(std::string(row.key));
        if (found == run.meta.end() || found->second.empty()) continue;
        const std::string value = std::string(row.prefix) + found->second;
        if (auto set = setRunOption(options, row.option, value); !set)
            return Error{fmt::format("the run cannot be run again: {}", set.error().sentence)};
    }
    // Modules are loaded in their order, each with its arguments.
    for (size_t n = 0; run.meta.contains(fmt::format("module:{}", n)); ++n)
        options.modules.push_back(run.meta.at(fmt::format("module:{}", n)));
    options.network = run.meta.contains("network");
    for (const InputFile &input : run.inputs) {
        if (input.role == "vgabios" || input.role == "script" || input.role == "module") continue;
        if (input.role == "state") {
            options.restore = input.path;
            continue;
        }
        if (auto set = setRunOption(options, input.role, input.path); !set)
            return Error{fmt::format("the run cannot be run again: {}", set.error().sentence)};
    }
    return options;
}

Result<void> checkInputs(const std::vector<InputFile> &now, const std::vector<InputFile> &then) {
    for (const InputFile &recorded : then) {
        if (recorded.role == "script") continue; // what it typed is in the run itself
        const auto found = std::ranges::find_if(now, [&recorded](const InputFile &input) {
            return input.role == recorded.role && input.sha256 == recorded.sha256;
        });
        if (found == now.end()) {
            return Error{fmt::format("{} {} is not what the run was made from: its SHA-256 was {}",
                                     recorded.role, recorded.path, recorded.sha256)};
        }
    }
    return {};
}

} // namespace

Result<std::unique_ptr<Rerun>> Rerun::create(RunReader &reader) {
    const Result<RunInfo> run = reader.info();
    if (!run) return run.error();
    Result<RunOptions> options = optionsOf(*run);
    if (!options) return options.error();
    Result<RunPlan> plan = planRun(*options);
    if (!plan) return plan.error();
    if (auto same = checkInputs(plan->inputs, run->inputs); !same) return same.error();

    std::unique_ptr<Rerun> rerun(new Rerun);
    const std::string state = plan->restore;
    rerun->machine_ = std::make_unique<Machine>(std::move(plan->machine));
    if (!state.empty()) {
        // What watched the saved run is behind the machine in the file, and of no account here.
        auto loaded = loadStateFile(
            state, [&rerun](Archive &archive) { rerun->machine_->serialize(archive); });
        if (!loaded) return loaded.error();
    }
    if (auto read = rerun->readInputs(reader); !read) return read.error();
    return rerun;
}

Result<void> Rerun::readInputs(RunReader &reader) {
    const auto rows = reader.query(
        "SELECT icount, virtual_ns, number, value FROM event WHERE kind = 'input' ORDER BY id",
        [](const std::vector<std::string> &) {},
        [this](const RunReader::Row &row) {
            const uint64_t console = numberOr<uint64_t>(row.values[2], 0);
            typed_.push_back({{numberOr<uint64_t>(row.values[0], 0)},
                              {numberOr<uint64_t>(row.values[1], 0)},
                              static_cast<ConsoleId>(console),
                              numberOr<uint32_t>(row.values[3], 0)});
            return true;
        });
    if (!rows) return rows.error();
    return {};
}

Result<void> Rerun::advance(VirtualNs to) {
    return advance(Icount::never(), to);
}

Result<void> Rerun::advance(Icount to) {
    return advance(to, VirtualNs::never());
}

/// On a confined thread, as any guest (confinement.h).
Result<void> Rerun::advance(Icount count, VirtualNs ns) {
    std::string why;
    return runConfined([&] { return advanceConfined(count, ns); }, why);
}

Result<void> Rerun::advanceConfined(Icount count, VirtualNs ns) {
    while (next_ < typed_.size() && typed_[next_].icount <= count && typed_[next_].ns <= ns) {
        const Typed &typed = typed_[next_];
        if (machine_->now() < typed.ns && !endsRun(machine_->run(Icount::never(), typed.ns)) &&
            machine_->now() < typed.ns) {
            break; // it halts for good
        }
        if (machine_->icount() != typed.icount || machine_->now() != typed.ns) {
            return Error{fmt::format("the run went another way: an input came at icount {}, but "
                                     "the machine stands at {}",
                                     typed.icount.value, machine_->icount().value)};
        }
        type(typed);
        ++next_;
    }
    while (machine_->icount() < count && machine_->now() < ns) {
        const Stop stop = machine_->run(count, ns);
        if (stop != Stop::Limit) break;
    }
    return {};
}

void Rerun::type(const Typed &typed) {
    if (typed.console == ConsoleId::VgaText) {
        machine_->key(static_cast<uint16_t>(typed.value), (typed.value & keyDownBit) != 0);
        return;
    }
    const auto byte = static_cast<uint8_t>(typed.value);
    machine_->receiveSerial(typed.console, {&byte, 1});
}

} // namespace bootglass
