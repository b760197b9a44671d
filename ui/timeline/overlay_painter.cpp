// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/overlay_painter.h"

#include "ui/base/number_format.h"

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
    if (overlay.a) paintCursor(painter, scene, *overlay.a, u'A', scene.theme->cursorA);
    if (overlay.b) paintCursor(painter, scene, *overlay.b, u'B', scene.theme->cursorB);
    paintPill(painter, scene, overlay);
}

} // namespace bootglass
