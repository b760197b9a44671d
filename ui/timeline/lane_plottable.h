// SPDX-License-Identifier: GPL-3.0-or-later
// QCustomPlot's view of a lane: one plottable per lane that paints its bins, and a layerable for
// what lies outside the lanes (labels, axis, cursors). Never an item or a point per event.
#pragma once

#include "ui/timeline/timeline_scene.h"

#include <qcustomplot.h>

#include <functional>

namespace bootglass {

class LanePlottable : public QCPAbstractPlottable {
  public:
    /// `row` is the lane's place in the scene's layout.
    LanePlottable(QCPAxis *time, QCPAxis *lanes, const TimelineScene &scene, size_t row);

    double selectTest(const QPointF &pos, bool onlySelectable,
                      QVariant *details = nullptr) const override;
    QCPRange getKeyRange(bool &found, QCP::SignDomain domain = QCP::sdBoth) const override;
    QCPRange getValueRange(bool &found, QCP::SignDomain domain = QCP::sdBoth,
                           const QCPRange &keys = QCPRange()) const override;

  protected:
    void applyDefaultAntialiasingHint(QCPPainter *painter) const override;
    void draw(QCPPainter *painter) override;
    void drawLegendIcon(QCPPainter *painter, const QRectF &rect) const override;

  private:
    const TimelineScene &scene_;
    size_t row_;
};

class PaintedLayerable : public QCPLayerable {
  public:
    using Paint = std::function<void(QPainter &)>;
    PaintedLayerable(QCustomPlot *plot, const QString &layer, Paint paint);

  protected:
    QRect clipRect() const override;
    void applyDefaultAntialiasingHint(QCPPainter *painter) const override;
    void draw(QCPPainter *painter) override;

  private:
    Paint paint_;
};

} // namespace bootglass
