// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/profile.h"

namespace bootglass {

const Marker *Profile::marker(std::string_view markerName) const {
    for (const Marker &marker : markers)
        if (marker.name == markerName) return &marker;
    return nullptr;
}

bool Profile::hasPhase(std::string_view path) const {
    for (const PhaseRule &phase : phases)
        if (phase.path == path || (phase.path.starts_with(path) && phase.path[path.size()] == '/'))
            return true;
    return false;
}

bool isTopPhase(std::string_view name) {
    return name == "firmware" || name == "loader" || name == "kernel" || name == "userspace";
}

} // namespace bootglass
