// SPDX-License-Identifier: GPL-3.0-or-later
// Hatches: what tells neighbours apart where a figure is printed in grey. They are drawn as lines,
// as patterns of PDF and SVG come out differently from printer to printer.
#pragma once

#include "ui/figure/drawing.h"

namespace bootglass {

enum class Hatch { None, Rising, Falling, Crossed, Level, Upright };

/// The lines of a hatch within rectangles of one colour; lines go on from one rectangle to the
/// next that touches it. In the order of x.
std::vector<QPolygonF> hatchLines(const std::vector<QRectF> &rects, Hatch hatch, double distance);

/// Draws a hatch: its lines are the fill, darker, or lighter where the fill is dark.
void drawHatch(Drawing &drawing, const std::vector<QRectF> &rects, const QColor &fill, Hatch hatch);
/// Fills and hatches.
void hatched(Drawing &drawing, const std::vector<QRectF> &rects, const QColor &fill, Hatch hatch);

} // namespace bootglass
