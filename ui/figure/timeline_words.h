// SPDX-License-Identifier: GPL-3.0-or-later
// What a timeline figure says in words and numbers: the scale of a lane, the description for
// readers who cannot see it, the table of what it plots.
#pragma once

#include "ui/figure/figure.h"
#include "ui/figure/figure_lanes.h"

namespace bootglass {

/// The rate at a lane's full height, and whether its scale is logarithmic: "log ≤ 41 k/s". On an
/// axis of instructions there is no rate.
QString peakText(const FigureLane &lane, const FigureAxis &axis);
QString timelineDescription(const RunSnapshot &run, const FigureAxis &axis,
                            const std::vector<FigureLane> &lanes);
/// A row per phase, marker and column of a lane that is not empty.
Result<FigureTable> timelineTable(const RunSnapshot &run, const FigureAxis &axis,
                                  const std::vector<FigureLane> &lanes);

} // namespace bootglass
