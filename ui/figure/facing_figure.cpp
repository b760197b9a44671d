// SPDX-License-Identifier: GPL-3.0-or-later
// The phases of two runs face to face on one axis from reset, with ribbons between those that
// belong together. Of A the deepest phases are at the bottom, of B at the top, so that they meet.
#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/base/theme.h"
#include "ui/figure/comparison_figure.h"
#include "ui/figure/type_metrics.h"
#include "ui/timeline/time_ticks.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr int mostRows = 3;

class FacingPainter {
  public:
    FacingPainter(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec)
        : a_(a),
          b_(b),
          spec_(spec),
          palette_(spec.palette),
          metrics_(spec.family),
          measure_(measureOf(spec)),
          type_(spec.typeSize),
          small_(std::max(leastType, spec.typeSize - 1)) {}

    Result<Drawing> paint() {
        end_ = std::max({endOf(a_), endOf(b_), uint64_t{1}});
        for (const ComparedRun *run : {&a_, &b_})
            for (const RunPhase &phase : run->phases)
                rows_ = std::max(rows_, std::min(phase.depth + 1, mostRows));
        const double title = spec_.title.isEmpty() ? 0 : type_ * 1.7;
        const double axis = 4 + small_ * 1.3 + type_ * 1.4;
        const double key = small_ * 2.6;
        row_ = small_ * 1.55;
        const double needed = title + key + 2 * rows_ * row_ + row_ * 1.5 + axis;
        if (spec_.height > 0 && spec_.height < needed)
            return Error{"the figure is too low for its phases: it needs a height of " +
                         std::to_string(static_cast<int>(std::ceil(needed))) + "pt"};
        ribbon_ = spec_.height > 0 ? spec_.height - (needed - row_ * 1.5) : row_ * 2.6;
        const double height =
            spec_.height > 0 ? spec_.height : std::ceil(needed - row_ * 1.5 + ribbon_);
        drawing_ = Drawing(QSizeF(spec_.width, height), spec_.family, spec_.typeSize);
        if (title > 0)
            drawing_.label({{0, type_},
                            metrics_.fitting(spec_.title, type_, spec_.width, true),
                            type_,
                            true,
                            Anchor::Left,
                            palette_.text});
        left_ = metrics_.width(QStringLiteral("B"), type_, true) + type_ * 0.7;
        width_ = spec_.width - left_ - type_ * 1.2;
        top_ = title + key;
        keyLines(title);
        axisLines(height - axis);
        ribbons();
        bands(a_, true);
        bands(b_, false);
        return drawing_;
    }

  private:
    uint64_t placeOf(const RunPoint &point) const {
        return measure_ == Measure::Instructions ? point.icount.value : point.ns.value;
    }
    uint64_t endOf(const ComparedRun &run) const { return placeOf(run.end); }
    double xOf(uint64_t value) const {
        return left_ + width_ * static_cast<double>(value) / static_cast<double>(end_);
    }
    double topOf(int depth, bool isA) const {
        if (isA) return top_ + depth * row_;
        return top_ + rows_ * row_ + ribbon_ + (rows_ - 1 - depth) * row_;
    }
    QRectF rectOf(const RunPhase &phase, bool isA) const {
        const double from = xOf(placeOf(phase.start));
        const double to = xOf(placeOf(phase.end));
        return {from, topOf(phase.depth, isA) + 0.5, std::max(to - from, leastStroke), row_ - 1};
    }

    void keyLines(double y) {
        for (const auto &[letter, run] : {std::pair("A", &a_), std::pair("B", &b_)}) {
            const QString words =
                QStringLiteral("%1  %2: %3, %4 instructions")
                    .arg(QString::fromLatin1(letter), shownLine(run->label),
                         duration(run->end.ns.value), shortCount(run->end.icount.value));
            drawing_.label({{left_, y + small_},
                            metrics_.fitting(words, small_, spec_.width - left_),
                            small_,
                            false,
                            Anchor::Left,
                            palette_.text});
            y += small_ * 1.25;
        }
    }
    void axisLines(double bottom) {
        const bool time = measure_ != Measure::Instructions;
        const int most = std::max(3, static_cast<int>(width_ / (small_ * 3.4)));
        const uint64_t step = niceStep(end_, most);
        struct Unit {
            uint64_t size;
            const char16_t *name;
        };
        constexpr Unit times[] = {{1'000'000'000, u"s"}, {1'000'000, u"ms"}, {1'000, u"µs"}};
        constexpr Unit counts[] = {{1'000'000'000, u"10⁹"}, {1'000'000, u"10⁶"}, {1'000, u"10³"}};
        const Unit *unit = time ? times : counts;
        for (int n = 0; n < 2 && step * 100 < unit->size; ++n)
            ++unit;
        int digits = 0;
        for (uint64_t part = unit->size; part > 1 && step % part != 0; part /= 10)
            ++digits;
        double base = bottom + 3.5 + small_ * TypeMetrics::ascent;
        for (uint64_t at = 0; at <= end_; at += step) {
            const double x = xOf(at);
            drawing_.line({x, top_}, {x, bottom}, palette_.grid);
            drawing_.line({x, bottom}, {x, bottom + 2.5 * drawing_.unit()}, palette_.text, 0.6);
            drawing_.label(
                {{x, base},
                 QString::number(static_cast<double>(at) / static_cast<double>(unit->size), 'f',
                                 std::min(digits, 3)),
                 small_,
                 false,
                 Anchor::Centre,
                 palette_.text});
        }
        drawing_.line({left_, bottom}, {left_ + width_, bottom}, palette_.text, 0.6);
        drawing_.label({{left_ + width_ / 2, base + type_ * 1.3},
                        QStringLiteral("%1 (%2)").arg(time ? QStringLiteral("virtual time")
                                                           : QStringLiteral("instructions"),
                                                      QStringView(unit->name).toString()),
                        type_,
                        false,
                        Anchor::Centre,
                        palette_.text});
    }
    /// Phases that have no parts among those drawn.
    static bool isLeaf(const std::vector<RunPhase> &phases, size_t place) {
        if (phases[place].depth + 1 >= mostRows) return true;
        return std::ranges::none_of(phases, [&](const RunPhase &other) {
            return other.parent != 0 && other.parent == phases[place].id;
        });
    }
    void ribbons() {
        for (const DeltaRow &row : deltaRows(a_, b_, ComparedBy::Phase)) {
            if (!row.placeInA || !row.placeInB || row.depth >= mostRows) continue;
            if (!isLeaf(a_.phases, *row.placeInA) || !isLeaf(b_.phases, *row.placeInB)) continue;
            const RunPhase &inA = a_.phases[*row.placeInA];
            const RunPhase &inB = b_.phases[*row.placeInB];
            if (inA.depth >= mostRows || inB.depth >= mostRows) continue;
            const QRectF above = rectOf(inA, true);
            const QRectF below = rectOf(inB, false);
            const QColor colour = palette_.phase(QString::fromStdString(inA.path)).colour;
            drawing_.area(QPolygonF({above.bottomLeft(), above.bottomRight(), below.topRight(),
                                     below.topLeft()}),
                          mixed(colour, Qt::white, 0.72));
            if (std::max(above.width(), below.width()) < 2) continue;
            drawing_.line(above.bottomRight(), below.topRight(), mixed(colour, Qt::black, 0.2));
        }
    }
    void bands(const ComparedRun &run, bool isA) {
        const double first = topOf(isA ? 0 : rows_ - 1, isA);
        drawing_.label({{0, first + rows_ * row_ / 2 + type_ * TypeMetrics::middle},
                        isA ? QStringLiteral("A") : QStringLiteral("B"),
                        type_,
                        true,
                        Anchor::Left,
                        palette_.text});
        std::vector<size_t> siblings(mostRows);
        for (const RunPhase &phase : run.phases) {
            if (phase.depth < 0 || phase.depth >= rows_) continue;
            const size_t nth = siblings[static_cast<size_t>(phase.depth)]++;
            band(phase, nth, rectOf(phase, isA));
        }
    }
    void band(const RunPhase &phase, size_t nth, const QRectF &rect) {
        Swatch swatch = palette_.phase(QString::fromStdString(phase.path));
        if (phase.depth > 0) swatch.hatch = nth % 2 ? Hatch::Falling : Hatch::None;
        drawing_.area(rect, swatch.colour);
        const double room = rect.width() - small_ * 0.8;
        const QString name = shownLine(phase.name);
        const QString amount = amountWords(measure_ == Measure::Instructions ? phase.instructions()
                                                                             : phase.durationNs(),
                                           measure_);
        QString shown;
        for (const QString &words : {QString(name + u"  " + amount), name}) {
            if (metrics_.width(words, small_) > room) continue;
            shown = words;
            break;
        }
        const double half = metrics_.width(shown, small_) / 2 + small_ * 0.35;
        const double centre = rect.center().x();
        std::vector<QRectF> hatch = {rect};
        if (!shown.isEmpty())
            hatch = {
                QRectF(rect.left(), rect.top(), centre - half - rect.left(), rect.height()),
                QRectF(centre + half, rect.top(), rect.right() - centre - half, rect.height())};
        if (rect.width() > 2) {
            drawHatch(drawing_, hatch, swatch.colour, swatch.hatch);
            drawing_.line(rect.topRight(), rect.bottomRight(), Qt::white, 0.6);
        }
        drawing_.label({{centre, rect.center().y() + small_ * TypeMetrics::middle},
                        shown,
                        small_,
                        false,
                        Anchor::Centre,
                        textOn(swatch.colour)});
    }

    const ComparedRun &a_;
    const ComparedRun &b_;
    const FigureSpec &spec_;
    FigurePalette palette_;
    TypeMetrics metrics_;
    Measure measure_;
    double type_;
    double small_;
    uint64_t end_ = 1;
    int rows_ = 1;
    double row_ = 0;
    double ribbon_ = 0;
    double left_ = 0;
    double width_ = 0;
    double top_ = 0;
    Drawing drawing_;
};

} // namespace

Result<Figure> facingFigure(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec) {
    Figure figure;
    figure.spec = spec;
    auto drawing = FacingPainter(a, b, spec).paint();
    if (!drawing) return drawing.error();
    figure.drawing = std::move(*drawing);
    figure.data.columns = {QStringLiteral("run"),        QStringLiteral("phase"),
                           QStringLiteral("depth"),      QStringLiteral("start_icount"),
                           QStringLiteral("end_icount"), QStringLiteral("start_ns"),
                           QStringLiteral("end_ns")};
    for (const auto &[letter, run] : {std::pair("A", &a), std::pair("B", &b)})
        for (const RunPhase &phase : run->phases)
            figure.data.rows.push_back({QString::fromLatin1(letter), shownLine(phase.path),
                                        static_cast<int64_t>(phase.depth), phase.start.icount.value,
                                        phase.end.icount.value, phase.start.ns.value,
                                        phase.end.ns.value});
    figure.facts.description =
        QStringLiteral("The phases of two boots, A above B, on one axis from reset, with ribbons "
                       "between phases that belong together.");
    return figure;
}

} // namespace bootglass
