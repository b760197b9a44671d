// SPDX-License-Identifier: GPL-3.0-or-later
// What a point of the timeline is on: a phase, a marker, a lane at a time, a label. Found with the
// same layout that was painted.
#pragma once

#include "ui/timeline/timeline_scene.h"

#include <QPoint>

namespace bootglass {

enum class HitKind { None, Header, Label, Phase, Marker, Note, Activity, Flame, Lane };

struct TimelineHit {
    HitKind kind = HitKind::None;
    int row = -1;        // of the layout; Label, Phase, Marker, Lane
    size_t phase = 0;    // its place; Phase
    size_t marker = 0;   // its place; Marker
    size_t note = 0;     // its place; Note
    size_t activity = 0; // its place; Activity
    size_t merged = 1;   // that the band stands for; Activity
    size_t stack = 0;    // a sample of the picture's; Flame
    int level = 0;       // of its calls; Flame
    VirtualNs time;      // all but Label
    TimeRange pixel;     // what the pixel under the point shows
    TimeRange nearby;    // what a hand may mean by it: a few pixels around

    bool operator==(const TimelineHit &) const = default;
};

TimelineHit hitTest(const TimelineScene &scene, const QPoint &point);

} // namespace bootglass
