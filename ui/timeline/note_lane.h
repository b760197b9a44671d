// SPDX-License-Identifier: GPL-3.0-or-later
// The lane of notes: a flag with the title where a note stands, a bar under it over a range.
#pragma once

#include "emulator/trace/run_notes.h"
#include "ui/timeline/time_axis.h"

#include <QPainter>
#include <QRect>

#include <span>
#include <vector>

namespace bootglass {

struct TimelineScene;

inline constexpr int noteLaneHeight = 18;

struct NoteMark {
    size_t note = 0; // its place in the list
    QRect flag;
    QRect bar; // of a range; empty: a bookmark
    bool named = false;

    bool operator==(const NoteMark &) const = default;
};

/// Widths are those of the titles. A title that would cover another is left away; its flag stays.
std::vector<NoteMark> noteMarks(std::span<const RunNote> notes, std::span<const int> widths,
                                const TimeAxis &axis, const QRect &area);
std::vector<NoteMark> noteMarks(const TimelineScene &scene, const QRect &area);
void paintNotes(QPainter &painter, const TimelineScene &scene, const QRect &area);

} // namespace bootglass
