// SPDX-License-Identifier: GPL-3.0-or-later
// Phases, markers and tracks as values, for tests that need no run file.
#pragma once

#include "emulator/trace/run_types.h"

#include <algorithm>

namespace bootglass {

/// A point at which the CPU has never been idle.
inline RunPoint busyPoint(uint64_t icount, unsigned shift = 3) {
    return {{icount}, {icount << shift}, 0, 0};
}

inline RunPhase makePhase(int64_t id, const std::string &path, uint64_t fromIcount,
                          uint64_t toIcount) {
    RunPhase phase;
    phase.id = id;
    phase.path = path;
    phase.name = path.substr(path.rfind('/') + 1);
    phase.depth = static_cast<int>(std::count(path.begin(), path.end(), '/'));
    phase.start = busyPoint(fromIcount);
    phase.end = busyPoint(toIcount);
    return phase;
}

inline RunMarker makeMarker(int64_t id, const std::string &name, uint64_t ns) {
    return {id, name, "serial text 'x'", {ns >> 3}, {ns}};
}

/// Of a kind, from and to in ns.
inline RunActivity makeActivity(ActivityKind kind, int64_t id, uint64_t from, uint64_t to,
                                int64_t parent = 0) {
    RunActivity activity;
    activity.id = id;
    activity.parent = parent;
    activity.kind = kind;
    activity.name = "activity " + std::to_string(id);
    activity.start.ns = {from};
    activity.end.ns = {to};
    return activity;
}

} // namespace bootglass
