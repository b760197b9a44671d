// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/time_option.h"

#include "emulator/probe/when.h"

#include <fmt/format.h>

#include <algorithm>

namespace bootglass {

Result<VirtualNs> timeOfWhen(RunReader &reader, const std::string &text) {
    const WhenResult parsed = parseWhen(text);
    if (!parsed.when) return Error{parsed.error};
    const When &when = *parsed.when;
    const RunPoint end = reader.end();
    switch (when.kind) {
    case When::Kind::Icount: return reader.timeAt(std::min(Icount{when.value}, end.icount));
    case When::Kind::Time: return VirtualNs{std::min(when.value, end.ns.value)};
    case When::Kind::Marker: {
        const auto markers = reader.markers();
        if (!markers) return markers.error();
        const auto found = std::ranges::find(*markers, when.name, &RunMarker::name);
        if (found != markers->end()) return found->ns;
        return Error{fmt::format("the run has no marker '{}'", when.name)};
    }
    case When::Kind::Phase: {
        const auto phases = reader.phases();
        if (!phases) return phases.error();
        const auto found = std::ranges::find(*phases, when.name, &RunPhase::path);
        if (found != phases->end()) return found->start.ns;
        return Error{fmt::format("the run has no phase '{}'", when.name)};
    }
    case When::Kind::Idle:
    case When::Kind::Reset:
    case When::Kind::Halt: break;
    }
    return Error{fmt::format("'{}' is the end of a run, not a point in one", text)};
}

} // namespace bootglass
