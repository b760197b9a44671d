// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/run_snapshot.h"

#include "ui/timeline/flame_bands.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace bootglass {

std::string RunSnapshot::nameOf(SourceGroup group, uint16_t number) const {
    const auto found = std::ranges::find_if(sources, [&](const Source &source) {
        return source.group == group && source.number == number;
    });
    return found == sources.end() ? std::string() : found->name;
}

std::string RunSnapshot::labelOf(TrackId track) const {
    const auto found = std::ranges::find(tracks, track, &RunTrack::id);
    if (found != tracks.end() && !found->label.empty()) return found->label;
    const std::string name = nameOf(sourceGroup(track.kind), track.number);
    return name.empty() ? std::string(label(track.kind)) : name;
}

namespace {

constexpr size_t samplesForDepth = 2000;

/// Passes a value on, or keeps the first error.
template<typename T>
bool take(Result<T> result, T &into, Error &error) {
    if (!result) {
        error = result.error();
        return false;
    }
    into = std::move(*result);
    return true;
}

} // namespace

Result<RunSnapshot> takeSnapshot(RunReader &reader) {
    RunSnapshot run;
    Error error;
    const bool whole =
        take(reader.info(), run.info, error) && take(reader.markers(), run.markers, error) &&
        take(reader.phases(), run.phases, error) && take(reader.tracks(), run.tracks, error) &&
        take(reader.sources(), run.sources, error) &&
        take(reader.activities(), run.activities, error);
    if (!whole) return error;
    run.activityLayout = layOutActivities(run.activities);
    const auto symbols = reader.symbols();
    if (!symbols) return symbols.error();
    if (!(*symbols)->empty()) {
        const auto samples = reader.samples({{0}, VirtualNs::never()}, samplesForDepth);
        if (!samples) return samples.error();
        run.flameDepth = flameDepth(*samples);
    }
    run.path = reader.path();
    run.end = reader.end();
    run.shift = reader.shift();
    run.storedEvents = reader.storedEvents();
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(run.path, unknown);
    run.fileBytes = unknown ? 0 : bytes;
    return run;
}

} // namespace bootglass
