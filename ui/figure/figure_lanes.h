// SPDX-License-Identifier: GPL-3.0-or-later
// The lanes of a timeline figure: which of the run's lanes it shows, and their numbers per column.
// The plan of lanes is the window's; a figure folds each group into one lane unless its lanes are
// asked for: "irq" is the group, "irq/*" all its lanes, "IRQ 4 COM1" one of them.
#pragma once

#include "ui/figure/figure_axis.h"
#include "ui/run/run_snapshot.h"
#include "ui/timeline/lane_plan.h"

namespace bootglass {

struct FigureLane {
    QString key; // "irq", "irq/IRQ 4 COM1"
    Lane lane;
    std::vector<LaneColumn> columns; // of a density
    std::vector<ShareColumn> shares; // of the CPU's modes
    bool named = false;              // asked for by its own name: shown even where it is empty

    bool isDensity() const { return !lane.tracks.empty(); }
    double most() const;
};

/// How high a column is. A lane whose peaks would leave the rest flat has a logarithmic scale, and
/// says so.
class LaneScale {
  public:
    explicit LaneScale(const FigureLane &lane);
    bool isLogarithmic() const { return logarithmic_; }
    /// Of the lane's height.
    double shareOf(double count) const;

  private:
    double most_ = 0;
    double least_ = 1; // what is as high as nothing
    bool logarithmic_ = false;
};

/// Without names the usual lanes: phases, markers, CPU mode, and each group.
Result<std::vector<FigureLane>> chooseLanes(const RunSnapshot &run, const QStringList &names);
/// Asks the reader for the lanes' numbers; lanes of a group that have none are left out.
Result<void> fillLanes(std::vector<FigureLane> &lanes, const FigureAxis &axis, size_t columns);

} // namespace bootglass
