// SPDX-License-Identifier: GPL-3.0-or-later
// All of a run that fits a screen, as one value: phases, markers, tracks, totals. Taken by a query
// thread, handed to the window whole, never changed; a live run yields a new one every moment.
#pragma once

#include "emulator/trace/run_reader.h"
#include "ui/timeline/activity_bands.h"

#include <memory>

namespace bootglass {

struct RunSnapshot {
    std::string path;
    RunInfo info;
    RunPoint end;
    unsigned shift = 3;
    uint64_t storedEvents = 0;
    uint64_t fileBytes = 0;
    std::vector<RunMarker> markers;
    std::vector<RunPhase> phases;
    std::vector<RunTrack> tracks;
    std::vector<Source> sources;
    std::vector<RunActivity> activities; // in the order of their starts
    ActivityLayout activityLayout;
    int flameDepth = 0; // levels of calls that samples tell; 0: they have no names

    TimeRange whole() const { return {{0}, end.ns}; }
    /// The name of a source of events; empty if the run does not tell.
    std::string nameOf(SourceGroup group, uint16_t number) const;
    /// A track's name, as its lane shows it.
    std::string labelOf(TrackId track) const;
};

Result<RunSnapshot> takeSnapshot(RunReader &reader);

} // namespace bootglass
