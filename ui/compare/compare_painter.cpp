// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_painter.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/compare/delta_style.h"
#include "ui/timeline/bin_sampling.h"
#include "ui/timeline/lane_painter.h"
#include "ui/timeline/strip_image.h"
#include "ui/timeline/time_ticks.h"

#include <QCoreApplication>
#include <QPainterPath>

#include <cmath>

namespace bootglass {

namespace {

QString tr(const char *text) {
    return QCoreApplication::translate("Compare", text);
}

const ComparedRun &runOf(const CompareScene &scene, Side side) {
    return side == Side::A ? scene.pair->a : scene.pair->b;
}

QColor colourOf(const CompareScene &scene, Side side, size_t phase) {
    return phaseColour(QString::fromStdString(runOf(scene, side).phases[phase].path), *scene.theme);
}

// --- the axis

/// A tick's label: from the marker with a sign, else without a zero of its own.
QString tickLabel(const CompareScene &scene, int64_t ns, uint64_t step) {
    const int decimals = step >= nsPerSecond         ? 0
                         : step >= nsPerSecond / 10  ? 1
                         : step >= nsPerSecond / 100 ? 2
                                                     : 3;
    const double seconds = static_cast<double>(ns) / static_cast<double>(nsPerSecond);
    QString text;
    if (step >= nsPerSecond / 1000) {
        text = QString::number(std::abs(seconds), 'f', decimals) + thinSpace + u's';
    } else {
        text = exactDuration(magnitude(ns));
    }
    if (scene.marker.isEmpty() || ns == 0) return text;
    return (ns < 0 ? QChar(0x2212) : QChar(u'+')) + text;
}

void paintAxis(QPainter &painter, const CompareScene &scene, int bottom) {
    const TimeAxis axis = scene.axis();
    const uint64_t step =
        niceStep(scene.visible.lengthNs(), std::max(2, scene.header.width() / 110));
    const auto zero = static_cast<int64_t>(scene.marker.isEmpty() ? 0 : scene.aligned.zero().value);
    const auto from = static_cast<int64_t>(scene.visible.from.value) - zero;
    const auto signedStep = static_cast<int64_t>(step);
    int64_t tick = from / signedStep * signedStep;
    if (tick < from) tick += signedStep;
    painter.setFont(textFont(8.5));
    double drawnTo = scene.header.left() - 100;
    for (; tick + zero < static_cast<int64_t>(scene.visible.to.value); tick += signedStep) {
        const double x = axis.pixelOf({static_cast<uint64_t>(tick + zero)});
        painter.setPen(scene.theme->grid);
        painter.drawLine(QPointF(std::floor(x) + 0.5, scene.header.bottom() - 3),
                         QPointF(std::floor(x) + 0.5, bottom));
        const QString label = tickLabel(scene, tick, step);
        const int width = painter.fontMetrics().horizontalAdvance(label);
        const double left = std::max<double>(x - width / 2.0, scene.header.left());
        if (left < drawnTo || left + width > scene.area.right()) continue;
        painter.setPen(scene.theme->secondary);
        painter.drawText(QRectF(left, scene.header.top() + 7, width + 1, 16),
                         Qt::AlignLeft | Qt::AlignVCenter, label);
        drawnTo = left + width + 10;
    }
    painter.setFont(textFont(8.5));
    painter.setPen(scene.theme->secondary);
    painter.drawText(
        QRect(scene.area.left() + 14, scene.header.top() + 7, scene.labelWidth - 20, 16),
        Qt::AlignLeft | Qt::AlignVCenter,
        scene.marker.isEmpty() ? tr("virtual time") : tr("from %1").arg(scene.marker));
}

/// The line on which both stand.
void paintZero(QPainter &painter, const CompareScene &scene, int bottom) {
    if (scene.marker.isEmpty()) return;
    const double x = std::floor(scene.axis().pixelOf(scene.aligned.zero())) + 0.5;
    if (x < scene.header.left() || x > scene.header.right() + 1) return;
    painter.setPen(QPen(scene.theme->flag, 1.5));
    painter.drawLine(QPointF(x, scene.header.bottom() - 6), QPointF(x, bottom));
}

// --- phases

void paintBands(QPainter &painter, const CompareScene &scene, Side side) {
    const ComparedRun &run = runOf(scene, side);
    painter.setFont(textFont(9));
    for (size_t row = 0; row < scene.pair->phases.size(); ++row) {
        const DeltaRow &delta = scene.pair->phases[row];
        const auto place = side == Side::A ? delta.placeInA : delta.placeInB;
        if (!place) continue;
        const QRectF band = scene.bandOf(side, *place);
        if (band.isEmpty()) continue;
        const QColor colour = colourOf(scene, side, *place);
        QRectF body = band;
        if (body.width() > 3) body.adjust(0.5, 0, -0.5, 0);
        const double radius = body.width() > 8 ? 2.5 : 0;
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(body, radius, radius);
        if (delta.isNew() || delta.isGone()) {
            QColor hatch = textOn(colour);
            hatch.setAlpha(90);
            painter.setBrush(QBrush(hatch, Qt::BDiagPattern));
            painter.drawRoundedRect(body, radius, radius);
        }
        if (scene.chosen == row || scene.hovered == row) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(scene.theme->text, scene.chosen == row ? 1.6 : 1));
            painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
        }
        const RunPhase &phase = run.phases[*place];
        const QString name = shownLine(phase.name);
        painter.setPen(textOn(colour));
        paintFitting(
            painter, band.toRect().adjusted(6, 0, -5, 0),
            {name + u"  " +
                 amountText(valueOf({phase.instructions(), phase.durationNs(), phase.idleNs(), 1},
                                    scene.measure),
                            scene.measure),
             name});
    }
}

QPainterPath ribbonBetween(const QRectF &a, const QRectF &b) {
    const double top = a.bottom();
    const double bottom = b.top();
    const double bend = (bottom - top) * 0.5;
    QPainterPath path;
    path.moveTo(a.left(), top);
    path.cubicTo(a.left(), top + bend, b.left(), bottom - bend, b.left(), bottom);
    path.lineTo(b.right(), bottom);
    path.cubicTo(b.right(), bottom - bend, a.right(), top + bend, a.right(), top);
    path.closeSubpath();
    return path;
}

void paintRibbons(QPainter &painter, const CompareScene &scene) {
    struct Label {
        QRectF area;
        QString text;
        int64_t change;
    };
    std::vector<Label> labels;
    const QFont font = textFont(9, QFont::DemiBold);
    const QFontMetrics metrics(font);
    double labelEnd = scene.ribbons.left();
    for (size_t row = 0; row < scene.pair->phases.size(); ++row) {
        const DeltaRow &delta = scene.pair->phases[row];
        if (!delta.placeInA || !delta.placeInB) continue;
        const bool emphasized = scene.chosen == row || scene.hovered == row;
        if (!emphasized && !scene.isLeaf(Side::A, *delta.placeInA) &&
            !scene.isLeaf(Side::B, *delta.placeInB))
            continue;
        const QRectF a = scene.wholeBandOf(Side::A, *delta.placeInA);
        const QRectF b = scene.wholeBandOf(Side::B, *delta.placeInB);
        if (a.isEmpty() || b.isEmpty()) continue;
        if (std::max(a.right(), b.right()) < scene.header.left() ||
            std::min(a.left(), b.left()) > scene.header.right())
            continue;
        QColor colour = colourOf(scene, Side::A, *delta.placeInA);
        colour.setAlpha(emphasized ? 120 : scene.theme->dark() ? 60 : 46);
        painter.setBrush(colour);
        QColor edge = colour;
        edge.setAlpha(emphasized ? 200 : 90);
        const bool odd = delta.moved || !delta.renamed.empty();
        painter.setPen(QPen(edge, odd ? 1.4 : 0.8, odd ? Qt::DashLine : Qt::SolidLine));
        painter.drawPath(ribbonBetween(a, b));
        const double left = std::max((a.left() + b.left()) / 2, labelEnd);
        const double right = std::min<double>((a.right() + b.right()) / 2, scene.header.right());
        const int64_t change = delta.delta(scene.measure);
        QString text = deltaText(change, scene.measure);
        if (change == 0) text = tr("same");
        if (odd) text += u"  " + shownLine(delta.change());
        if (right - left < metrics.horizontalAdvance(text) + 10) continue;
        // What is emphasized but has parts leaves the room to the figures of its parts.
        if (!scene.isLeaf(Side::A, *delta.placeInA) && !scene.isLeaf(Side::B, *delta.placeInB))
            continue;
        labels.push_back({QRectF(left, scene.ribbons.top(), right - left, scene.ribbons.height()),
                          text, change});
        labelEnd = right;
    }
    painter.setFont(font);
    for (const Label &label : labels) {
        painter.setPen(deltaTextColour(label.change, *scene.theme));
        painter.drawText(label.area, Qt::AlignCenter | Qt::TextSingleLine, label.text);
    }
}

void paintRunLabel(QPainter &painter, const CompareScene &scene, Side side, const QRect &bands) {
    const ComparedRun &run = runOf(scene, side);
    const QRect badge(scene.area.left() + 14, bands.top(), 20, 20);
    paintRunBadge(painter, badge, side == Side::A, *scene.theme);
    const int left = badge.right() + 9;
    const int width = scene.header.left() - left - 8;
    painter.setFont(textFont(9, QFont::DemiBold));
    painter.setPen(scene.theme->text);
    painter.drawText(
        QRect(left, bands.top() + 1, width, 18),
        Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(shownLine(run.label), Qt::ElideMiddle, width));
    if (bands.height() < 40) return;
    painter.setFont(textFont(8.5));
    painter.setPen(scene.theme->secondary);
    painter.drawText(QRect(left, bands.top() + 20, width, 16),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     amountText(valueOf(run.total(), scene.measure), scene.measure) +
                         (scene.measure == Measure::Instructions ? u" instr" : u""));
}

// --- lanes

/// What a run has on the axis' columns: piece by piece.
template<typename Column, typename Sample>
std::vector<Column> onColumns(const CompareScene &scene, Side side, Sample sample) {
    std::vector<Column> columns(static_cast<size_t>(scene.columns()));
    const double perColumn = static_cast<double>(std::max<uint64_t>(scene.visible.lengthNs(), 1)) /
                             static_cast<double>(columns.size());
    for (const AxisPiece &piece : scene.aligned.pieces(side)) {
        const TimeRange at = piece.positions();
        const VirtualNs from = std::max(at.from, scene.visible.from);
        const VirtualNs to = std::min(at.to, scene.visible.to);
        if (to <= from) continue;
        const auto first = static_cast<size_t>(
            std::floor(static_cast<double>(from - scene.visible.from) / perColumn));
        const size_t last =
            std::min(columns.size(),
                     static_cast<size_t>(
                         std::ceil(static_cast<double>(to - scene.visible.from) / perColumn)));
        if (last <= first) continue;
        const TimeRange inRun{piece.inRun.from + (from - at.from),
                              piece.inRun.from + (to - at.from)};
        const std::vector<Column> part = sample(inRun, static_cast<int>(last - first));
        for (size_t n = 0; n < part.size() && first + n < columns.size(); ++n)
            columns[first + n] = part[n];
    }
    return columns;
}

void paintLanePair(QPainter &painter, const CompareScene &scene, size_t place) {
    const LanePair &lane = scene.lanes[place];
    std::array<std::vector<Bin>, 2> bins;
    for (const Side side : {Side::A, Side::B}) {
        const QRect area = scene.laneOf(place, side);
        painter.fillRect(area, scene.theme->lane);
        const auto &picture = scene.pictures[static_cast<size_t>(side)];
        if (!picture) continue;
        const int height =
            std::max(1, static_cast<int>(std::lround(area.height() * scene.pixelRatio)));
        if (lane.modes) {
            const auto shares =
                onColumns<ModeShare>(scene, side, [&](TimeRange range, int columns) {
                    return sampledShares(picture->modes, picture->range, range, columns);
                });
            painter.drawImage(QRectF(area), modeStrip(shares, height, *scene.theme));
            continue;
        }
        std::vector<Bin> &sum = bins[static_cast<size_t>(side)];
        sum.resize(static_cast<size_t>(scene.columns()));
        for (const TrackId track : side == Side::A ? lane.a : lane.b) {
            const TrackBins *found = picture->binsOf(track);
            if (!found) continue;
            addBins(sum, onColumns<Bin>(scene, side, [&](TimeRange range, int columns) {
                        return sampledBins(found->pixels, picture->range, range, columns);
                    }));
        }
    }
    if (lane.modes) return;
    // One scale for both: heights can be compared.
    const uint64_t most = std::max(tallest(bins[0]), tallest(bins[1]));
    for (const Side side : {Side::A, Side::B}) {
        std::vector<Bin> &columns = bins[static_cast<size_t>(side)];
        if (columns.empty()) continue;
        const QRect area = scene.laneOf(place, side);
        const int height =
            std::max(1, static_cast<int>(std::lround(area.height() * scene.pixelRatio)));
        Bin scale;
        scale.count = most;
        columns.push_back(scale); // out of sight, behind the last column
        const QImage strip =
            densityStrip(columns, height, runColour(side == Side::A, *scene.theme));
        painter.drawImage(QRectF(area), strip, QRectF(0, 0, scene.columns(), strip.height()));
    }
}

void paintLaneLabels(QPainter &painter, const CompareScene &scene, size_t place) {
    const LanePair &lane = scene.lanes[place];
    const QRect top = scene.laneOf(place, Side::A);
    const QRect bottom = scene.laneOf(place, Side::B);
    const int left = scene.area.left() + 14;
    const int width = scene.header.left() - left - 26;
    painter.setFont(textFont(9));
    painter.setPen(scene.theme->text);
    painter.drawText(QRect(left, top.top() - 1, width, top.height() + 2),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(shownLine(lane.label.toStdString()),
                                                      Qt::ElideRight, width));
    painter.setFont(textFont(8));
    if (!lane.modes) {
        const int64_t delta = difference(lane.countA, lane.countB);
        painter.setPen(deltaTextColour(delta, *scene.theme));
        painter.drawText(QRect(left, bottom.top() - 1, width, bottom.height() + 2),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         delta == 0
                             ? tr("%1, the same").arg(grouped(lane.countA))
                             : grouped(lane.countA) + u"  " + deltaText(delta, Measure::Count));
    }
    for (const Side side : {Side::A, Side::B}) {
        const QRect area = scene.laneOf(place, side);
        painter.setFont(textFont(8, QFont::DemiBold));
        painter.setPen(runColour(side == Side::A, *scene.theme));
        painter.drawText(QRect(scene.header.left() - 20, area.top(), 14, area.height()),
                         Qt::AlignRight | Qt::AlignVCenter,
                         side == Side::A ? QStringLiteral("A") : QStringLiteral("B"));
    }
}

// --- the first divergence

void paintDivergence(QPainter &painter, const CompareScene &scene) {
    const QRect &row = scene.rowOfDivergence;
    painter.setFont(textFont(9));
    const bool found = scene.divergence && scene.divergence->found();
    painter.setPen(scene.theme->text);
    painter.drawText(QRect(row.left() + 14, row.top(), scene.labelWidth - 20, row.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("First divergence"));
    const int left = scene.header.left();
    const int width = row.right() - left - 12;
    if (!scene.divergence) {
        painter.setPen(scene.theme->accent);
        painter.drawText(QRect(left, row.top(), width, row.height()),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         tr("find the first event at which the runs part"));
        return;
    }
    double x = left;
    if (found) {
        const ToldEvent &event = scene.divergence->a ? *scene.divergence->a : *scene.divergence->b;
        const Side side = scene.divergence->a ? Side::A : Side::B;
        x = std::clamp<double>(
            scene.axis().pixelOf(scene.aligned.positionOf(side, event.stored.event.ns)), left,
            scene.header.right());
        painter.setPen(QPen(scene.theme->flag, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, scene.bandsA.top()), QPointF(x, row.top() + 6));
        painter.setPen(Qt::NoPen);
        painter.setBrush(scene.theme->flag);
        painter.drawPolygon(
            QPolygonF({QPointF(x, row.center().y() - 5.5), QPointF(x + 6, row.center().y() + 5),
                       QPointF(x - 6, row.center().y() + 5)}));
    }
    const QString text = QString::fromStdString(divergenceSentence(*scene.divergence));
    painter.setPen(scene.theme->secondary);
    const QFontMetrics metrics = painter.fontMetrics();
    // At the right of the sign, or at its left where there is more room.
    const double right = row.right() - 12 - x - 12;
    const double before = x - left - 12;
    if (right >= before || right >= metrics.horizontalAdvance(text)) {
        painter.drawText(QRectF(x + (found ? 12 : 0), row.top(), right, row.height()),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(text, Qt::ElideRight, static_cast<int>(right)));
    } else {
        painter.drawText(QRectF(left, row.top(), before, row.height()),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(text, Qt::ElideRight, static_cast<int>(before)));
    }
}

} // namespace

void paintRunBadge(QPainter &painter, const QRectF &area, bool isA, const Theme &theme) {
    const QColor colour = runColour(isA, theme);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(area, 4, 4);
    painter.setFont(textFont(9, QFont::DemiBold));
    painter.setPen(textOn(colour));
    painter.drawText(area, Qt::AlignCenter, isA ? QStringLiteral("A") : QStringLiteral("B"));
}

void paintComparison(QPainter &painter, const CompareScene &scene) {
    painter.fillRect(scene.area, scene.theme->ground);
    if (!scene.pair) return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int bottom = scene.rowOfDivergence.top();
    paintAxis(painter, scene, bottom);
    for (size_t place = 0; place < scene.lanes.size(); ++place) {
        paintLanePair(painter, scene, place);
        paintLaneLabels(painter, scene, place);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setClipRect(scene.header.united(scene.rowOfDivergence).adjusted(-6, 0, 6, 0));
    paintRibbons(painter, scene);
    paintBands(painter, scene, Side::A);
    paintBands(painter, scene, Side::B);
    painter.restore();
    paintZero(painter, scene, bottom);
    paintRunLabel(painter, scene, Side::A, scene.bandsA);
    paintRunLabel(painter, scene, Side::B, scene.bandsB);
    paintDivergence(painter, scene);
}

} // namespace bootglass
