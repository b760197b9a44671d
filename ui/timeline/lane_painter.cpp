// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/lane_painter.h"

#include "ui/base/number_format.h"
#include "ui/timeline/bin_sampling.h"
#include "ui/timeline/note_lane.h"
#include "ui/timeline/phase_bands.h"
#include "ui/timeline/strip_image.h"
#include "ui/timeline/work_lanes.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

QColor laneColour(const Lane &lane, const Theme &theme) {
    return sourceColour(lane.label, theme);
}

/// The lane's bins, one per device pixel.
std::vector<Bin> visibleBins(const TimelineScene &scene, const Lane &lane) {
    std::vector<Bin> sum(static_cast<size_t>(scene.columns()));
    if (!scene.picture) return sum;
    for (const TrackId track : lane.tracks) {
        const TrackBins *bins = scene.picture->binsOf(track);
        if (!bins) continue;
        addBins(sum, sampledBins(bins->pixels, scene.picture->unitRange(), scene.axis.unitRange(),
                                 scene.columns()));
    }
    return sum;
}

int deviceHeight(const TimelineScene &scene, int height) {
    return std::max(1, static_cast<int>(std::lround(height * scene.pixelRatio)));
}

void paintPhases(QPainter &painter, const TimelineScene &scene, const QRect &area) {
    painter.setFont(textFont(9));
    painter.setRenderHint(QPainter::Antialiasing);
    for (const PhaseBand &band : phaseBands(scene.run->phases, scene.axis, area)) {
        const RunPhase &phase = scene.run->phases[band.phase];
        const QColor colour = phaseColour(QString::fromStdString(phase.path), *scene.theme);
        QRectF body = band.rect;
        if (body.width() > 3) body.adjust(0.5, 0, -0.5, 0); // a hairline between neighbours
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        const double radius = body.width() > 8 ? 2 : 0;
        painter.drawRoundedRect(body, radius, radius);
        const QString name = QString::fromStdString(phase.name);
        const QString time = duration(phase.durationNs());
        painter.setPen(textOn(colour));
        paintFitting(
            painter, band.rect.adjusted(6, 0, -5, 0),
            {name + u"  " + time + u" · " + shortCount(phase.instructions()) + u" instructions",
             name + u"  " + time, name});
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintMarkers(QPainter &painter, const TimelineScene &scene, const QRect &area) {
    painter.setFont(markerFont());
    for (const MarkerFlag &flag : markerFlags(scene, area)) {
        const int top = area.top() + flag.row * markerRowHeight + 2;
        const int bottom = top + markerRowHeight - 4;
        painter.fillRect(flag.x, top, 1, bottom - top, scene.theme->flag);
        painter.setRenderHint(QPainter::Antialiasing);
        QPainterPath cloth;
        const int foot = flag.atLeft ? flag.x : flag.x + 1;
        cloth.moveTo(foot, top);
        cloth.lineTo(flag.atLeft ? flag.x - flagWidth + 1 : flag.x + flagWidth, top + 4);
        cloth.lineTo(foot, top + 8);
        cloth.closeSubpath();
        painter.fillPath(cloth, scene.theme->flag);
        painter.setRenderHint(QPainter::Antialiasing, false);
        if (!flag.named) continue;
        painter.setPen(scene.theme->text);
        painter.drawText(QRect(flag.nameLeft, top - 2, flag.nameWidth + 1, markerRowHeight - 1),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         QString::fromStdString(scene.run->markers[flag.marker].name));
    }
}

void paintModes(QPainter &painter, const TimelineScene &scene, const QRect &area) {
    if (!scene.picture) return;
    const auto shares = sampledShares(scene.picture->modes, scene.picture->unitRange(),
                                      scene.axis.unitRange(), scene.columns());
    painter.drawImage(QRectF(area),
                      modeStrip(shares, deviceHeight(scene, area.height()), *scene.theme));
}

void paintHostCost(QPainter &painter, const TimelineScene &scene, const QRect &area) {
    painter.fillRect(area, scene.theme->lane);
    if (!scene.picture) return;
    const auto costs = sampledCosts(scene.picture->costs, scene.picture->unitRange(),
                                    scene.axis.unitRange(), scene.columns());
    painter.drawImage(QRectF(area),
                      costStrip(costs, deviceHeight(scene, area.height()), *scene.theme));
}

void paintDensity(QPainter &painter, const TimelineScene &scene, const Lane &lane,
                  const QRect &area) {
    painter.fillRect(area, scene.theme->lane);
    const auto bins = visibleBins(scene, lane);
    painter.drawImage(QRectF(area), densityStrip(bins, deviceHeight(scene, area.height()),
                                                 laneColour(lane, *scene.theme)));
    // Dots under what stands for several events: there is more than a pixel can show.
    const double pixel = 1 / scene.pixelRatio;
    for (size_t column = 0; column < bins.size(); column += 4)
        if (bins[column].count > 1)
            painter.fillRect(
                QRectF(area.left() + static_cast<double>(column) * pixel, area.bottom() + 2, 1, 1),
                scene.theme->secondary);
}

/// Lines from armed to fired; a dot for a firing where there is room, else a tick.
void paintTimer(QPainter &painter, const TimelineScene &scene, const Lane &lane,
                const QRect &area) {
    const auto bins = visibleBins(scene, lane);
    const QColor colour = laneColour(lane, *scene.theme);
    const double middle = area.center().y() + 0.5;
    const double pixel = 1 / scene.pixelRatio;
    const auto xOf = [&](size_t column) {
        return area.left() + static_cast<double>(column) * pixel;
    };
    const QColor pale = mixed(colour, scene.theme->ground, 0.55);
    for (size_t from = 0; from < bins.size();) {
        if (bins[from].busyNs == 0) {
            ++from;
            continue;
        }
        size_t to = from;
        while (to < bins.size() && bins[to].busyNs > 0)
            ++to;
        painter.fillRect(QRectF(xOf(from), middle - 1, xOf(to) - xOf(from), 2), pale);
        from = to;
    }
    std::vector<size_t> fired;
    for (size_t column = 0; column < bins.size(); ++column)
        if (bins[column].kinds & kindBit(EventKind::TimerFired)) fired.push_back(column);
    constexpr double room = 7;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (size_t i = 0; i < fired.size(); ++i) {
        const double x = xOf(fired[i]);
        const bool dense = (i > 0 && x - xOf(fired[i - 1]) < room) ||
                           (i + 1 < fired.size() && xOf(fired[i + 1]) - x < room);
        if (dense)
            painter.fillRect(QRectF(x, middle - 3.5, pixel, 7), colour);
        else
            painter.drawEllipse(QPointF(x + pixel / 2, middle), 2.75, 2.75);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintFoldHandle(QPainter &painter, const QPointF &centre, bool folded, const QColor &colour) {
    QPainterPath triangle;
    if (folded) {
        triangle.moveTo(centre + QPointF(-2.5, -4));
        triangle.lineTo(centre + QPointF(3, 0));
        triangle.lineTo(centre + QPointF(-2.5, 4));
    } else {
        triangle.moveTo(centre + QPointF(-4, -2.5));
        triangle.lineTo(centre + QPointF(4, -2.5));
        triangle.lineTo(centre + QPointF(0, 3));
    }
    triangle.closeSubpath();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(triangle, colour);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintLabel(QPainter &painter, const TimelineScene &scene, const LaneRow &row) {
    const LaneGroup &group = scene.groups[static_cast<size_t>(row.group)];
    const Lane *lane = laneOf(row, scene.groups);
    const bool heads = row.heading && group.foldable;
    const bool title = row.lane < 0;
    const QString label = title && !group.title.isEmpty() ? group.title
                          : lane                          ? lane->label
                                                          : group.title;
    const QString note = title && !group.title.isEmpty() ? group.note
                         : lane                          ? lane->note
                                                         : QString();
    QRect area = scene.rectOf(row);
    area.setLeft(scene.labels.left());
    area.setRight(scene.labels.right() - 10);
    if (!scene.focus.isEmpty() && scene.keyOf(row) == scene.focus)
        painter.fillRect(QRect(area.left() + 2, area.top(), 3, area.height()), scene.theme->accent);
    // A tall lane is named at its top, as its content starts there.
    if (area.height() > 24) area.setHeight(20);
    if (heads)
        paintFoldHandle(painter, QPointF(area.left() + 14, area.center().y() + 0.5), row.folded,
                        scene.theme->text);
    const bool strong = heads || group.title.isEmpty();
    area.setLeft(area.left() + (strong ? 26 : 28));

    painter.setFont(textFont(8.5));
    const int noteWidth = painter.fontMetrics().horizontalAdvance(note);
    painter.setPen(scene.theme->secondary);
    painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, note);

    painter.setFont(textFont(strong ? 9.5 : 9, strong ? QFont::Medium : QFont::Normal));
    painter.setPen(scene.theme->text);
    const int room = area.width() - noteWidth - 10;
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(label, Qt::ElideRight, room));
}

/// The quiet line below a tick: the count in millions where a tick is worth that many; below an
/// axis of other units the virtual time.
QString belowTick(const TimelineScene &scene, const TimeTick &tick, uint64_t stepInstructions) {
    if (scene.axis.scale) {
        return tick.at.value < 10 * nsPerSecond && scene.axis.range.lengthNs() < nsPerSecond
                   ? exactSeconds(tick.at)
                   : duration(tick.at.value);
    }
    if (!scene.picture) return {};
    const auto count = scene.picture->ticks.find(tick.at);
    if (count == scene.picture->ticks.end()) return {};
    return stepInstructions >= 10'000'000 ? shortCount(count->second.value)
                                          : grouped(count->second.value);
}

/// What the two lines of the axis tell.
std::pair<QString, QString> captionsOf(const TimelineScene &scene) {
    const QString time = QStringLiteral("virtual time");
    const QString count = QStringLiteral("instructions");
    if (!scene.axis.scale) return {time, count};
    return {scene.axis.scale->unit() == AxisUnit::Instructions ? count
                                                               : QStringLiteral("wall clock"),
            time};
}

} // namespace

QFont markerFont() {
    return textFont(8.5);
}

void paintFitting(QPainter &painter, const QRect &area, const QStringList &longestFirst) {
    const QFontMetrics metrics = painter.fontMetrics();
    for (const QString &text : longestFirst) {
        if (metrics.horizontalAdvance(text) > area.width()) continue;
        painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
        return;
    }
}

std::vector<MarkerFlag> markerFlags(const TimelineScene &scene, const QRect &area) {
    const QFontMetrics metrics(markerFont());
    std::vector<int> widths;
    for (const RunMarker &marker : scene.run->markers)
        widths.push_back(metrics.horizontalAdvance(QString::fromStdString(marker.name)));
    return layOutMarkers(scene.run->markers, widths, scene.axis,
                         {area.left(), area.right(), area.height() / markerRowHeight});
}

void paintLane(QPainter &painter, const TimelineScene &scene, const LaneRow &row) {
    const Lane *lane = laneOf(row, scene.groups);
    if (!lane || !scene.run) return;
    const QRect area = scene.rectOf(row);
    switch (lane->style) {
    case LaneStyle::Phases: paintPhases(painter, scene, area); break;
    case LaneStyle::Markers: paintMarkers(painter, scene, area); break;
    case LaneStyle::Notes: paintNotes(painter, scene, area); break;
    case LaneStyle::Modes: paintModes(painter, scene, area); break;
    case LaneStyle::HostCost: paintHostCost(painter, scene, area); break;
    case LaneStyle::Density: paintDensity(painter, scene, *lane, area); break;
    case LaneStyle::Timer: paintTimer(painter, scene, *lane, area); break;
    case LaneStyle::Activity: paintActivities(painter, scene, lane->activity, area); break;
    case LaneStyle::Flame: paintFlame(painter, scene, area); break;
    }
}

void paintLabels(QPainter &painter, const TimelineScene &scene) {
    painter.save();
    painter.setClipRect(scene.labels, Qt::IntersectClip);
    for (const LaneRow &row : scene.layout.rows) {
        const QRect clip = scene.clipOf(row);
        if (!scene.rectOf(row).intersects(clip)) continue;
        painter.setClipRect(
            QRect(scene.labels.left(), clip.top(), scene.labels.width(), clip.height()));
        paintLabel(painter, scene, row);
    }
    painter.restore();
    if (scene.layout.pinnedHeight > 0)
        painter.fillRect(QRect(scene.labels.left(),
                               scene.lanes.top() + scene.layout.pinnedHeight - 5,
                               scene.labels.width() + scene.lanes.width(), 1),
                         scene.theme->line);
}

void paintGrid(QPainter &painter, const TimelineScene &scene) {
    for (const TimeTick &tick : scene.ticks().ticks) {
        const int x = static_cast<int>(std::floor(scene.axis.pixelOf(tick.at)));
        painter.fillRect(x, scene.lanes.top() - 4, 1, scene.lanes.height() + 4, scene.theme->grid);
    }
}

void paintHeader(QPainter &painter, const TimelineScene &scene) {
    const TimeTicks ticks = scene.ticks();
    const QRect &header = scene.header;
    const QRect times(header.left(), header.top() + 2, header.width(), 16);
    const QRect counts = times.translated(0, 15);
    const int labelsWidth = scene.labels.width() - 10;
    const uint64_t stepInstructions = ticks.stepNs >> (scene.run ? scene.run->shift : 3);

    // Time reads in text colour, the count beneath it in the quiet one.
    const auto caption = [&](const QRect &line, const QString &text) {
        painter.drawText(QRect(scene.labels.left(), line.top(), labelsWidth, line.height()),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, text);
    };
    painter.setFont(textFont(8.5));
    painter.setPen(ticks.base.isEmpty() ? scene.theme->secondary : scene.theme->text);
    const auto [above, below] = captionsOf(scene);
    caption(times, ticks.base.isEmpty() ? above : ticks.base);
    painter.setPen(scene.theme->secondary);
    caption(counts, below);

    int timesEnd = header.left() - 40;
    int countsEnd = timesEnd;
    const auto label = [&](const QRect &line, int x, const QString &text, int &end) {
        const int width = painter.fontMetrics().horizontalAdvance(text) + 2;
        // Labels stay within the lanes' width and keep apart.
        const int least = line.left() - 4;
        const int most = line.right() + sceneMargin - width;
        const int left = std::clamp(x - width / 2, least, std::max(least, most));
        if (left < end + 8) return;
        painter.drawText(QRect(left, line.top(), width, line.height()),
                         Qt::AlignCenter | Qt::TextSingleLine, text);
        end = left + width;
    };
    for (const TimeTick &tick : ticks.ticks) {
        const int x = static_cast<int>(std::floor(scene.axis.pixelOf(tick.at)));
        painter.setPen(scene.theme->text);
        label(times, x, tick.label, timesEnd);
        const QString second = belowTick(scene, tick, stepInstructions);
        if (second.isEmpty()) continue;
        painter.setPen(scene.theme->secondary);
        label(counts, x, second, countsEnd);
    }
}

void paintBeyondEnd(QPainter &painter, const TimelineScene &scene) {
    if (!scene.run) return;
    const double end = scene.axis.pixelOf(scene.run->end.ns);
    if (end >= scene.lanes.right()) return;
    QRectF rest = scene.lanes;
    rest.setLeft(std::max<double>(end, rest.left()));
    QColor veil = scene.theme->ground;
    veil.setAlpha(180);
    painter.fillRect(rest, veil);
}

} // namespace bootglass
