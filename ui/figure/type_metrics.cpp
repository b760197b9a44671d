// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/type_metrics.h"

#include <QFont>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>

namespace bootglass {

namespace {

constexpr int measuredAt = 200;

QFontMetricsF metricsOf(const QString &family, bool bold) {
    QFont font(family);
    font.setPixelSize(measuredAt);
    font.setBold(bold);
    font.setHintingPreference(QFont::PreferNoHinting);
    return QFontMetricsF(font);
}

} // namespace

double TypeMetrics::width(const QString &text, double size, bool bold) const {
    return metricsOf(family_, bold).horizontalAdvance(text) * size / measuredAt;
}

QString TypeMetrics::fitting(const QString &text, double size, double room, bool bold) const {
    if (width(text, size, bold) <= room) return text;
    const QString shorter =
        metricsOf(family_, bold).elidedText(text, Qt::ElideRight, room * measuredAt / size);
    return shorter.size() > 2 ? shorter : QString();
}

QString figureFamily() {
    return QStringLiteral("DejaVu Sans");
}

bool hasFamily(const QString &family) {
    return QFontDatabase::hasFamily(family);
}

} // namespace bootglass
