// SPDX-License-Identifier: GPL-3.0-or-later
// What moves over the lanes without repainting them: cursors A and B with their heads, the
// selection between them, the pill that tells their difference, the pointer's hairline, and the
// arrows from cause to effect around the chosen event.
#pragma once

#include "emulator/trace/cause_chain.h"
#include "ui/run/cursor_query.h"
#include "ui/timeline/timeline_scene.h"

#include <QPainter>

namespace bootglass {

struct TimelineOverlay {
    std::optional<VirtualNs> a;
    std::optional<VirtualNs> b;
    std::optional<int> pointer;   // x of the hairline
    CursorFacts facts;            // of a and b, or still of where they were
    std::vector<ChainStep> chain; // of the chosen event: arrows from cause to effect
};

/// The pill's text; empty if there is no cursor.
QString pillText(const TimelineOverlay &overlay);
void paintOverlay(QPainter &painter, const TimelineScene &scene, const TimelineOverlay &overlay);

} // namespace bootglass
