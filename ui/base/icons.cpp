// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

#include <numbers>

namespace bootglass {

namespace {

// Everything is drawn on a grid of 20 × 20.
constexpr int grid = 20;

struct Pens {
    QColor ink;
    QColor strong;
};

void arrow(QPainter &p, double tip, double tail) {
    p.drawLine(QPointF(tail, 10), QPointF(tip, 10));
    const double wing = tip < tail ? tip + 4.5 : tip - 4.5;
    p.drawPolyline(QPolygonF{{wing, 5.5}, {tip, 10}, {wing, 14.5}});
}

void lens(QPainter &p, bool plus) {
    p.drawEllipse(QPointF(8.5, 8.5), 5.2, 5.2);
    p.drawLine(QPointF(12.5, 12.5), QPointF(16.5, 16.5));
    p.drawLine(QPointF(6.2, 8.5), QPointF(10.8, 8.5));
    if (plus) p.drawLine(QPointF(8.5, 6.2), QPointF(8.5, 10.8));
}

void folder(QPainter &p) {
    QPainterPath path;
    path.moveTo(2.8, 15.5);
    path.lineTo(2.8, 5);
    path.lineTo(7.6, 5);
    path.lineTo(9.4, 7);
    path.lineTo(17.2, 7);
    path.lineTo(17.2, 15.5);
    path.closeSubpath();
    p.drawPath(path);
    p.drawLine(QPointF(2.8, 9.6), QPointF(17.2, 9.6));
}

void picture(QPainter &p) {
    p.drawRoundedRect(QRectF(2.8, 3.8, 14.4, 12.4), 1.5, 1.5);
    p.drawPolyline(QPolygonF{{3.5, 14.5}, {8, 9.8}, {11, 12.8}, {13.3, 10.6}, {16.6, 13.8}});
    p.drawEllipse(QPointF(13.2, 7.3), 1.1, 1.1);
}

void fit(QPainter &p) {
    p.drawLine(QPointF(3, 4.5), QPointF(3, 15.5));
    p.drawLine(QPointF(17, 4.5), QPointF(17, 15.5));
    p.drawLine(QPointF(5.4, 10), QPointF(14.6, 10));
    p.drawPolyline(QPolygonF{{8, 7.2}, {5.2, 10}, {8, 12.8}});
    p.drawPolyline(QPolygonF{{12, 7.2}, {14.8, 10}, {12, 12.8}});
}

void sun(QPainter &p) {
    p.drawEllipse(QPointF(10, 10), 3.4, 3.4);
    for (int ray = 0; ray < 8; ++ray) {
        const double angle = ray * std::numbers::pi / 4;
        const QPointF way(std::cos(angle), std::sin(angle));
        p.drawLine(QPointF(10, 10) + way * 5.8, QPointF(10, 10) + way * 7.8);
    }
}

void moon(QPainter &p) {
    QPainterPath disc;
    disc.addEllipse(QPointF(9.6, 10.4), 6.6, 6.6);
    QPainterPath bite;
    bite.addEllipse(QPointF(13, 7.4), 5.8, 5.8);
    p.drawPath(disc.subtracted(bite));
}

void application(QPainter &p) {
    p.setPen(Qt::NoPen);
    p.setBrush(QColor(0x12202E));
    p.drawRoundedRect(QRectF(1, 1, 18, 18), 4, 4);
    const auto bar = [&p](double x, double y, double width, const QColor &colour) {
        p.setBrush(colour);
        p.drawRoundedRect(QRectF(x, y, width, 2.8), 0.8, 0.8);
    };
    bar(3.5, 4.6, 3.6, okabeIto::orange);
    bar(7.6, 4.6, 5.6, okabeIto::blue);
    bar(13.7, 4.6, 2.8, okabeIto::green);
    bar(7.6, 8.6, 3.2, okabeIto::sky);
    bar(11.3, 8.6, 5.2, okabeIto::sky);
    bar(9.5, 12.6, 2.4, okabeIto::purple);
    bar(13.2, 12.6, 3.3, okabeIto::green);
}

void draw(QPainter &p, IconName name, const Pens &pens) {
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(pens.ink, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    p.setBrush(Qt::NoBrush);
    const auto filled = [&](const QColor &colour) {
        p.setPen(Qt::NoPen);
        p.setBrush(colour);
    };
    switch (name) {
    case IconName::Application: application(p); break;
    case IconName::Run:
        filled(pens.strong);
        p.drawPolygon(QPolygonF{{4, 2.5}, {17, 10}, {4, 17.5}});
        break;
    case IconName::Pause:
        filled(pens.ink);
        p.drawRect(QRectF(4.5, 3, 4, 14));
        p.drawRect(QRectF(11.5, 3, 4, 14));
        break;
    case IconName::Stop:
        filled(pens.ink);
        p.drawRoundedRect(QRectF(3.5, 3.5, 13, 13), 1.5, 1.5);
        break;
    case IconName::Open: folder(p); break;
    case IconName::Picture: picture(p); break;
    case IconName::Fit: fit(p); break;
    case IconName::ZoomIn: lens(p, true); break;
    case IconName::ZoomOut: lens(p, false); break;
    case IconName::Back: arrow(p, 3.5, 16.5); break;
    case IconName::Forward: arrow(p, 16.5, 3.5); break;
    case IconName::Sun: sun(p); break;
    case IconName::Moon: moon(p); break;
    case IconName::Close:
        p.drawLine(QPointF(5.5, 5.5), QPointF(14.5, 14.5));
        p.drawLine(QPointF(14.5, 5.5), QPointF(5.5, 14.5));
        break;
    }
}

QPixmap pixmap(IconName name, const Pens &pens, int size) {
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.scale(static_cast<double>(size) / grid, static_cast<double>(size) / grid);
    draw(painter, name, pens);
    return pixmap;
}

} // namespace

QIcon icon(IconName name, const Theme &theme) {
    const Pens normal{mixed(theme.text, theme.secondary, 0.5), okabeIto::green};
    const Pens disabled{theme.faint, theme.faint};
    QIcon result;
    for (const int size : {16, 20, 24, 32, 40, 64, 128}) {
        result.addPixmap(pixmap(name, normal, size));
        result.addPixmap(pixmap(name, disabled, size), QIcon::Disabled);
    }
    return result;
}

} // namespace bootglass
