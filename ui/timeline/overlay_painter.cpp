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
    paintChain(painter, scene, overlay);
    if (overlay.a) paintCursor(painter, scene, *overlay.a, u'A', scene.theme->cursorA);
    if (overlay.b) paintCursor(painter, scene, *overlay.b, u'B', scene.theme->cursorB);
    paintPill(painter, scene, overlay);
}

} // namespace bootglass
