// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/lane_plottable.h"

#include "ui/timeline/lane_painter.h"

namespace bootglass {

LanePlottable::LanePlottable(QCPAxis *time, QCPAxis *lanes, const TimelineScene &scene, size_t row)
    : QCPAbstractPlottable(time, lanes), scene_(scene), row_(row) {
    setSelectable(QCP::stNone);
}

// The timeline finds what is under the pointer itself, see timeline_hit.h.
double LanePlottable::selectTest(const QPointF &, bool, QVariant *) const {
    return -1;
}

QCPRange LanePlottable::getKeyRange(bool &found, QCP::SignDomain) const {
    found = scene_.run != nullptr;
    return {0, found ? static_cast<double>(scene_.run->end.ns.value) : 0};
}

QCPRange LanePlottable::getValueRange(bool &found, QCP::SignDomain, const QCPRange &) const {
    found = row_ < scene_.layout.rows.size();
    if (!found) return {};
    const LaneRow &row = scene_.layout.rows[row_];
    return {static_cast<double>(row.top), static_cast<double>(row.bottom())};
}

void LanePlottable::applyDefaultAntialiasingHint(QCPPainter *) const {}

void LanePlottable::draw(QCPPainter *painter) {
    if (row_ >= scene_.layout.rows.size()) return;
    const LaneRow &row = scene_.layout.rows[row_];
    if (!scene_.rectOf(row).intersects(scene_.clipOf(row))) return; // scrolled away
    painter->save();
    painter->setClipRect(scene_.clipOf(row), Qt::IntersectClip);
    paintLane(*painter, scene_, row);
    painter->restore();
}

void LanePlottable::drawLegendIcon(QCPPainter *, const QRectF &) const {}

PaintedLayerable::PaintedLayerable(QCustomPlot *plot, const QString &layer, Paint paint)
    : QCPLayerable(plot, layer), paint_(std::move(paint)) {}

QRect PaintedLayerable::clipRect() const {
    return parentPlot()->viewport();
}

void PaintedLayerable::applyDefaultAntialiasingHint(QCPPainter *) const {}

void PaintedLayerable::draw(QCPPainter *painter) {
    paint_(*painter);
}

} // namespace bootglass
