// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/drawing.h"

#include "ui/figure/type_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace bootglass {

namespace {

/// What lies on one side of a line parallel to an axis.
QPolygonF cutSide(const QPolygonF &polygon, const std::function<double(QPointF)> &inside) {
    QPolygonF rest;
    for (qsizetype i = 0; i < polygon.size(); ++i) {
        const QPointF a = polygon[i];
        const QPointF b = polygon[(i + 1) % polygon.size()];
        const double da = inside(a);
        const double db = inside(b);
        if (da >= 0) rest << a;
        if ((da >= 0) != (db >= 0)) rest << a + (b - a) * (da / (da - db));
    }
    return rest;
}

} // namespace

QPolygonF cut(const QPolygonF &polygon, const QRectF &clip) {
    QPolygonF open = polygon;
    if (open.isClosed() && open.size() > 1) open.removeLast();
    if (clip.contains(open.boundingRect())) return open;
    open = cutSide(open, [&](QPointF p) { return p.x() - clip.left(); });
    open = cutSide(open, [&](QPointF p) { return clip.right() - p.x(); });
    open = cutSide(open, [&](QPointF p) { return p.y() - clip.top(); });
    open = cutSide(open, [&](QPointF p) { return clip.bottom() - p.y(); });
    return open.size() < 3 ? QPolygonF() : open;
}

std::vector<QPolygonF> cutLine(const QPolygonF &line, const QRectF &clip) {
    std::vector<QPolygonF> parts;
    for (qsizetype i = 0; i + 1 < line.size(); ++i) {
        const QPointF a = line[i];
        const QPointF d = line[i + 1] - a;
        double from = 0;
        double to = 1;
        bool seen = true;
        const std::pair<double, double> sides[] = {{-d.x(), a.x() - clip.left()},
                                                   {d.x(), clip.right() - a.x()},
                                                   {-d.y(), a.y() - clip.top()},
                                                   {d.y(), clip.bottom() - a.y()}};
        for (const auto &[p, q] : sides) {
            if (p == 0)
                seen = seen && q >= 0;
            else if (p < 0)
                from = std::max(from, q / p);
            else
                to = std::min(to, q / p);
        }
        if (!seen || from >= to) continue;
        const QPointF start = a + d * from;
        if (parts.empty() || parts.back().last() != start) parts.push_back(QPolygonF({start}));
        parts.back() << a + d * to;
    }
    return parts;
}

void Drawing::area(const QPolygonF &outline, const QColor &fill) {
    QPolygonF rest = cut(outline, clip_);
    const QRectF box = rest.boundingRect();
    if (box.width() <= 0 || box.height() <= 0) return;
    items_.emplace_back(Area{std::move(rest), fill});
}

void Drawing::stroke(const std::vector<QPolygonF> &lines, const QColor &colour, double width,
                     bool dashed) {
    Stroke stroke{{}, colour, std::max(width * unit_, leastStroke), dashed};
    for (const QPolygonF &line : lines)
        for (QPolygonF &part : cutLine(line, clip_))
            stroke.lines.push_back(std::move(part));
    if (!stroke.lines.empty()) items_.emplace_back(std::move(stroke));
}

void Drawing::frame(const QRectF &rect, const QColor &colour, double width) {
    stroke({QPolygonF(rect)}, colour, width);
}

void Drawing::label(Label label) {
    if (label.text.isEmpty()) return;
    label.size = std::max(label.size, leastType);
    const TypeMetrics metrics(family_);
    const double width = metrics.width(label.text, label.size, label.bold);
    const double left = label.anchor == Anchor::Left     ? label.at.x()
                        : label.anchor == Anchor::Centre ? label.at.x() - width / 2
                                                         : label.at.x() - width;
    constexpr double slack = 0.05; // of rounding
    if (left < -slack || left + width > size_.width() + slack ||
        label.at.y() - label.size * TypeMetrics::ascent < -slack ||
        label.at.y() + label.size * TypeMetrics::descent > size_.height() + slack)
        return;
    items_.emplace_back(std::move(label));
}

} // namespace bootglass
