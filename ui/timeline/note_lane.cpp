// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/note_lane.h"

#include "ui/base/guest_text.h"
#include "ui/timeline/timeline_scene.h"

#include <QFontMetrics>

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr int bareWidth = 6;
constexpr int widest = 180;
constexpr int padding = 5;
constexpr int barHeight = 3;

QFont noteFont() {
    return textFont(8);
}

} // namespace

std::vector<NoteMark> noteMarks(std::span<const RunNote> notes, std::span<const int> widths,
                                const TimeAxis &axis, const QRect &area) {
    std::vector<NoteMark> marks;
    int taken = area.left() - 1;
    for (size_t n = 0; n < notes.size(); ++n) {
        const double from = axis.pixelOf(notes[n].range.from);
        const double to = axis.pixelOf(notes[n].range.to);
        if (to < area.left() || from > area.right() + 1) continue;
        NoteMark mark;
        mark.note = n;
        const int left =
            std::clamp(static_cast<int>(std::floor(std::max<double>(from, area.left()))),
                       area.left(), area.right() - bareWidth + 1);
        const int width = std::min((n < widths.size() ? widths[n] : 0) + 2 * padding, widest);
        mark.named = left > taken && left + width <= area.right() + 1;
        mark.flag =
            QRect(left, area.top(), mark.named ? width : bareWidth, area.height() - barHeight);
        taken = std::max(taken, mark.flag.right() + 1);
        if (notes[n].isRange()) {
            const int right = static_cast<int>(std::min<double>(std::ceil(to), area.right() + 1));
            mark.bar =
                QRect(left, area.bottom() + 1 - barHeight, std::max(right - left, 2), barHeight);
        }
        marks.push_back(mark);
    }
    return marks;
}

std::vector<NoteMark> noteMarks(const TimelineScene &scene, const QRect &area) {
    const QFontMetrics metrics(noteFont());
    std::vector<int> widths;
    for (const RunNote &note : scene.notes)
        widths.push_back(metrics.horizontalAdvance(shownLine(note.title)));
    return noteMarks(scene.notes, widths, scene.axis, area);
}

void paintNotes(QPainter &painter, const TimelineScene &scene, const QRect &area) {
    const QColor ground =
        mixed(okabeIto::yellow, scene.theme->ground, scene.theme->dark() ? 0.25 : 0.2);
    painter.setFont(noteFont());
    for (const NoteMark &mark : noteMarks(scene, area)) {
        painter.fillRect(mark.bar, okabeIto::orange);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground);
        painter.drawRoundedRect(mark.flag, 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.fillRect(mark.flag.left(), mark.flag.top(), 1, area.bottom() + 1 - mark.flag.top(),
                         okabeIto::orange);
        if (!mark.named) continue;
        painter.setPen(textOn(ground));
        const QRect text = mark.flag.adjusted(padding, 0, -padding + 2, 0);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(shownLine(scene.notes[mark.note].title),
                                                          Qt::ElideRight, text.width()));
    }
}

} // namespace bootglass
