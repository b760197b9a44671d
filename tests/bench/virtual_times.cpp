// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/virtual_times.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace bootglass {

namespace {

/// Lines of Linux's log that bound its phases, in the order of the boot. The last one is written
/// right before userspace starts.
struct LogLine {
    std::string_view text;
    std::string_view name;
};
constexpr LogLine logLines[] = {
    {"smpboot: CPU0:", "early"},
    {"devtmpfs: initialized", "drivers"},
    {"pci_bus 0000:00: root bus resource [io  0x0000", "pci"},
    {"clocksource: Switched to clocksource", "clocksource"},
    {"Trying to unpack rootfs", "initramfs"},
    {"Freeing initrd memory", "initramfs-unpacked"},
    {"Serial: 8250/16550 driver", "serial"},
    {"Key type asymmetric registered", "keys"},
    {"Freeing unused kernel image (initmem)", "drivers-done"},
    {"as init process", "init"},
};

/// "[    1.234567] text": ns and where the text starts.
std::optional<uint64_t> logTime(std::string_view line) {
    if (!line.starts_with('[')) return {};
    const size_t end = line.find(']');
    if (end == std::string_view::npos) return {};
    std::string_view digits = line.substr(1, end - 1);
    digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
    double seconds = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (error != std::errc{} || stop != digits.data() + digits.size()) return {};
    return static_cast<uint64_t>(std::llround(seconds * 1e9));
}

/// "sched_clock: Marking stable (1, 2)->(3, -4)": the last number, ns that the log is ahead of the
/// counter.
std::optional<int64_t> clockCorrection(std::string_view line) {
    if (line.find("sched_clock: Marking stable") == std::string_view::npos) return {};
    const size_t comma = line.rfind(", ");
    if (comma == std::string_view::npos) return {};
    int64_t ns = 0;
    const auto [stop, error] =
        std::from_chars(line.data() + comma + 2, line.data() + line.size(), ns);
    return error == std::errc{} ? std::optional(ns) : std::nullopt;
}

std::optional<VirtualTime> counterTime(std::string_view line) {
    constexpr std::string_view word = "tsc ";
    if (!line.starts_with(word)) return {};
    line.remove_prefix(word.size());
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return {};
    const std::string_view digits = line.substr(space + 1);
    VirtualTime time{std::string(line.substr(0, space))};
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), time.ns, 16);
    if (digits.size() != 16 || error != std::errc{} || stop != digits.data() + digits.size())
        return {};
    return time;
}

} // namespace

std::vector<VirtualTime> virtualTimes(std::string_view serial) {
    std::vector<VirtualTime> log;
    std::vector<VirtualTime> counters;
    int64_t correction = 0;
    while (!serial.empty()) {
        const size_t end = std::min(serial.find('\n'), serial.size());
        std::string_view line = serial.substr(0, end);
        serial.remove_prefix(std::min(end + 1, serial.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (const auto counter = counterTime(line)) counters.push_back(*counter);
        const std::optional<uint64_t> ns = logTime(line);
        if (!ns) continue;
        if (const auto ahead = clockCorrection(line)) correction = *ahead;
        const auto *known = std::ranges::find_if(logLines, [line](const LogLine &wanted) {
            return line.find(wanted.text) != std::string_view::npos;
        });
        const auto same = [known](const VirtualTime &time) { return time.name == known->name; };
        if (known != std::end(logLines) && std::ranges::none_of(log, same))
            log.push_back({std::string(known->name), *ns});
    }
    std::vector<VirtualTime> times;
    const auto init = std::ranges::find(log, "init", &VirtualTime::name);
    const auto user = std::ranges::find(counters, "userspace", &VirtualTime::name);
    if (init != log.end() && user != counters.end() && user->ns > init->ns) {
        const uint64_t start = user->ns - init->ns;
        times.push_back({"kernel-clock", start + static_cast<uint64_t>(correction)});
        for (const VirtualTime &time : log) {
            if (time.name != "init") times.push_back({time.name, time.ns + start});
        }
    }
    times.insert(times.end(), counters.begin(), counters.end());
    std::ranges::stable_sort(times, {}, &VirtualTime::ns);
    return times;
}

} // namespace bootglass
