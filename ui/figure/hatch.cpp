// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/hatch.h"

#include "ui/base/theme.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace bootglass {

namespace {

constexpr double hatchDistance = 3.2;

/// Lines y = slope * x + n * step, for all n that meet a rectangle.
void diagonals(const std::vector<QRectF> &rects, double slope, double step,
               std::vector<QPolygonF> &lines) {
    std::map<long, QPolygonF> open; // by n: the line that may go on
    for (const QRectF &rect : rects) {
        const double a = rect.top() - slope * rect.left();
        const double b = rect.top() - slope * rect.right();
        const double low = std::min(a, b);
        const double high = std::max(a, b) + rect.height();
        for (long n = std::lround(std::ceil(low / step)); static_cast<double>(n) * step <= high;
             ++n) {
            const double c = static_cast<double>(n) * step;
            const auto yAt = [&](double x) { return slope * x + c; };
            const QPolygonF whole(
                {{rect.left(), yAt(rect.left())}, {rect.right(), yAt(rect.right())}});
            for (const QPolygonF &part : cutLine(whole, rect)) {
                QPolygonF &line = open[n];
                if (!line.isEmpty() && std::abs(line.last().x() - part.first().x()) < 1e-6) {
                    line.last() = part.last();
                    continue;
                }
                if (!line.isEmpty()) lines.push_back(line);
                line = part;
            }
        }
    }
    for (const auto &[n, line] : open)
        lines.push_back(line);
}

void levels(const std::vector<QRectF> &rects, double step, std::vector<QPolygonF> &lines) {
    diagonals(rects, 0, step, lines);
}

void uprights(const std::vector<QRectF> &rects, double step, std::vector<QPolygonF> &lines) {
    for (const QRectF &rect : rects)
        for (double x = std::ceil(rect.left() / step) * step; x <= rect.right(); x += step)
            lines.push_back(QPolygonF({{x, rect.top()}, {x, rect.bottom()}}));
}

QColor hatchColour(const QColor &fill) {
    const double luminance = 0.2126 * fill.redF() + 0.7152 * fill.greenF() + 0.0722 * fill.blueF();
    return luminance < 0.3 ? mixed(fill, Qt::white, 0.45) : mixed(fill, Qt::black, 0.4);
}

} // namespace

std::vector<QPolygonF> hatchLines(const std::vector<QRectF> &rects, Hatch hatch, double distance) {
    std::vector<QPolygonF> lines;
    // Diagonals this far apart, measured across.
    const double step = distance * std::sqrt(2.0);
    switch (hatch) {
    case Hatch::None: break;
    case Hatch::Rising: diagonals(rects, -1, step, lines); break;
    case Hatch::Falling: diagonals(rects, 1, step, lines); break;
    case Hatch::Crossed:
        diagonals(rects, -1, step * 1.4, lines);
        diagonals(rects, 1, step * 1.4, lines);
        break;
    case Hatch::Level: levels(rects, distance, lines); break;
    case Hatch::Upright: uprights(rects, distance, lines); break;
    }
    return lines;
}

void drawHatch(Drawing &drawing, const std::vector<QRectF> &rects, const QColor &fill,
               Hatch hatch) {
    drawing.stroke(hatchLines(rects, hatch, hatchDistance * drawing.unit()), hatchColour(fill));
}

void hatched(Drawing &drawing, const std::vector<QRectF> &rects, const QColor &fill, Hatch hatch) {
    for (const QRectF &rect : rects)
        drawing.area(rect, fill);
    drawHatch(drawing, rects, fill, hatch);
}

} // namespace bootglass
