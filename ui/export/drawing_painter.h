// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a drawing by a QPainter: onto a page of PDF, into a picture, into a preview.
#pragma once

#include "ui/figure/drawing.h"

class QPainter;

namespace bootglass {

/// `scale`: device pixels per point. The device's own resolution must agree with it, as type is
/// asked for in points.
void paintDrawing(QPainter &painter, const Drawing &drawing, double scale);

} // namespace bootglass
