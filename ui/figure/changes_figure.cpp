// SPDX-License-Identifier: GPL-3.0-or-later
// The table of differences by phase.
#include "ui/base/guest_text.h"
#include "ui/figure/comparison_figure.h"
#include "ui/figure/table_drawing.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

QString percentWords(const DeltaRow &row, Measure measure) {
    if (row.isNew()) return QStringLiteral("new");
    if (row.isGone()) return QStringLiteral("gone");
    const auto percent = row.percent(measure);
    if (!percent) return {};
    const QString number = QString::number(std::abs(*percent), 'f', 1) + u" %";
    if (std::abs(*percent) < 0.05) return QStringLiteral("0.0 %");
    return (*percent < 0 ? QStringLiteral("−") : QStringLiteral("+")) + number;
}

} // namespace

Result<Figure> changesFigure(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec) {
    const Measure measure = measureOf(spec);
    const FigurePalette palette(spec.palette);
    const auto rows = deltaRows(a, b, ComparedBy::Phase);
    Figure figure;
    figure.spec = spec;
    figure.data.columns = {QStringLiteral("phase"),
                           QStringLiteral("depth"),
                           QStringLiteral("a_instructions"),
                           QStringLiteral("b_instructions"),
                           QStringLiteral("a_ns"),
                           QStringLiteral("b_ns"),
                           QStringLiteral("delta_instructions"),
                           QStringLiteral("delta_ns"),
                           QStringLiteral("change")};
    DrawnTable content;
    content.heads = {QStringLiteral("Phase"), QStringLiteral("A"), QStringLiteral("B"),
                     QStringLiteral("Δ"), QStringLiteral("Δ %")};
    uint64_t most = 1;
    for (const DeltaRow &row : rows)
        most = std::max(most, magnitude(row.delta(measure)));
    const auto line = [&](const QString &name, int depth, const DeltaRow &row, bool strong) {
        const int64_t delta = row.delta(measure);
        const double bar = static_cast<double>(delta) / static_cast<double>(most);
        content.rows.push_back({depth,
                                name,
                                {row.a ? amountWords(row.inA(measure), measure) : QString(),
                                 row.b ? amountWords(row.inB(measure), measure) : QString(),
                                 deltaWords(delta, measure), percentWords(row, measure)},
                                strong ? 0 : bar,
                                delta > 0 ? palette.more() : palette.less(),
                                strong});
    };
    for (const DeltaRow &row : rows) {
        const QString path = shownLine(row.name);
        QString name = path.mid(path.lastIndexOf(u'/') + 1);
        if (row.moved) name += QStringLiteral(" (moved)");
        line(name, row.depth, row, false);
        figure.data.rows.push_back({path, static_cast<int64_t>(row.depth),
                                    row.inA(Measure::Instructions), row.inB(Measure::Instructions),
                                    row.inA(Measure::VirtualTime), row.inB(Measure::VirtualTime),
                                    row.delta(Measure::Instructions),
                                    row.delta(Measure::VirtualTime), shownLine(row.change())});
    }
    DeltaRow total;
    total.a = a.total();
    total.b = b.total();
    line(QStringLiteral("total"), 0, total, true);
    auto drawing = drawTable(content, spec);
    if (!drawing) return drawing.error();
    figure.drawing = std::move(*drawing);
    figure.latexTable = latexTable(content);
    figure.facts.description =
        QStringLiteral("Table of the differences between two boots, A and B, by phase.");
    return figure;
}

} // namespace bootglass
