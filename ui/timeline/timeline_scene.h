// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that one frame of a timeline is painted from, as one value: the run, the newest
// picture, the axis, the lanes. The window's plottables and the PNG export paint the same scene.
#pragma once

#include "emulator/trace/run_notes.h"
#include "ui/base/theme.h"
#include "ui/run/run_snapshot.h"
#include "ui/run/timeline_picture.h"
#include "ui/timeline/lane_arrangement.h"
#include "ui/timeline/time_axis.h"
#include "ui/timeline/time_ticks.h"

#include <QRect>

namespace bootglass {

struct TimelineScene {
    const Theme *theme = &Theme::light();
    double pixelRatio = 1; // device pixels per pixel
    std::shared_ptr<const RunSnapshot> run;
    std::shared_ptr<const TimelinePicture> picture;
    std::vector<RunNote> notes;
    std::vector<LaneGroup> groups;
    LaneLayout layout;
    LaneArrangement arrangement;
    QString focus; // the key of the lane that keys are about; empty: none
    TimeAxis axis; // its pixels are those of `lanes`
    QRect labels;  // the column at the left, of the lanes' height
    QRect header;  // the axis
    QRect lanes;
    int scroll = 0; // how far the lanes are scrolled down

    /// Makes the plan anew from the run.
    void plan();
    /// Lays labels, header and lanes into an area.
    void place(const QRect &area, TimeRange visible, SharedScale scale = {});
    QRect rectOf(const LaneRow &row) const;
    /// Where a row may paint: scrolled lanes go beneath the pinned ones.
    QRect clipOf(const LaneRow &row) const;
    /// The row at a height of the view; nullptr between rows.
    const LaneRow *rowAt(int y) const;
    /// Of a row that shows a lane; empty for the heading of an open group.
    QString keyOf(const LaneRow &row) const;
    /// The row of a lane; nullptr if it is not shown.
    const LaneRow *rowOf(const QString &key) const;
    /// The first row that shows a track, alone or within a folded group.
    const LaneRow *rowOf(TrackId track) const;
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
