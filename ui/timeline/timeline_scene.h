// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that one frame of a timeline is painted from, as one value: the run, the newest
// picture, the axis, the lanes. The window's plottables and the PNG export paint the same scene.
#pragma once

#include "ui/base/theme.h"
#include "ui/run/run_snapshot.h"
#include "ui/run/timeline_picture.h"
#include "ui/timeline/lane_plan.h"
#include "ui/timeline/time_axis.h"
#include "ui/timeline/time_ticks.h"

#include <QRect>

namespace bootglass {

struct TimelineScene {
    const Theme *theme = &Theme::light();
    double pixelRatio = 1; // device pixels per pixel
    std::shared_ptr<const RunSnapshot> run;
    std::shared_ptr<const TimelinePicture> picture;
    std::vector<LaneGroup> groups;
    LaneLayout layout;
    std::set<QString> folded;
    TimeAxis axis; // its pixels are those of `lanes`
    QRect labels;  // the column at the left, of the lanes' height
    QRect header;  // the axis
    QRect lanes;
    int scroll = 0; // how far the lanes are scrolled down

    /// Makes the plan anew from the run.
    void plan();
    void setFolded(const QString &key, bool isFolded);
    /// Lays labels, header and lanes into an area.
    void place(const QRect &area, TimeRange visible);
    QRect rectOf(const LaneRow &row) const;
    /// Columns of the axis in device pixels.
    int columns() const;
    TimeTicks ticks() const;
    /// What to ask the reader for: all tracks of the plan, with wings at the sides.
    PictureRequest request() const;
    /// The width that the longest label needs.
    int labelWidth() const;
};

inline constexpr int headerHeight = 54;
inline constexpr int sceneMargin = 16; // at the right of the lanes

} // namespace bootglass
