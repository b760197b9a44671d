// SPDX-License-Identifier: GPL-3.0-or-later
// A figure as geometry: filled outlines, lines and labels, at the place and size they have on the
// page. The unit is the point (1/72 in), y grows downwards. All that is put into a drawing is cut
// at its clip first, so that no backend needs clipping: QSvgGenerator and many readers of PDF and
// TikZ in papers do without it. Backends (PDF, SVG, PNG, TikZ, the preview) paint the same items.
#pragma once

#include <QColor>
#include <QPolygonF>
#include <QRectF>
#include <QString>

#include <algorithm>
#include <variant>
#include <vector>

namespace bootglass {

/// What publishers ask for, at final size: nothing thinner, no type smaller.
inline constexpr double leastStroke = 0.5;
inline constexpr double leastType = 7;

struct Area {
    QPolygonF outline;
    QColor fill;
};

struct Stroke {
    std::vector<QPolygonF> lines;
    QColor colour;
    double width = leastStroke;
    bool dashed = false;
};

enum class Anchor { Left, Centre, Right };

struct Label {
    QPointF at; // on the baseline
    QString text;
    double size = 8;
    bool bold = false;
    Anchor anchor = Anchor::Left;
    QColor colour = Qt::black;
};

using DrawingItem = std::variant<Area, Stroke, Label>;

class Drawing {
  public:
    Drawing() = default;
    /// Lines and hatches are made for type of 8 points; for larger type, as on a slide, they grow
    /// with it.
    Drawing(QSizeF size, QString family, double typeSize = 8)
        : size_(size),
          clip_(QPointF(), size),
          family_(std::move(family)),
          unit_(std::max(1.0, typeSize / 8)) {}

    QSizeF size() const { return size_; }
    QRectF page() const { return {QPointF(), size_}; }
    const QString &family() const { return family_; }
    /// How many times its lines are as wide as at 8 points.
    double unit() const { return unit_; }
    const std::vector<DrawingItem> &items() const { return items_; }

    /// From here on things are cut at this rectangle, and at the page.
    void setClip(const QRectF &clip) { clip_ = clip & page(); }
    void clearClip() { clip_ = page(); }
    const QRectF &clip() const { return clip_; }

    void area(const QPolygonF &outline, const QColor &fill);
    void area(const QRectF &rect, const QColor &fill) { area(QPolygonF(rect), fill); }
    void stroke(const std::vector<QPolygonF> &lines, const QColor &colour,
                double width = leastStroke, bool dashed = false);
    void line(QPointF from, QPointF to, const QColor &colour, double width = leastStroke,
              bool dashed = false) {
        stroke({QPolygonF({from, to})}, colour, width, dashed);
    }
    void frame(const QRectF &rect, const QColor &colour, double width = leastStroke);
    /// Labels are not cut but left out where they would leave the page.
    void label(Label label);

  private:
    QSizeF size_;
    QRectF clip_;
    QString family_;
    double unit_ = 1;
    std::vector<DrawingItem> items_;
};

/// A polygon cut at a rectangle (Sutherland and Hodgman); empty if nothing is left.
QPolygonF cut(const QPolygonF &polygon, const QRectF &clip);
/// A polyline cut at a rectangle (Liang and Barsky, segment by segment).
std::vector<QPolygonF> cutLine(const QPolygonF &line, const QRectF &clip);

} // namespace bootglass
