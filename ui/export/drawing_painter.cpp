// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/drawing_painter.h"

#include "ui/figure/type_metrics.h"

#include <QPainter>

namespace bootglass {

namespace {

class ItemPainter {
  public:
    ItemPainter(QPainter &painter, const Drawing &drawing, double scale)
        : painter_(painter), metrics_(drawing.family()), family_(drawing.family()), scale_(scale) {}

    void operator()(const Area &area) {
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(area.fill);
        painter_.drawPolygon(scaled(area.outline));
    }
    void operator()(const Stroke &stroke) {
        QPen pen(stroke.colour, stroke.width * scale_, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
        if (stroke.dashed) pen.setDashPattern({3, 2});
        painter_.setPen(pen);
        painter_.setBrush(Qt::NoBrush);
        for (const QPolygonF &line : stroke.lines)
            painter_.drawPolyline(scaled(line));
    }
    void operator()(const Label &label) {
        QFont font(family_);
        font.setPointSizeF(label.size);
        font.setBold(label.bold);
        font.setHintingPreference(QFont::PreferNoHinting);
        painter_.setFont(font);
        painter_.setPen(label.colour);
        const double width = metrics_.width(label.text, label.size, label.bold);
        const double left = label.anchor == Anchor::Left     ? label.at.x()
                            : label.anchor == Anchor::Centre ? label.at.x() - width / 2
                                                             : label.at.x() - width;
        painter_.drawText(QPointF(left, label.at.y()) * scale_, label.text);
    }

  private:
    QPolygonF scaled(const QPolygonF &polygon) const {
        QPolygonF result;
        result.reserve(polygon.size());
        for (const QPointF &point : polygon)
            result << point * scale_;
        return result;
    }

    QPainter &painter_;
    TypeMetrics metrics_;
    QString family_;
    double scale_;
};

} // namespace

void paintDrawing(QPainter &painter, const Drawing &drawing, double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    ItemPainter items(painter, drawing, scale);
    for (const DrawingItem &item : drawing.items())
        std::visit(items, item);
}

} // namespace bootglass
