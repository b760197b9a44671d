// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/overlay_painter.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr int headSize = 16;

bool isWithin(const TimelineScene &scene, double x) {
    return x >= scene.lanes.left() && x <= scene.lanes.right() + 1;
}

void paintCursor(QPainter &painter, const TimelineScene &scene, VirtualNs ns, QChar name,
                 const QColor &colour) {
    const double x = std::floor(scene.axis.pixelOf(ns));
    if (!isWithin(scene, x)) return;
    const int top = scene.header.bottom() - headSize - 1;
    painter.fillRect(QRectF(x, top + headSize, 1, scene.lanes.bottom() - top - headSize), colour);
    const QRectF head(x - headSize / 2.0 + 0.5, top, headSize, headSize);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(head, 3, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(scene.theme->ground);
    painter.setFont(textFont(8.5, QFont::Bold));
    painter.drawText(head, Qt::AlignCenter, QString(name));
}

void paintSelection(QPainter &painter, const TimelineScene &scene, TimeRange range) {
    const double from = std::max<double>(scene.axis.pixelOf(range.from), scene.lanes.left());
    const double to = std::min<double>(scene.axis.pixelOf(range.to), scene.lanes.right() + 1);
    if (to > from)
        painter.fillRect(QRectF(from, scene.lanes.top(), to - from, scene.lanes.height()),
                         scene.theme->selection);
}

void paintPill(QPainter &painter, const TimelineScene &scene, const TimelineOverlay &overlay) {
    const QString text = pillText(overlay);
    if (text.isEmpty()) return;
    painter.setFont(textFont(9));
    const int width = painter.fontMetrics().horizontalAdvance(text) + 28;
    double centre = scene.axis.pixelOf(overlay.a ? *overlay.a : *overlay.b);
    if (overlay.a && overlay.b) centre = (centre + scene.axis.pixelOf(*overlay.b)) / 2;
    const double most = scene.lanes.right() - width;
    const double left = std::clamp<double>(centre - width / 2.0, scene.lanes.left(),
                                           std::max<double>(most, scene.lanes.left()));
    const QRectF pill(std::round(left), scene.lanes.bottom() - 28, width, 22);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(scene.theme->pill);
    painter.drawRoundedRect(pill, 11, 11);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(scene.theme->pillText);
    painter.drawText(pill, Qt::AlignCenter | Qt::TextSingleLine, text);
}

/// Notes stand at the axis' foot: a flag with the title, a bar over a range.
struct NoteMark {
    int64_t id = 0;
    QRect flag;
    QRect bar; // of a range; empty: a bookmark
    QString title;
};

constexpr int noteHeight = 15;

std::vector<NoteMark> noteMarks(const TimelineScene &scene, const TimelineOverlay &overlay) {
    std::vector<NoteMark> marks;
    const QFontMetrics metrics(textFont(8));
    int taken = scene.lanes.left() - 1;
    for (const RunNote &note : overlay.notes) {
        const double from = scene.axis.pixelOf(note.range.from);
        const double to = scene.axis.pixelOf(note.range.to);
        if (to < scene.lanes.left() || from > scene.lanes.right() + 1) continue;
        NoteMark mark;
        mark.id = note.id;
        mark.title = shownLine(note.title);
        const int left = static_cast<int>(std::max<double>(std::floor(from), scene.lanes.left()));
        const int top = scene.header.bottom() - noteHeight - 3;
        const int width = std::min(metrics.horizontalAdvance(mark.title) + 12, 140);
        // A title that would cover the one before is left away; its flag stays.
        const bool fits = left > taken && left + width <= scene.lanes.right() + sceneMargin;
        mark.flag = QRect(left, top, fits ? width : 5, noteHeight);
        if (!fits) mark.title.clear();
        taken = std::max(taken, mark.flag.right() + 2);
        if (note.isRange()) {
            const int right = static_cast<int>(std::min<double>(to, scene.lanes.right() + 1));
            mark.bar = QRect(left, scene.header.bottom() - 3, std::max(right - left, 2), 3);
        }
        marks.push_back(std::move(mark));
    }
    return marks;
}

void paintNotes(QPainter &painter, const TimelineScene &scene, const TimelineOverlay &overlay) {
    const QColor ground =
        mixed(okabeIto::yellow, scene.theme->ground, scene.theme->dark() ? 0.25 : 0.2);
    painter.setFont(textFont(8));
    for (const NoteMark &mark : noteMarks(scene, overlay)) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground);
        painter.drawRoundedRect(mark.flag, 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.fillRect(mark.bar, okabeIto::orange);
        QColor line = okabeIto::orange;
        line.setAlpha(120);
        painter.fillRect(mark.flag.left(), mark.flag.bottom(), 1,
                         scene.lanes.bottom() - mark.flag.bottom(), line);
        if (mark.title.isEmpty()) continue;
        painter.setPen(textOn(ground));
        const QRect text = mark.flag.adjusted(6, 0, -4, 0);
        painter.drawText(
            text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(mark.title, Qt::ElideRight, text.width()));
    }
}

/// Where a step of a chain is on the screen; nothing if its lane is not shown there.
std::optional<QPointF> placeOf(const TimelineScene &scene, const ChainStep &step) {
    const LaneRow *row = scene.rowOf(step.track);
    if (!row) return {};
    const QRect area = scene.rectOf(*row);
    const double y = area.center().y() + 0.5;
    const QRect clip = scene.clipOf(*row);
    const double x = scene.axis.pixelOf(step.event.event.ns);
    if (y < clip.top() || y > clip.bottom() || !isWithin(scene, x)) return {};
    return QPointF(std::floor(x) + 0.5, y);
}

void paintArrow(QPainter &painter, QPointF from, QPointF to) {
    // Steps near each other in time are led around at the right, so that each is seen.
    const double bow = std::clamp(std::abs(to.x() - from.x()) * 0.5, 18.0, 60.0);
    QPainterPath path(from);
    const bool sameLane = std::abs(to.y() - from.y()) < 1;
    const QPointF lift(0, sameLane ? -14 : 0);
    path.cubicTo(from + QPointF(bow, 0) + lift, to + QPointF(sameLane ? -bow : bow, 0) + lift, to);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    const double angle = path.angleAtPercent(1) * M_PI / 180;
    const auto wing = [&](double turn) {
        return to - 7 * QPointF(std::cos(angle + turn), -std::sin(angle + turn));
    };
    painter.setBrush(painter.pen().color());
    painter.drawPolygon(QPolygonF({to, wing(0.4), wing(-0.4)}));
}

void paintChain(QPainter &painter, const TimelineScene &scene, const TimelineOverlay &overlay) {
    if (overlay.chain.size() < 2) return;
    painter.save();
    painter.setClipRect(scene.lanes);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(scene.theme->text, 1.4));
    std::optional<QPointF> before;
    for (const ChainStep &step : overlay.chain) {
        const auto place = placeOf(scene, step);
        if (before && place && *before != *place) paintArrow(painter, *before, *place);
        if (place) {
            painter.setBrush(scene.theme->ground);
            painter.drawEllipse(*place, 3.0, 3.0);
        }
        before = place;
    }
    painter.restore();
}

} // namespace

int64_t noteAt(const TimelineScene &scene, const TimelineOverlay &overlay, QPoint point) {
    for (const NoteMark &mark : noteMarks(scene, overlay))
        if (mark.flag.contains(point) || mark.bar.contains(point)) return mark.id;
    return 0;
}

QString pillText(const TimelineOverlay &overlay) {
    if (!overlay.a && !overlay.b) return {};
    // Counts of other places would be wrong numbers: wait for the right ones.
    const bool known = overlay.facts.a == overlay.a && overlay.facts.b == overlay.b;
    if (overlay.a && overlay.b) {
        QString text = u"B − A  " + exactSeconds(std::max(*overlay.a, *overlay.b) -
                                                 std::min(*overlay.a, *overlay.b));
        if (known)
            text += u"  ·  " + grouped(overlay.facts.instructions()) + u" instructions  ·  " +
                    duration(overlay.facts.idleNs()) + u" idle";
        return text;
    }
    const bool isA = overlay.a.has_value();
    QString text = QStringView(isA ? u"A  " : u"B  ") + exactSeconds(isA ? *overlay.a : *overlay.b);
    if (known)
        text +=
            u"  ·  icount " + grouped((isA ? overlay.facts.countA : overlay.facts.countB).value);
    return text;
}

void paintOverlay(QPainter &painter, const TimelineScene &scene, const TimelineOverlay &overlay) {
    if (!scene.run) return;
    if (overlay.a && overlay.b) paintSelection(painter, scene, ordered(*overlay.a, *overlay.b));
    if (overlay.pointer && isWithin(scene, *overlay.pointer)) {
        QColor hairline = scene.theme->secondary;
        hairline.setAlpha(110);
        painter.fillRect(*overlay.pointer, scene.header.bottom() - 3, 1,
                         scene.lanes.bottom() - scene.header.bottom() + 3, hairline);
    }
    paintNotes(painter, scene, overlay);
    paintChain(painter, scene, overlay);
    if (overlay.a) paintCursor(painter, scene, *overlay.a, u'A', scene.theme->cursorA);
    if (overlay.b) paintCursor(painter, scene, *overlay.b, u'B', scene.theme->cursorB);
    paintPill(painter, scene, overlay);
}

} // namespace bootglass
