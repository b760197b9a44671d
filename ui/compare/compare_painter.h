// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a comparison's timeline with any QPainter: axis, the phases of both runs facing each other
// with ribbons between what belongs together, lanes in pairs, the first divergence.
#pragma once

#include "ui/compare/compare_scene.h"

#include <QPainter>

namespace bootglass {

void paintComparison(QPainter &painter, const CompareScene &scene);

/// The letter of a run on its colour.
void paintRunBadge(QPainter &painter, const QRectF &area, bool isA, const Theme &theme);

} // namespace bootglass
