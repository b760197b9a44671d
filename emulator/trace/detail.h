// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a run is kept event by event. Counts, roll-ups, idle time and CPU-mode shares are
// kept at every level, so a level changes what can be zoomed into, never what is drawn from afar.
#pragma once

#include "emulator/probe/event.h"

#include <optional>
#include <string_view>

namespace bootglass {

enum class Detail : uint8_t {
    Markers, // single events only of the rare kinds: markers, console lines, input, reset, shutdown
    Events,  // all but privilege and page-table switches, which come by the million
    Full,    // all
};

constexpr std::string_view name(Detail detail) {
    constexpr std::string_view names[] = {"markers", "events", "full"};
    return names[static_cast<size_t>(detail)];
}
std::optional<Detail> detailOf(std::string_view text);

/// Is an event of this kind kept as a single event at this level?
constexpr bool keeps(Detail detail, EventKind kind) {
    switch (kind) {
    case EventKind::Reset:
    case EventKind::Console:
    case EventKind::Marker:
    case EventKind::Input:
    case EventKind::Shutdown: return true;
    case EventKind::PrivilegeSwitch:
    case EventKind::PageTableSwitch: return detail == Detail::Full;
    default: return detail != Detail::Markers;
    }
}

} // namespace bootglass
