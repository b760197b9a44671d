// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/comparison_run.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

namespace bootglass {

namespace {

constexpr std::array<std::string_view, comparedBys> names = {
    "phase",    "marker", "driver", "service", "region",
    "function", "irq",    "timer",  "device",  "exception"};

/// Keeps the order in which names come first.
class SumByName {
  public:
    void add(const std::string &name, const Amount &amount) {
        const auto [place, isNew] = places_.try_emplace(name, sums_.size());
        if (isNew)
            sums_.push_back({name, amount});
        else
            sums_[place->second].amount += amount;
    }
    std::vector<Measured> take() { return std::move(sums_); }

  private:
    std::map<std::string, size_t> places_;
    std::vector<Measured> sums_;
};

ComparedBy comparedByOf(ActivityKind kind) {
    switch (kind) {
    case ActivityKind::Initcall:
    case ActivityKind::Driver: return ComparedBy::Driver;
    case ActivityKind::Service:
    case ActivityKind::Process: return ComparedBy::Service;
    case ActivityKind::Region: break;
    }
    return ComparedBy::Region;
}

std::optional<ComparedBy> comparedByOf(TrackKind kind) {
    switch (kind) {
    case TrackKind::IrqLine: return ComparedBy::Irq;
    case TrackKind::Timer: return ComparedBy::Timer;
    case TrackKind::PortDevice:
    case TrackKind::MmioDevice: return ComparedBy::Device;
    case TrackKind::Exception: return ComparedBy::Exception;
    default: return std::nullopt;
    }
}

void measureTracks(const std::vector<RunTrack> &tracks, ComparedRun &run) {
    std::map<ComparedBy, SumByName> sums;
    for (const RunTrack &track : tracks) {
        if (const auto by = comparedByOf(track.id.kind))
            sums[*by].add(track.label, {0, track.busyNs, 0, track.count});
    }
    for (auto &[by, sum] : sums)
        run.measured[by] = sum.take();
}

using Measurements = std::map<ComparedBy, std::vector<Measured>>;

void measureActivities(const std::vector<RunActivity> &activities, TimeRange range,
                       Measurements &measured) {
    std::map<ComparedBy, SumByName> sums;
    for (const RunActivity &activity : activities) {
        if (activity.start.ns < range.from || activity.start.ns >= range.to) continue;
        sums[comparedByOf(activity.kind)].add(
            activity.name, {activity.instructions(), activity.durationNs(), activity.idleNs(), 1});
    }
    for (auto &[by, sum] : sums)
        measured[by] = sum.take();
}

/// Single events of a range by track.
Result<void> measureEvents(RunReader &reader, TimeRange range, Measurements &measured) {
    const auto tracks = reader.tracks();
    if (!tracks) return tracks.error();
    std::map<std::string, uint64_t> counts;
    const std::string sql = "SELECT track, count(*) FROM event WHERE virtual_ns >= " +
                            std::to_string(range.from.value) + " AND virtual_ns < " +
                            std::to_string(range.to.value) + " GROUP BY track";
    const auto queried = reader.query(sql, {}, [&](const RunReader::Row &row) {
        counts[std::string(row.values[0])] =
            std::strtoull(std::string(row.values[1]).c_str(), nullptr, 10);
        return true;
    });
    if (!queried) return queried.error();
    std::map<ComparedBy, SumByName> sums;
    for (const RunTrack &track : *tracks) {
        const auto by = comparedByOf(track.id.kind);
        const auto count = counts.find(std::to_string(track.id.packed()));
        if (by && count != counts.end()) sums[*by].add(track.label, {0, 0, 0, count->second});
    }
    for (auto &[by, sum] : sums)
        measured[by] = sum.take();
    return {};
}

/// A marker's moment; one that comes several times counts by its first.
void measureMarkers(ComparedRun &run) {
    std::map<std::string, bool> seen;
    for (const RunMarker &marker : run.markers) {
        if (!seen.try_emplace(marker.name, true).second) continue;
        const uint64_t busy = marker.icount.value << std::min(run.shift, 63U);
        const uint64_t idle = marker.ns.value - std::min(marker.ns.value, busy);
        run.measured[ComparedBy::Marker].push_back(
            {marker.name, {marker.icount.value, marker.ns.value, idle, 1}});
    }
}

std::string fileLabel(const std::filesystem::path &path) {
    return path.extension() == ".bootglass" ? path.stem().string() : path.filename().string();
}

} // namespace

std::string_view name(ComparedBy by) {
    return names[static_cast<size_t>(by)];
}

std::optional<ComparedBy> comparedByOf(std::string_view text) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<ComparedBy>(found - names.begin());
}

const RunMarker *ComparedRun::marker(std::string_view name) const {
    const auto found = std::ranges::find(markers, name, &RunMarker::name);
    return found == markers.end() ? nullptr : &*found;
}

Result<ComparedRun> readComparedRun(RunReader &reader) {
    auto info = reader.info();
    if (!info) return info.error();
    auto tracks = reader.tracks();
    if (!tracks) return tracks.error();
    const auto activities = reader.activities();
    if (!activities) return activities.error();
    auto functions = measureFunctions(reader, {{0}, reader.end().ns + 1});
    if (!functions) return functions.error();
    ComparedRun run;
    run.path = reader.path();
    run.label = fileLabel(run.path);
    run.ended = std::move(info->ended);
    run.digest = std::move(info->digest);
    if (const auto append = info->meta.find("append"); append != info->meta.end())
        run.append = append->second;
    run.shift = info->shift;
    run.end = reader.end();
    run.inputs = std::move(info->inputs);
    run.markers = std::move(info->markers);
    run.phases = std::move(info->phases);
    measureTracks(*tracks, run);
    measureActivities(*activities, {{0}, VirtualNs::never()}, run.measured);
    if (!functions->empty()) run.measured[ComparedBy::Function] = std::move(*functions);
    measureMarkers(run);
    return run;
}

Result<std::vector<Measured>> measureFunctions(RunReader &reader, TimeRange range) {
    const auto functions = reader.functions(range);
    if (!functions) return functions.error();
    SumByName sum;
    for (const FunctionSamples &function : *functions) {
        const bool named = !function.name.empty() && !function.name.starts_with("0x") &&
                           !function.name.starts_with("[0x");
        sum.add(named ? function.name : "(no symbol)",
                {function.instructions, 0, 0, function.samples});
    }
    return sum.take();
}

Result<std::map<ComparedBy, std::vector<Measured>>> measureWithin(RunReader &reader,
                                                                  TimeRange range) {
    Measurements measured;
    auto functions = measureFunctions(reader, range);
    if (!functions) return functions.error();
    if (!functions->empty()) measured[ComparedBy::Function] = std::move(*functions);
    const auto activities = reader.activities();
    if (!activities) return activities.error();
    measureActivities(*activities, range, measured);
    // SQLite's integers end where a signed one does.
    range.to = std::min(range.to, VirtualNs{INT64_MAX});
    const auto events = measureEvents(reader, range, measured);
    if (!events) return events.error();
    return measured;
}

void labelApart(std::vector<ComparedRun> &runs) {
    std::map<std::string, int> count;
    for (const ComparedRun &run : runs)
        ++count[run.label];
    for (ComparedRun &run : runs) {
        if (count[run.label] < 2) continue;
        const std::filesystem::path folder = std::filesystem::path(run.path).parent_path();
        if (!folder.filename().empty()) run.label = folder.filename().string() + "/" + run.label;
    }
}

} // namespace bootglass
