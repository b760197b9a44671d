// SPDX-License-Identifier: GPL-3.0-or-later
// The small tables of a run file as checked values: what the run is, its markers and phases, the
// names of sources, the lanes, console lines, text screens.
#pragma once

#include "emulator/trace/run_file.h"

#include <map>

namespace bootglass {

/// As SQLite takes it, whose integers have a sign.
inline int64_t sqlTime(VirtualNs ns) {
    return static_cast<int64_t>(std::min<uint64_t>(ns.value, INT64_MAX));
}

/// Names of sources; one that has none is called after its group and number.
class SourceNames {
  public:
    explicit SourceNames(RunFile &file);
    std::string operator()(SourceGroup group, uint16_t number) const;
    const std::vector<Source> &all() const { return sources_; }

  private:
    std::vector<Source> sources_;
    std::map<std::pair<SourceGroup, uint16_t>, std::string> names_;
};

RunInfo readInfo(RunFile &file);
std::vector<RunMarker> readMarkers(RunFile &file);
std::vector<RunPhase> readPhases(RunFile &file);
std::vector<RunTrack> readTracks(RunFile &file);

std::vector<ConsoleLine> readConsoleUntil(RunFile &file, VirtualNs ns, size_t limit);
std::vector<ConsoleLine> readConsole(RunFile &file, TimeRange range, size_t limit);
TextScreen readScreen(RunFile &file, VirtualNs ns);
ScreenPicture readPicture(RunFile &file, VirtualNs ns);

} // namespace bootglass
