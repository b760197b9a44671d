// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/phase_bands.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bootglass {

std::vector<PhaseBand> phaseBands(std::span<const RunPhase> phases, const TimeAxis &axis,
                                  const QRect &area) {
    std::vector<PhaseBand> bands;
    std::array<int, mostPhaseLevels> drawnTo;
    drawnTo.fill(area.left() - 1);
    const int levels =
        std::min((area.height() + phaseRowGap) / (phaseRowHeight + phaseRowGap), mostPhaseLevels);
    for (size_t i = 0; i < phases.size(); ++i) {
        const RunPhase &phase = phases[i];
        if (phase.depth < 0 || phase.depth >= levels) continue;
        const double from = axis.pixelOf(phase.start.ns);
        const double to = axis.pixelOf(std::max(phase.end.ns, phase.start.ns));
        // What ends at the edge is not in view; what is there and has no length is.
        if (to < area.left() || (to <= area.left() && from < to) || from > area.right()) continue;
        const int left = static_cast<int>(std::round(std::max<double>(from, area.left())));
        const int end = static_cast<int>(std::round(std::min<double>(to, area.right() + 1)));
        const int right = std::max(end, left + 1);
        int &drawn = drawnTo[static_cast<size_t>(phase.depth)];
        if (right - 1 <= drawn) continue;
        drawn = right - 1;
        const int top = area.top() + phase.depth * (phaseRowHeight + phaseRowGap);
        bands.push_back({i, QRect(left, top, right - left, phaseRowHeight)});
    }
    return bands;
}

} // namespace bootglass
