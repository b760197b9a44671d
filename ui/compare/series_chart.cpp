// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/series_chart.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/compare/delta_style.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr int titleRoom = 34;
constexpr int labelRoom = 22;
constexpr int smallHeight = 58;
constexpr int smallColumns = 3;
constexpr size_t mostMultiples = 6;

/// What all labels begin with says nothing.
qsizetype commonPrefix(const std::vector<ComparedRun> &runs) {
    std::string prefix = runs.front().label;
    for (const ComparedRun &run : runs) {
        const auto [mine, theirs] = std::ranges::mismatch(prefix, run.label);
        prefix.erase(mine, prefix.end());
    }
    // Not within a word or a number.
    const size_t cut = prefix.find_last_of("-_. /");
    return cut == std::string::npos ? 0 : static_cast<qsizetype>(cut) + 1;
}

double xOf(const QRectF &plot, size_t run, size_t count) {
    if (count < 2) return plot.center().x();
    return plot.left() + plot.width() * static_cast<double>(run) / static_cast<double>(count - 1);
}

} // namespace

SeriesChart::SeriesChart(QWidget *parent) : QWidget(parent), theme_(&Theme::light()) {
    setMinimumHeight(150);
    setAccessibleName(tr("The series of runs"));
}

void SeriesChart::setRuns(std::shared_ptr<const std::vector<ComparedRun>> runs) {
    runs_ = std::move(runs);
    rows_ = runs_ ? seriesRows(*runs_, 0, ComparedBy::Phase) : std::vector<SeriesRow>();
    update();
}

void SeriesChart::setPair(size_t a, size_t b) {
    a_ = a;
    b_ = b;
    update();
}

void SeriesChart::setMeasure(Measure measure) {
    measure_ = measure;
    update();
}

void SeriesChart::setPhase(const QString &path) {
    phase_ = path;
    update();
}

void SeriesChart::setTheme(const Theme &theme) {
    theme_ = &theme;
    update();
}

std::vector<uint64_t> SeriesChart::totals() const {
    std::vector<uint64_t> values;
    for (const ComparedRun &run : *runs_)
        values.push_back(valueOf(run.total(), measure_));
    return values;
}

std::vector<uint64_t> SeriesChart::valuesOf(const SeriesRow &row) const {
    std::vector<uint64_t> values;
    for (size_t run = 0; run < row.runs.size(); ++run)
        values.push_back(row.value(run, measure_));
    return values;
}

QRectF SeriesChart::mainPlot() const {
    const bool multiples = height() > 260;
    const int below = multiples ? 2 * (smallHeight + 22) + 6 : 0;
    return QRectF(34, titleRoom + 18, width() - 68,
                  std::max(30, height() - titleRoom - 18 - labelRoom - 12 - below));
}

std::optional<size_t> SeriesChart::runAt(QPoint at) const {
    if (!runs_ || runs_->empty()) return std::nullopt;
    const QRectF plot = mainPlot();
    if (at.y() > plot.bottom() + labelRoom + 6) return std::nullopt;
    const auto count = runs_->size();
    size_t best = 0;
    for (size_t run = 1; run < count; ++run)
        if (std::abs(xOf(plot, run, count) - at.x()) < std::abs(xOf(plot, best, count) - at.x()))
            best = run;
    return best;
}

void SeriesChart::paintLine(QPainter &painter, const QRectF &plot,
                            const std::vector<uint64_t> &values, bool isMain) const {
    const auto [least, most] = std::ranges::minmax(values);
    const auto span = static_cast<double>(std::max<uint64_t>(most - least, 1));
    const auto yOf = [&](uint64_t value) {
        if (most == least) return plot.center().y();
        return plot.bottom() - plot.height() * static_cast<double>(value - least) / span;
    };
    QPolygonF line;
    for (size_t run = 0; run < values.size(); ++run)
        line << QPointF(xOf(plot, run, values.size()), yOf(values[run]));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(mixed(theme_->secondary, theme_->text, 0.3), isMain ? 1.6 : 1.2));
    painter.drawPolyline(line);
    for (size_t run = 0; run < values.size(); ++run) {
        const bool inPair = run == a_ || run == b_;
        const QColor colour =
            inPair ? runColour(run == a_, *theme_) : mixed(theme_->secondary, theme_->text, 0.3);
        painter.setPen(QPen(theme_->ground, 1.5));
        painter.setBrush(colour);
        const double radius = (isMain ? 4.5 : 2.6) + (inPair && isMain ? 1 : 0);
        painter.drawEllipse(line[static_cast<qsizetype>(run)], radius, radius);
    }
    if (!isMain) return;
    painter.setFont(textFont(8.5));
    double drawnTo = -100;
    for (size_t run = 0; run < values.size(); ++run) {
        const QPointF at = line[static_cast<qsizetype>(run)];
        const bool base = run == a_;
        const int64_t delta = difference(values[a_], values[run]);
        // Of a series' runs the differences are read, not what they have in common.
        const QString text = base ? amountText(values[run], measure_) : deltaText(delta, measure_);
        const int width = painter.fontMetrics().horizontalAdvance(text);
        if (at.x() - width / 2.0 < drawnTo) continue;
        painter.setPen(base ? theme_->text : deltaTextColour(delta, *theme_));
        const double left = std::clamp<double>(at.x() - 60, 4 + width / 2.0 - 60,
                                               this->width() - 4 - width / 2.0 - 60);
        painter.drawText(QRectF(left, at.y() - 23, 120, 15), Qt::AlignCenter, text);
        drawnTo = at.x() + width / 2.0 + 6;
    }
}

void SeriesChart::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_->ground);
    if (!runs_ || runs_->size() < 2) return;
    painter.setRenderHint(QPainter::Antialiasing);
    const auto chosen = std::ranges::find(rows_, phase_.toStdString(), &SeriesRow::name);
    const bool whole = phase_.isEmpty() || chosen == rows_.end();
    painter.setFont(textFont(10, QFont::DemiBold));
    painter.setPen(theme_->text);
    painter.drawText(QRect(14, 8, width() - 28, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Series: %1, %2")
                         .arg(whole ? tr("the whole boot") : shownLine(phase_.toStdString()),
                              measureText(measure_)));
    const QRectF plot = mainPlot();
    paintLine(painter, plot, whole ? totals() : valuesOf(*chosen), true);

    const qsizetype prefix = commonPrefix(*runs_);
    painter.setFont(textFont(8.5));
    double drawnTo = -100;
    for (size_t run = 0; run < runs_->size(); ++run) {
        const QString label = shownLine((*runs_)[run].label).mid(prefix);
        const double x = xOf(plot, run, runs_->size());
        const int textWidth = painter.fontMetrics().horizontalAdvance(label);
        const double left =
            std::clamp<double>(x - textWidth / 2.0, 4, std::max(4, width() - textWidth - 4));
        if (left < drawnTo) continue;
        painter.setPen(run == a_   ? runColour(true, *theme_)
                       : run == b_ ? runColour(false, *theme_)
                                   : theme_->secondary);
        painter.drawText(QPointF(left, plot.bottom() + labelRoom), label);
        drawnTo = left + textWidth + 8;
    }
    if (height() <= 260) return;

    RowFilter filter;
    filter.measure = measure_;
    filter.leastDifference = 1;
    const std::vector<SeriesRow> most = filtered(rows_, 0, filter);
    const double top = plot.bottom() + labelRoom + 16;
    const double slot = (width() - 28.0) / smallColumns;
    for (size_t n = 0; n < std::min(most.size(), mostMultiples); ++n) {
        const double left = 14 + slot * static_cast<double>(n % smallColumns);
        const double y = top + static_cast<double>(n / smallColumns) * (smallHeight + 20);
        const QString path = shownLine(most[n].name);
        painter.setFont(textFont(8));
        painter.setPen(theme_->secondary);
        painter.drawText(QRectF(left, y, slot - 10, 14), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(path.mid(path.lastIndexOf(u'/') + 1),
                                                          Qt::ElideRight,
                                                          static_cast<int>(slot) - 10));
        const QRectF small(left, y + 16, slot - 12, smallHeight - 18);
        painter.fillRect(small, theme_->lane);
        paintLine(painter, small.adjusted(6, 6, -6, -6), valuesOf(most[n]), false);
    }
}

void SeriesChart::mouseReleaseEvent(QMouseEvent *event) {
    if (const auto run = runAt(event->position().toPoint())) emit runChosen(*run);
}

bool SeriesChart::event(QEvent *event) {
    if (event->type() == QEvent::ToolTip && runs_) {
        const auto *help = static_cast<QHelpEvent *>(event);
        if (const auto run = runAt(help->pos())) {
            const ComparedRun &shown = (*runs_)[*run];
            QToolTip::showText(help->globalPos(),
                               shownLine(shown.label) + u"\n" + grouped(shown.end.icount.value) +
                                   tr(" instructions\n") + exactSeconds(shown.end.ns),
                               this);
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace bootglass
