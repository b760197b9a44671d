// SPDX-License-Identifier: GPL-3.0-or-later
// Where the parts of a timeline figure go, in points: from top to bottom the title, the legend of
// the CPU's modes, annotations, the lanes, the axis, the key of numbered markers. A height that is
// asked for is shared out among the lanes.
#pragma once

#include "ui/figure/figure_lanes.h"
#include "ui/figure/marker_keys.h"
#include "ui/figure/type_metrics.h"

#include <QRectF>

namespace bootglass {

/// A swatch and its name.
struct LegendEntry {
    Swatch swatch;
    QString name;
    QRectF box;
    QPointF at; // of the name
};

/// Words that stand in rows of a width, wrapped.
struct KeyLine {
    QString text;
};

struct TimelineLayout {
    double type = 8;
    double small = 7;
    QRectF plot; // the lanes, without their names
    double labelRight = 0;
    double titleBase = 0; // 0: none
    std::vector<LegendEntry> legend;
    double annotationTop = 0;
    double annotationHeight = 0;
    std::vector<QRectF> lanes;
    double phaseRow = 0;
    int phaseRows = 0;
    double markerRow = 0;
    bool numbered = false;       // markers have numbers and a key
    std::vector<size_t> markers; // those in view
    std::vector<PlacedMarker> placed;
    std::vector<PlacedMarker> annotations;
    std::vector<KeyLine> key;
    double keyTop = 0;
    double height = 0;
};

Result<TimelineLayout> layOutTimeline(const RunSnapshot &run, const FigureSpec &spec,
                                      const FigureAxis &axis, const std::vector<FigureLane> &lanes);

} // namespace bootglass
