// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/waterfall_view.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/compare/delta_style.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr int leftRoom = 76; // the axis' figures
constexpr int rightRoom = 20;
constexpr int topRoom = 26;
constexpr int bottomRoom = 38;
constexpr double leastBar = 74; // so that a name fits below it
constexpr int cutHeight = 10;

QString tr(const char *text) {
    return QCoreApplication::translate("Compare", text);
}

/// Where everything stands: a plain value.
struct Layout {
    QRectF plot;
    int64_t low = 0; // the value at the plot's bottom
    int64_t high = 1;
    bool cut = false; // the axis does not begin at zero
    double slot = 1;

    double yOf(int64_t value) const {
        const double share = static_cast<double>(value - low) / static_cast<double>(high - low);
        return plot.bottom() - (cut ? cutHeight : 0) -
               share * (plot.height() - (cut ? cutHeight : 0));
    }
    QRectF bar(size_t place, int64_t from, int64_t to) const {
        const double width = std::min(slot * 0.74, 96.0);
        const double left = plot.left() + (static_cast<double>(place) + 0.5) * slot - width / 2;
        const double top = yOf(std::max(from, to));
        return {left, top, width, std::max(yOf(std::min(from, to)) - top, 1.5)};
    }
};

size_t stepsThatFit(int width) {
    const double bars = std::max(4.0, (width - leftRoom - rightRoom) / leastBar);
    return static_cast<size_t>(bars) - 2;
}

Layout layOut(const QRect &area, const Waterfall &waterfall) {
    Layout layout;
    layout.plot = QRectF(area.left() + leftRoom, area.top() + topRoom,
                         area.width() - leftRoom - rightRoom, area.height() - topRoom - bottomRoom);
    int64_t low = std::min(waterfall.fromTotal, waterfall.toTotal);
    int64_t high = std::max(waterfall.fromTotal, waterfall.toTotal);
    for (const WaterfallStep &step : waterfall.steps) {
        low = std::min(low, step.after);
        high = std::max(high, step.after);
    }
    const int64_t span = std::max<int64_t>(high - low, 1);
    // A difference of a quarter is seen from zero, too.
    layout.cut = span < high / 4;
    layout.low = layout.cut ? low - span / 3 : 0;
    layout.high = high + span / 12 + 1;
    if (layout.cut && layout.low < 0) layout.low = 0;
    layout.slot = layout.plot.width() / static_cast<double>(waterfall.steps.size() + 2);
    return layout;
}

QString shortStepName(const WaterfallStep &step) {
    const QString path = shownLine(step.name);
    QString name = path.mid(path.lastIndexOf(u'/') + 1);
    if (step.own) name += tr(": other");
    return name;
}

/// Figures of the axis: as many digits as tell two ticks apart.
QString axisText(int64_t value, int64_t step, Measure measure) {
    const bool time = measure == Measure::VirtualTime || measure == Measure::Idle;
    constexpr std::pair<int64_t, const char16_t *> counts[] = {
        {1'000'000'000, u"G"}, {1'000'000, u"M"}, {1'000, u"k"}, {1, u""}};
    constexpr std::pair<int64_t, const char16_t *> times[] = {
        {1'000'000'000, u"s"}, {1'000'000, u"ms"}, {1'000, u"µs"}, {1, u"ns"}};
    for (const auto &[size, unit] : time ? times : counts) {
        if (value < size && size > 1) continue;
        int decimals = 0;
        for (int64_t part = size; part > 1 && step % part != 0 && decimals < 6; part /= 10)
            ++decimals;
        // A finer unit reads better than many decimals.
        if (decimals > 2 && size > 1) continue;
        const auto whole = static_cast<uint64_t>(value / size);
        QString text = grouped(whole);
        if (decimals > 0) {
            const double rest = static_cast<double>(value % size) / static_cast<double>(size);
            text += QString::number(rest, 'f', decimals).mid(1);
        }
        return *unit ? text + thinSpace + QStringView(unit) : text;
    }
    return grouped(static_cast<uint64_t>(value));
}

int64_t tickStep(int64_t span) {
    const auto least = static_cast<double>(span) / 5;
    double power = 1;
    while (power * 10 <= least)
        power *= 10;
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (factor * power >= least) return static_cast<int64_t>(factor * power);
    return static_cast<int64_t>(10 * power);
}

void paintAxis(QPainter &painter, const Layout &layout, const Waterfall &waterfall,
               const Theme &theme) {
    painter.setFont(textFont(8.5));
    const int64_t step = std::max<int64_t>(tickStep(layout.high - layout.low), 1);
    for (int64_t tick = (layout.low + step - 1) / step * step; tick <= layout.high; tick += step) {
        const double y = std::floor(layout.yOf(tick)) + 0.5;
        if (layout.cut && y > layout.plot.bottom() - 28) continue; // there it is told to be cut
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(layout.plot.left(), y), QPointF(layout.plot.right(), y));
        painter.setPen(theme.secondary);
        painter.drawText(QRectF(layout.plot.left() - leftRoom, y - 9, leftRoom - 10, 18),
                         Qt::AlignRight | Qt::AlignVCenter,
                         axisText(tick, step, waterfall.measure));
    }
    painter.setPen(QPen(theme.secondary, 1));
    const double bottom = std::floor(layout.plot.bottom()) + 0.5;
    painter.drawLine(QPointF(layout.plot.left(), bottom), QPointF(layout.plot.right(), bottom));
    if (!layout.cut) return;
    painter.setPen(theme.secondary);
    painter.setFont(textFont(8));
    painter.drawText(QRectF(layout.plot.left() - leftRoom, bottom - 20, leftRoom - 10, 14),
                     Qt::AlignRight | Qt::AlignVCenter, tr("axis is cut"));
}

/// Two waves through a bar that stands for more than is drawn.
void paintCut(QPainter &painter, const QRectF &bar, double y, const Theme &theme) {
    QPainterPath wave;
    const double step = bar.width() / 8;
    wave.moveTo(bar.left() - 3, y);
    for (int n = 0; n < 9; ++n) {
        const double x = bar.left() - 3 + n * (bar.width() + 6) / 8;
        wave.quadTo(x - step / 2, y + (n % 2 ? -5 : 5), x, y);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.ground, 4));
    painter.drawPath(wave);
}

void paintName(QPainter &painter, const Layout &layout, size_t place, const QString &name,
               const QColor &colour) {
    const double centre = layout.plot.left() + (static_cast<double>(place) + 0.5) * layout.slot;
    const int width = static_cast<int>(layout.slot) - 4;
    painter.setFont(textFont(8.5));
    painter.setPen(colour);
    painter.drawText(QRectF(centre - layout.slot / 2, layout.plot.bottom() + 6, layout.slot, 18),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(name, Qt::ElideMiddle, width));
}

void paintTotal(QPainter &painter, const Layout &layout, size_t place, int64_t value,
                const QString &name, Measure measure, const Theme &theme) {
    const QRectF bar =
        layout.bar(place, layout.low, value).adjusted(0, 0, 0, layout.cut ? cutHeight : 0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(theme.secondary, theme.text, theme.dark() ? 0.1 : 0.35));
    painter.drawRoundedRect(bar, 2, 2);
    if (layout.cut) paintCut(painter, bar, layout.plot.bottom() - cutHeight, theme);
    painter.setFont(textFont(9, QFont::DemiBold));
    painter.setPen(theme.text);
    const bool time = measure == Measure::VirtualTime || measure == Measure::Idle;
    const auto amount = static_cast<uint64_t>(std::max<int64_t>(value, 0));
    painter.drawText(QRectF(bar.center().x() - 80, bar.top() - 19, 160, 16), Qt::AlignCenter,
                     time ? duration(amount) : shortCount(amount));
    paintName(painter, layout, place, name, theme.text);
}

} // namespace

void paintWaterfall(QPainter &painter, const QRect &area, const Waterfall &whole,
                    const Theme &theme) {
    const Waterfall waterfall = abridged(whole, stepsThatFit(area.width()));
    const Layout layout = layOut(area, waterfall);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintAxis(painter, layout, waterfall, theme);
    painter.setRenderHint(QPainter::Antialiasing);
    paintTotal(painter, layout, 0, waterfall.fromTotal, tr("A, total"), waterfall.measure, theme);
    double lineFrom = layout.bar(0, 0, 0).right();
    int64_t sum = waterfall.fromTotal;
    for (size_t n = 0; n <= waterfall.steps.size(); ++n) {
        const double y = layout.yOf(sum);
        const double lineTo = layout.bar(n + 1, 0, 0).left();
        painter.setPen(QPen(theme.secondary, 1, Qt::DotLine));
        painter.drawLine(QPointF(lineFrom, y), QPointF(lineTo, y));
        if (n == waterfall.steps.size()) break;
        const WaterfallStep &step = waterfall.steps[n];
        const QRectF bar = layout.bar(n + 1, step.before, step.after);
        painter.setPen(Qt::NoPen);
        painter.setBrush(deltaColour(step.delta, theme));
        painter.drawRoundedRect(bar, 1.5, 1.5);
        painter.setFont(textFont(9));
        painter.setPen(deltaTextColour(step.delta, theme));
        painter.drawText(QRectF(bar.center().x() - 70, bar.top() - 18, 140, 16), Qt::AlignCenter,
                         deltaText(step.delta, waterfall.measure));
        paintName(painter, layout, n + 1, shortStepName(step), theme.secondary);
        lineFrom = bar.right();
        sum = step.after;
    }
    paintTotal(painter, layout, waterfall.steps.size() + 1, waterfall.toTotal, tr("B, total"),
               waterfall.measure, theme);
}

WaterfallView::WaterfallView(QWidget *parent) : QWidget(parent), theme_(&Theme::light()) {
    setMinimumHeight(170);
    setAccessibleName(tr("Where the difference comes from"));
    setMouseTracking(true);
}

void WaterfallView::setWaterfall(Waterfall waterfall) {
    waterfall_ = std::move(waterfall);
    update();
}

void WaterfallView::setTheme(const Theme &theme) {
    theme_ = &theme;
    update();
}

void WaterfallView::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_->ground);
    shown_ = abridged(waterfall_, stepsThatFit(width()));
    if (waterfall_.fromTotal == 0 && waterfall_.toTotal == 0) {
        painter.setFont(textFont(9.5));
        painter.setPen(theme_->secondary);
        painter.drawText(rect(), Qt::AlignCenter, tr("Neither run has any of it."));
        return;
    }
    paintWaterfall(painter, rect(), waterfall_, *theme_);
}

const WaterfallStep *WaterfallView::stepAt(int x) const {
    const Layout layout = layOut(rect(), shown_);
    const double place = (x - layout.plot.left()) / layout.slot - 1;
    if (place < 0 || place >= static_cast<double>(shown_.steps.size())) return nullptr;
    return &shown_.steps[static_cast<size_t>(place)];
}

void WaterfallView::mouseReleaseEvent(QMouseEvent *event) {
    if (const WaterfallStep *step = stepAt(event->position().toPoint().x()))
        emit chosen(QString::fromStdString(step->name));
}

bool WaterfallView::event(QEvent *event) {
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        if (const WaterfallStep *step = stepAt(help->pos().x())) {
            QString text = shownLine(step->name);
            if (step->own) text += tr(", outside of its parts");
            if (step->isNew) text += tr(" (new)");
            if (step->isGone) text += tr(" (gone)");
            text +=
                u"\n" + exactDelta(step->delta, shown_.measure) + thinSpace +
                (shown_.measure == Measure::Instructions ? measureText(shown_.measure) : QString());
            QToolTip::showText(help->globalPos(), text, this);
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace bootglass
