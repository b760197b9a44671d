// SPDX-License-Identifier: GPL-3.0-or-later
// Where a difference comes from: A's total, a step for each phase that changed, B's total, from top
// to bottom, so that names have room in a column of a paper. The axis begins near the steps; the
// totals' bars are marked as cut where they begin below.
#include "emulator/trace/comparison_waterfall.h"
#include "ui/base/guest_text.h"
#include "ui/figure/comparison_figure.h"
#include "ui/figure/type_metrics.h"
#include "ui/timeline/time_ticks.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr size_t mostSteps = 12;

QString nameOf(const WaterfallStep &step) {
    const QString path = shownLine(step.name);
    QString name = path.mid(path.lastIndexOf(u'/') + 1);
    if (step.own) name += QStringLiteral(", rest");
    if (step.isNew) name += QStringLiteral(" (new)");
    if (step.isGone) name += QStringLiteral(" (gone)");
    return name;
}

class WaterfallPainter {
  public:
    WaterfallPainter(const Waterfall &waterfall, const FigureSpec &spec)
        : waterfall_(waterfall),
          spec_(spec),
          palette_(spec.palette),
          metrics_(spec.family),
          type_(std::max(leastType, spec.typeSize - 0.5)),
          small_(std::max(leastType, spec.typeSize - 1)) {}

    Result<Drawing> paint() {
        const double title = spec_.title.isEmpty() ? 0 : spec_.typeSize * 1.7;
        const double axis = 4 + small_ * 1.3 + type_ * 1.4;
        const auto rows = static_cast<double>(waterfall_.steps.size() + 2);
        const double needed = title + rows * type_ * 1.6 + axis;
        if (spec_.height > 0 && spec_.height < needed)
            return Error{"the figure is too low for its steps: it needs a height of " +
                         std::to_string(static_cast<int>(std::ceil(needed))) + "pt"};
        const double height = spec_.height > 0 ? spec_.height : std::ceil(needed);
        row_ = (height - title - axis) / rows;
        drawing_ = Drawing(QSizeF(spec_.width, height), spec_.family, spec_.typeSize);
        if (title > 0)
            drawing_.label({{0, spec_.typeSize},
                            metrics_.fitting(spec_.title, spec_.typeSize, spec_.width, true),
                            spec_.typeSize,
                            true,
                            Anchor::Left,
                            palette_.text});
        place(title, height - axis);
        axisLines();
        total(0, waterfall_.fromTotal, QStringLiteral("A, total"));
        for (size_t n = 0; n < waterfall_.steps.size(); ++n)
            step(n + 1, waterfall_.steps[n]);
        total(waterfall_.steps.size() + 1, waterfall_.toTotal, QStringLiteral("B, total"));
        return drawing_;
    }

  private:
    void place(double top, double bottom) {
        double names = 0;
        double numbers = 0;
        low_ = std::min(waterfall_.fromTotal, waterfall_.toTotal);
        high_ = std::max(waterfall_.fromTotal, waterfall_.toTotal);
        for (const WaterfallStep &step : waterfall_.steps) {
            names = std::max(names, metrics_.width(nameOf(step), type_));
            numbers = std::max(numbers,
                               metrics_.width(deltaWords(step.delta, waterfall_.measure), small_));
            low_ = std::min(low_, step.after);
            high_ = std::max(high_, step.after);
        }
        names = std::max(names, metrics_.width(QStringLiteral("A, total"), type_, true));
        for (const int64_t value : {waterfall_.fromTotal, waterfall_.toTotal})
            numbers = std::max(numbers, metrics_.width(totalWords(value), small_, true));
        nameRoom_ = std::min(names, spec_.width * 0.36);
        const double left = nameRoom_ + type_ * 0.7;
        plot_ = QRectF(left, top, spec_.width - left - 2, bottom - top);
        numberRoom_ = numbers + type_ * 0.6;
        const int64_t span = std::max<int64_t>(high_ - low_, 1);
        cut_ = span < high_ / 3;
        // Numbers stand at the right of their bars, so the plot goes on beyond the longest one.
        low_ = cut_ ? std::max<int64_t>(low_ - span / 3, 0) : 0;
    }
    QString totalWords(int64_t value) const {
        return amountWords(static_cast<uint64_t>(std::max<int64_t>(value, 0)), waterfall_.measure);
    }
    double xOf(int64_t value) const {
        const double length = plot_.width() - numberRoom_;
        return plot_.left() + length * static_cast<double>(value - low_) /
                                  static_cast<double>(std::max<int64_t>(high_ - low_, 1));
    }
    QRectF rowOf(size_t n) const {
        return {plot_.left(), plot_.top() + static_cast<double>(n) * row_, plot_.width(), row_};
    }

    void axisLines() {
        const bool time = waterfall_.measure != Measure::Instructions;
        const auto span = static_cast<uint64_t>(std::max<int64_t>(high_ - low_, 1));
        const int most = static_cast<int>((plot_.width() - numberRoom_) / (small_ * 4));
        const uint64_t step = niceStep(span, std::max(most, 4));
        const double base = plot_.bottom() + 3.5 + small_ * TypeMetrics::ascent;
        const uint64_t unit = time ? (step >= 10'000'000 ? 1'000'000'000 : 1'000'000)
                              : step >= 10'000'000 ? 1'000'000'000
                              : step >= 10'000     ? 1'000'000
                                                   : 1'000;
        int digits = 0;
        for (uint64_t part = unit; part > 1 && step % part != 0; part /= 10)
            ++digits;
        digits = std::min(digits, 3);
        for (auto at = (static_cast<uint64_t>(low_) + step - 1) / step * step;
             at <= static_cast<uint64_t>(high_); at += step) {
            const double x = xOf(static_cast<int64_t>(at));
            drawing_.line({x, plot_.top()}, {x, plot_.bottom()}, palette_.grid);
            drawing_.line({x, plot_.bottom()}, {x, plot_.bottom() + 2.5}, palette_.text, 0.6);
            drawing_.label(
                {{x, base},
                 QString::number(static_cast<double>(at) / static_cast<double>(unit), 'f', digits),
                 small_,
                 false,
                 Anchor::Centre,
                 palette_.text});
        }
        drawing_.line(plot_.bottomLeft(), {xOf(high_), plot_.bottom()}, palette_.text, 0.6);
        QString title =
            time ? QStringLiteral("virtual time (%1)")
                       .arg(unit == 1'000'000 ? QStringLiteral("ms") : QStringLiteral("s"))
                 : QStringLiteral("instructions (%1)")
                       .arg(unit == 1'000'000'000 ? QStringLiteral("10⁹")
                            : unit == 1'000'000   ? QStringLiteral("10⁶")
                                                  : QStringLiteral("10³"));
        if (cut_) title += QStringLiteral(", axis is cut");
        drawing_.label({{(plot_.left() + xOf(high_)) / 2, base + type_ * 1.3},
                        title,
                        type_,
                        false,
                        Anchor::Centre,
                        palette_.text});
    }
    void name(size_t n, const QString &words, bool strong) {
        const QRectF row = rowOf(n);
        drawing_.label({{nameRoom_, row.center().y() + type_ * TypeMetrics::middle},
                        metrics_.fitting(words, type_, nameRoom_ + 0.01, strong),
                        type_,
                        strong,
                        Anchor::Right,
                        palette_.text});
    }
    void number(size_t n, double right, const QString &words, bool strong) {
        drawing_.label({{right + type_ * 0.4, rowOf(n).center().y() + small_ * TypeMetrics::middle},
                        words,
                        small_,
                        strong,
                        Anchor::Left,
                        palette_.text});
    }
    void total(size_t n, int64_t value, const QString &words) {
        const QRectF row = rowOf(n);
        const QRectF bar(plot_.left(), row.top() + row_ * 0.16,
                         std::max(xOf(value) - plot_.left(), 0.8), row_ * 0.68);
        drawing_.area(bar, palette_.quiet);
        if (cut_) { // it begins far to the left
            const double x = plot_.left() + type_ * 0.9;
            const double slope = type_ * 0.25;
            for (const double at : {x, x + type_ * 0.35})
                drawing_.line({at - slope, bar.bottom() + 0.5}, {at + slope, bar.top() - 0.5},
                              Qt::white, 1.2);
        }
        name(n, words, true);
        number(n, bar.right(), totalWords(value), true);
    }
    void step(size_t n, const WaterfallStep &step) {
        const QRectF row = rowOf(n);
        const double from = xOf(std::min(step.before, step.after));
        const double to = xOf(std::max(step.before, step.after));
        const QRectF bar(from, row.top() + row_ * 0.16, std::max(to - from, 0.8), row_ * 0.68);
        // The sum goes on from bar to bar.
        const double sum = xOf(step.before);
        drawing_.line({sum, rowOf(n - 1).bottom() - row_ * 0.16}, {sum, bar.top()}, palette_.quiet);
        const double next = xOf(step.after);
        drawing_.line({next, bar.bottom()}, {next, row.bottom() + row_ * 0.16}, palette_.quiet);
        const Swatch swatch = step.delta > 0 ? palette_.more() : palette_.less();
        hatched(drawing_, {bar}, swatch.colour, swatch.hatch);
        name(n, nameOf(step), false);
        number(n, bar.right(), deltaWords(step.delta, waterfall_.measure), false);
    }

    const Waterfall &waterfall_;
    const FigureSpec &spec_;
    FigurePalette palette_;
    TypeMetrics metrics_;
    double type_;
    double small_;
    double row_ = 0;
    QRectF plot_;
    double nameRoom_ = 0;
    double numberRoom_ = 0;
    int64_t low_ = 0;
    int64_t high_ = 1;
    bool cut_ = false;
    Drawing drawing_;
};

} // namespace

Result<Figure> waterfallFigure(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec) {
    const Waterfall whole = waterfall(a, b, measureOf(spec));
    const Waterfall shown = abridged(whole, mostSteps);
    Figure figure;
    figure.spec = spec;
    auto drawing = WaterfallPainter(shown, spec).paint();
    if (!drawing) return drawing.error();
    figure.drawing = std::move(*drawing);
    figure.data.columns = {QStringLiteral("step"), QStringLiteral("delta"),
                           QStringLiteral("before"), QStringLiteral("after")};
    figure.data.rows.push_back(
        {QStringLiteral("A, total"), int64_t{0}, whole.fromTotal, whole.fromTotal});
    for (const WaterfallStep &step : whole.steps)
        figure.data.rows.push_back({shownLine(step.name), step.delta, step.before, step.after});
    figure.data.rows.push_back(
        {QStringLiteral("B, total"), int64_t{0}, whole.toTotal, whole.toTotal});
    figure.facts.description =
        QStringLiteral("Waterfall from the total of boot A, %1, to that of boot B, %2, with a step "
                       "for each phase that changed.")
            .arg(amountWords(static_cast<uint64_t>(std::max<int64_t>(whole.fromTotal, 0)),
                             whole.measure),
                 amountWords(static_cast<uint64_t>(std::max<int64_t>(whole.toTotal, 0)),
                             whole.measure));
    return figure;
}

} // namespace bootglass
