// SPDX-License-Identifier: GPL-3.0-or-later
// The bands of nested phases: a row per level, a band per phase, none narrower than a pixel. Bands
// that fall on one pixel are drawn once.
#pragma once

#include "ui/timeline/time_axis.h"

#include <QRect>

#include <span>
#include <vector>

namespace bootglass {

inline constexpr int phaseRowHeight = 18;
inline constexpr int phaseRowGap = 3;
inline constexpr int mostPhaseLevels = 8;

struct PhaseBand {
    size_t phase = 0; // its place among the phases
    QRect rect;

    bool operator==(const PhaseBand &) const = default;
};

/// `area` is the lane; levels below the last that fits are left out.
std::vector<PhaseBand> phaseBands(std::span<const RunPhase> phases, const TimeAxis &axis,
                                  const QRect &area);

} // namespace bootglass
