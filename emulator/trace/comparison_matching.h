// SPDX-License-Identifier: GPL-3.0-or-later
// Which phase of one run is which of another. Phases of the same name below the same parent belong
// together, the n-th to the n-th where a name comes more than once. What is left over is
//   moved    if it is found below another parent, by the same name and of like length,
//   renamed  if it stands between the same neighbours and is of like length,
// and otherwise gone or new. Among siblings that are in another order those count as moved that
// leave the longest run of the others in order.
#pragma once

#include "emulator/trace/run_types.h"

#include <optional>
#include <span>
#include <vector>

namespace bootglass {

struct PhaseMatch {
    std::optional<size_t> a; // places among the phases; nothing: new in B
    std::optional<size_t> b; // nothing: gone
    bool renamed = false;
    bool moved = false;

    bool operator==(const PhaseMatch &) const = default;
};

/// All phases of both, in A's order; what is new in B stands after what it follows in B.
std::vector<PhaseMatch> matchPhases(std::span<const RunPhase> a, std::span<const RunPhase> b);

} // namespace bootglass
