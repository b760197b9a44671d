// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/work_lanes.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/timeline/lane_painter.h"

#include <algorithm>
#include <functional>

namespace bootglass {

namespace {

constexpr int narrowestNamed = 26;

/// Dots under a band that stands for several: there is more than a pixel can show.
void paintMoreBelow(QPainter &painter, const QRect &band, const QColor &colour) {
    for (int x = band.left(); x <= band.right(); x += 2)
        painter.fillRect(x, band.bottom(), 1, 1, colour);
}

/// Neighbours are told apart by a shade; each function keeps its own.
QColor shade(const QColor &colour, size_t number, const Theme &theme) {
    constexpr double steps[] = {0, 0.28, 0.14, 0.42, 0.21, 0.35, 0.07, 0.5};
    return mixed(colour, theme.ground, steps[number % std::size(steps)]);
}

QColor flameColour(const std::string &function, const Theme &theme) {
    const size_t number = std::hash<std::string>{}(function);
    if (function.starts_with("[user]")) return shade(okabeIto::green, number, theme);
    if (function.starts_with('[')) return mixed(okabeIto::yellow, theme.ground, 0.45);
    return shade(mixed(okabeIto::orange, okabeIto::vermilion, 0.15), number, theme);
}

} // namespace

QColor activityColour(ActivityKind kind, const Theme &theme) {
    switch (kind) {
    case ActivityKind::Initcall: return mixed(okabeIto::sky, theme.ground, 0.1);
    case ActivityKind::Driver: return mixed(okabeIto::blue, theme.ground, 0.2);
    case ActivityKind::Service: return mixed(okabeIto::green, theme.ground, 0.15);
    case ActivityKind::Process: return mixed(okabeIto::purple, theme.ground, 0.15);
    case ActivityKind::Region: return mixed(okabeIto::orange, theme.ground, 0.1);
    }
    return theme.accent;
}

std::vector<ActivityBand> activityBands(const TimelineScene &scene, ActivityKind kind,
                                        const QRect &area) {
    return activityBands(scene.run->activities, scene.run->activityLayout, kind, scene.axis, area);
}

std::vector<FlameBand> flameBands(const TimelineScene &scene, const QRect &area) {
    if (!scene.picture) return {};
    return flameBands(scene.picture->samples, scene.run->shift, scene.axis, area);
}

void paintActivities(QPainter &painter, const TimelineScene &scene, ActivityKind kind,
                     const QRect &area) {
    painter.setFont(textFont(8));
    const QColor colour = activityColour(kind, *scene.theme);
    for (const ActivityBand &band : activityBands(scene, kind, area)) {
        const RunActivity &activity = scene.run->activities[band.activity];
        const QColor fill = shade(colour, band.activity % 2, *scene.theme);
        QRectF body = band.rect;
        if (body.width() > 3) body.adjust(0, 0, -0.5, 0); // a hairline between neighbours
        painter.fillRect(body, fill);
        if (band.merged > 1) paintMoreBelow(painter, band.rect, scene.theme->text);
        if (band.rect.width() < narrowestNamed) continue;
        painter.setPen(textOn(fill));
        const QString name = shownLine(activity.name);
        paintFitting(painter, band.rect.adjusted(4, 0, -3, 0),
                     {name + u"  " + duration(activity.durationNs()), name});
    }
}

void paintFlame(QPainter &painter, const TimelineScene &scene, const QRect &area) {
    if (!scene.picture) return;
    const SampleList &samples = scene.picture->samples;
    painter.setFont(codeFont(8));
    for (const FlameBand &band : flameBands(scene, area)) {
        const std::string &function = samples.functions[band.function];
        const QColor fill = flameColour(function, *scene.theme);
        QRectF body = band.rect;
        if (body.width() > 3) body.adjust(0, 0, -0.5, 0);
        painter.fillRect(body, fill);
        if (band.rect.width() < narrowestNamed) continue;
        painter.setPen(textOn(fill));
        const QString name = shownLine(function);
        const QRect room = band.rect.adjusted(3, 0, -2, 0);
        const QString cut = painter.fontMetrics().elidedText(name, Qt::ElideRight, room.width());
        paintFitting(painter, room, {name, cut.size() > 4 ? cut : QString()});
    }
}

} // namespace bootglass
