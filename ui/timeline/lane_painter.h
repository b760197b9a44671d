// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the parts of a scene with any QPainter: lanes, their labels, the axis, the grid. No widget
// takes part, so the window and the export look the same.
#pragma once

#include "ui/timeline/marker_layout.h"
#include "ui/timeline/timeline_scene.h"

#include <QPainter>

namespace bootglass {

/// One lane (or a folded group's summary) into its place.
void paintLane(QPainter &painter, const TimelineScene &scene, const LaneRow &row);
/// Names and notes at the left, clipped to the column.
void paintLabels(QPainter &painter, const TimelineScene &scene);
void paintGrid(QPainter &painter, const TimelineScene &scene);
/// Ticks with virtual time and, below, the count.
void paintHeader(QPainter &painter, const TimelineScene &scene);
/// The part that is not recorded yet, or past the end.
void paintBeyondEnd(QPainter &painter, const TimelineScene &scene);

/// The flags of the markers, as they are painted: for finding what is under the pointer.
std::vector<MarkerFlag> markerFlags(const TimelineScene &scene, const QRect &area);
QFont markerFont();

/// `text` in one line, in as much as fits; nothing rather than a stump of a few letters.
void paintFitting(QPainter &painter, const QRect &area, const QStringList &longestFirst);

} // namespace bootglass
