// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/histogram_view.h"

#include "ui/base/number_format.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <span>

namespace bootglass {

HistogramView::HistogramView(QWidget *parent) : QWidget(parent), theme_(&Theme::light()) {
    setMinimumSize(220, 120);
    setAccessibleName(tr("Histogram"));
}

void HistogramView::setTheme(const Theme &theme) {
    theme_ = &theme;
    update();
}

void HistogramView::show(const TrackStatistics &statistics, const QString &title, bool spans) {
    statistics_ = statistics;
    title_ = title;
    spans_ = spans;
    setAccessibleDescription(
        tr("%1: %2 values, median %3")
            .arg(title, grouped(statistics.samples), exactDuration(statistics.p50Ns)));
    update();
}

void HistogramView::clear() {
    statistics_ = {};
    title_.clear();
    setAccessibleDescription({});
    update();
}

std::pair<size_t, size_t> HistogramView::powers() const {
    const auto &bars = statistics_.histogram;
    size_t first = 0;
    while (first + 1 < bars.size() && bars[first] == 0)
        ++first;
    size_t last = bars.size() - 1;
    while (last > first && bars[last] == 0)
        --last;
    // One bar alone would fill the plot and say nothing of its neighbours.
    return {first > 0 ? first - 1 : first, std::min(last + 1, bars.size() - 1)};
}

QRect HistogramView::plot() const {
    return rect().adjusted(14, 30, -14, -24);
}

double HistogramView::xOf(uint64_t ns) const {
    const auto [first, last] = powers();
    const double power = ns == 0 ? 0 : std::log2(static_cast<double>(ns)) + 1;
    const double share =
        (power - static_cast<double>(first)) / static_cast<double>(last - first + 1);
    return plot().left() + std::clamp(share, 0.0, 1.0) * plot().width();
}

void HistogramView::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_->ground);
    painter.setFont(textFont(9, QFont::Medium));
    painter.setPen(theme_->text);
    const QRect head(14, 6, width() - 28, 18);
    if (statistics_.samples == 0) {
        painter.setPen(theme_->secondary);
        painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter,
                         title_.isEmpty() ? tr("Choose a lane for its histogram")
                                          : tr("%1: no single values here").arg(title_));
        return;
    }
    painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(spans_ ? tr("%1: how long").arg(title_)
                                                             : tr("%1: gaps between").arg(title_),
                                                      Qt::ElideRight, head.width()));
    const auto [first, last] = powers();
    const QRect area = plot();
    const auto bars = std::span(statistics_.histogram).subspan(first, last - first + 1);
    const uint64_t most = std::max<uint64_t>(std::ranges::max(bars), 1);
    const double width = static_cast<double>(area.width()) / static_cast<double>(bars.size());
    const QColor colour = sourceColour(title_, *theme_);
    for (size_t bar = 0; bar < bars.size(); ++bar) {
        if (bars[bar] == 0) continue;
        const double share = static_cast<double>(bars[bar]) / static_cast<double>(most);
        const double height = std::max(1.0, share * area.height());
        painter.fillRect(QRectF(area.left() + static_cast<double>(bar) * width + 0.5,
                                area.bottom() + 1 - height, std::max(width - 1, 1.0), height),
                         colour);
    }
    painter.fillRect(area.left(), area.bottom() + 1, area.width(), 1, theme_->line);
    painter.setFont(textFont(8));
    const std::pair<uint64_t, QString> marks[] = {{statistics_.p50Ns, QStringLiteral("p50")},
                                                  {statistics_.p95Ns, QStringLiteral("p95")},
                                                  {statistics_.p99Ns, QStringLiteral("p99")}};
    double taken = area.left() - 40;
    for (const auto &[ns, name] : marks) {
        const double x = std::floor(xOf(ns));
        painter.fillRect(QRectF(x, area.top(), 1, area.height()), theme_->flag);
        if (x < taken + 24) continue;
        painter.setPen(theme_->flag);
        painter.drawText(QRectF(x + 3, area.top() - 2, 40, 12), Qt::AlignLeft, name);
        taken = x;
    }
    painter.setPen(theme_->secondary);
    const QRect foot(area.left(), area.bottom() + 4, area.width(), 16);
    const auto edge = [](size_t power) { return power == 0 ? 0 : uint64_t{1} << (power - 1); };
    painter.drawText(foot, Qt::AlignLeft, duration(edge(first)));
    painter.drawText(foot, Qt::AlignHCenter, tr("twice as long with each bar"));
    painter.drawText(foot, Qt::AlignRight, duration(edge(std::min<size_t>(last + 1, 63))));
}

bool HistogramView::event(QEvent *event) {
    if (event->type() != QEvent::ToolTip || statistics_.samples == 0) return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto [first, last] = powers();
    const double share = static_cast<double>(help->x() - plot().left()) / plot().width();
    if (share < 0 || share >= 1) return QWidget::event(event);
    const size_t power = first + static_cast<size_t>(share * static_cast<double>(last - first + 1));
    const uint64_t from = power == 0 ? 0 : uint64_t{1} << (power - 1);
    QToolTip::showText(help->globalPos(),
                       tr("%1 of %2 from %3 to below %4")
                           .arg(grouped(statistics_.histogram[power]), grouped(statistics_.samples),
                                exactDuration(from),
                                exactDuration(uint64_t{1} << std::min<size_t>(power, 63))),
                       this);
    return true;
}

} // namespace bootglass
