// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the lanes of the guest's own work: activities as bands, samples as a flame chart.
#pragma once

#include "ui/timeline/activity_bands.h"
#include "ui/timeline/flame_bands.h"
#include "ui/timeline/timeline_scene.h"

#include <QPainter>

namespace bootglass {

QColor activityColour(ActivityKind kind, const Theme &theme);
void paintActivities(QPainter &painter, const TimelineScene &scene, ActivityKind kind,
                     const QRect &area);
void paintFlame(QPainter &painter, const TimelineScene &scene, const QRect &area);

/// The bands as they are painted: for finding what is under the pointer.
std::vector<ActivityBand> activityBands(const TimelineScene &scene, ActivityKind kind,
                                        const QRect &area);
std::vector<FlameBand> flameBands(const TimelineScene &scene, const QRect &area);

} // namespace bootglass
