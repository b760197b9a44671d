// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/run_options.h"

#include <QDateTime>
#include <QTimeZone>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace bootglass {

namespace {

template<typename T>
std::optional<T> numberOf(const std::string &text) {
    T value{};
    const char *const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

template<auto member>
Result<void> setText(RunOptions &options, const std::string &value) {
    options.*member = value;
    return {};
}

template<auto member>
Result<void> addText(RunOptions &options, const std::string &value) {
    (options.*member).push_back(value);
    return {};
}

/// A value that is given but empty is a slip of whoever wrote the script.
template<auto member>
Result<void> setPath(RunOptions &options, const std::string &value) {
    if (value.empty()) return Error{"the name of a file is missing"};
    options.*member = value;
    return {};
}

template<auto member, typename T>
Result<void> setNumber(RunOptions &options, const std::string &value) {
    const std::optional<T> number = numberOf<T>(value);
    if (!number) return Error{fmt::format("'{}' is no whole number", value)};
    options.*member = *number;
    return {};
}

Result<void> setEngine(RunOptions &options, const std::string &value) {
    constexpr std::array known{"jit", "interpreter", "lockstep"};
    if (std::ranges::find(known, value) == known.end()) {
        return Error{
            fmt::format("'{}' is no engine; there are: {}", value, fmt::join(known, ", "))};
    }
    options.engine = value;
    return {};
}

Result<void> setBoot(RunOptions &options, const std::string &value) {
    options.boot.clear();
    for (size_t from = 0; from <= value.size();) {
        const size_t comma = std::min(value.find(',', from), value.size());
        const std::string device = value.substr(from, comma - from);
        constexpr std::array known{"disk", "cdrom", "floppy", "kernel"};
        if (std::ranges::find(known, device) == known.end()) {
            return Error{fmt::format("'{}' is nothing to boot from; there are: {}", device,
                                     fmt::join(known, ", "))};
        }
        options.boot.push_back(device);
        from = comma + 1;
    }
    return {};
}

Result<void> setRtc(RunOptions &options, const std::string &value) {
    if (value.starts_with('@')) {
        if (const auto seconds = numberOf<int64_t>(value.substr(1))) {
            options.rtcStart = seconds;
            return {};
        }
    }
    QDateTime date = QDateTime::fromString(QString::fromStdString(value), Qt::ISODate);
    if (!date.isValid()) {
        return Error{fmt::format("'{}' is no date; write 2026-01-31T12:00:00 (UTC) or @SECONDS "
                                 "since 1970",
                                 value)};
    }
    date.setTimeSpec(Qt::UTC);
    options.rtcStart = date.toSecsSinceEpoch();
    return {};
}

using O = RunOptions;

constexpr std::array table = std::to_array<RunOptionInfo>({
    {"profile", "NAME|FILE",
     "rules and defaults for a guest (debian-netboot; its files are used unless you name others)",
     false, setText<&O::profile>},
    {"bios", "FILE", "any firmware image, run from the reset vector", false, setPath<&O::bios>},
    {"kernel", "FILE", "a Linux bzImage or a Multiboot kernel, loaded by the firmware", false,
     setPath<&O::kernel>},
    {"initrd", "FILE", "the kernel's initial file system", false, setPath<&O::initrd>},
    {"module", "FILE ARGUMENTS", "a module of a Multiboot kernel, with its command line", true,
     addText<&O::modules>},
    {"append", "TEXT", "the kernel's command line", false, setText<&O::append>},
    {"disk", "FILE", "a raw disk image; it is never written to", false, setPath<&O::disk>},
    {"disk2", "FILE", "a second disk, on the cable of the first", false, setPath<&O::disk2>},
    {"cdrom", "FILE", "an ISO image", false, setPath<&O::cdrom>},
    {"floppy", "FILE", "a diskette's image, 160K to 2.88M; it is never written to", false,
     setPath<&O::floppy>},
    {"boot", "DEVICE[,DEVICE]", "what to boot from: disk, cdrom, floppy, kernel", false, setBoot},
    {"network", "", "adds a network card (NE2000) on whose link nobody answers", false,
     [](O &options, const std::string &) -> Result<void> {
         options.network = true;
         return {};
     }},
    {"memory", "MIB", "of the guest (256, or as the profile says)", false,
     setNumber<&O::memoryMib, uint32_t>},
    {"shift", "N", "an instruction takes 2^N ns of virtual time (3)", false,
     setNumber<&O::shift, unsigned>},
    {"rtc", "DATE", "the clock at power on, UTC (2026-01-01T00:00:00)", false, setRtc},
    {"engine", "NAME", "what executes the guest: jit, interpreter, or lockstep, both (jit)", false,
     setEngine},
    {"input", "FILE", "types keys and serial bytes into the guest, at points that the file tells",
     false, setPath<&O::input>},
    {"until", "WHEN",
     "ends the run: marker:NAME, phase:PATH, icount:N, time:5.2s, idle:2s, reset, halt; of several "
     "the first",
     true, addText<&O::until>},
    {"detail", "LEVEL|PHASE=LEVEL", "what is recorded: markers, events or full (events)", true,
     addText<&O::detail>},
    {"sample-every", "N", "notes the instruction pointer every N instructions (1000000; 0: never)",
     false, setNumber<&O::sampleEvery, uint64_t>},
    {"symbols", "FILE",
     "names of the guest's code: a System.map, nm's output, or an ELF; for samples, initcalls and "
     "regions",
     false, setPath<&O::symbols>},
    {"region", "NAME=SYMBOL", "measures a function, from its entry to its return", true,
     addText<&O::regions>},
    {"output", "FILE", "the run file (run.bootglass)", false, setPath<&O::output>},
    {"force", "", "overwrites the run file", false,
     [](O &options, const std::string &) -> Result<void> {
         options.force = true;
         return {};
     }},
    {"save", "FILE", "saves the machine's state when the run ends", false, setPath<&O::save>},
    {"restore", "FILE", "goes on from a saved state of the same machine", false,
     setPath<&O::restore>},
});

} // namespace

std::span<const RunOptionInfo> runOptionTable() {
    return table;
}

Result<void> setRunOption(RunOptions &options, std::string_view name, const std::string &value) {
    const auto row = std::ranges::find(table, name, &RunOptionInfo::name);
    if (row == table.end()) return Error{fmt::format("there is no option --{}", name)};
    if (auto set = row->set(options, value); !set)
        return Error{fmt::format("--{}: {}", name, set.error().sentence)};
    return {};
}

} // namespace bootglass
