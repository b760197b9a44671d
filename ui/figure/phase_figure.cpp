// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/phase_figure.h"

#include "emulator/trace/analysis.h"
#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/figure/table_drawing.h"

namespace bootglass {

namespace {

QString seconds(uint64_t ns) {
    return QString::number(static_cast<double>(ns) / static_cast<double>(nsPerSecond), 'f', 3);
}

QString millions(uint64_t instructions) {
    const uint64_t tenths = (instructions + 50'000) / 100'000;
    return grouped(tenths / 10) + u'.' + QString::number(tenths % 10);
}

QString share(double part) {
    if (part > 0 && part < 0.0005) return QStringLiteral("<0.1 %");
    return QString::number(part * 100, 'f', 1) + u" %";
}

QString description(const std::vector<PhaseRow> &rows) {
    QString text = QStringLiteral("Table of a boot's phases with their instructions, virtual time "
                                  "and idle time");
    const PhaseRow *longest = nullptr;
    for (const PhaseRow &row : rows)
        if (row.phase.depth == 0 && (!longest || row.durationNs > longest->durationNs))
            longest = &row;
    if (longest)
        text += u"; the longest is " + shownLine(longest->phase.name) + u" with " +
                duration(longest->durationNs) + u", " + percent(longest->timeShare) +
                u" of the boot";
    return text + u'.';
}

} // namespace

Result<Figure> phaseFigure(const RunSnapshot &run, const FigureSpec &spec) {
    const auto range = rangeOf(spec, run);
    if (!range) return range.error();
    std::vector<PhaseRow> rows;
    for (const PhaseRow &row : phaseTable(run.phases, run.end)) {
        const bool instant = row.phase.start.ns >= range->from && row.phase.start.ns < range->to;
        if (instant || (row.phase.start.ns < range->to && row.phase.end.ns > range->from))
            rows.push_back(row);
    }
    if (rows.empty()) return Error{run.path + ": no phase lies in this range"};

    const FigurePalette palette(spec.palette);
    DrawnTable content;
    content.heads = {QStringLiteral("Phase"), QStringLiteral("Instr. (10⁶)"),
                     QStringLiteral("Time (s)"), QStringLiteral("Idle (s)"),
                     QStringLiteral("Share")};
    content.latexHeads = {QStringLiteral("Phase"), QStringLiteral("Instructions"),
                          QStringLiteral("Virtual time (s)"), QStringLiteral("Idle (s)"),
                          QStringLiteral("Share")};
    Figure figure;
    figure.spec = spec;
    figure.data.columns = {QStringLiteral("phase"),        QStringLiteral("depth"),
                           QStringLiteral("start_ns"),     QStringLiteral("end_ns"),
                           QStringLiteral("instructions"), QStringLiteral("own_instructions"),
                           QStringLiteral("duration_ns"),  QStringLiteral("idle_ns"),
                           QStringLiteral("time_share")};
    DrawnTable latex = content;
    for (const PhaseRow &row : rows) {
        const QString path = QString::fromStdString(row.phase.path);
        DrawnRow cells{row.phase.depth,
                       shownLine(row.phase.name),
                       {millions(row.instructions), seconds(row.durationNs), seconds(row.idleNs),
                        share(row.timeShare)},
                       row.timeShare,
                       palette.phase(path),
                       false};
        content.rows.push_back(cells);
        cells.cells.front() = grouped(row.instructions);
        latex.rows.push_back(std::move(cells));
        figure.data.rows.push_back({shownLine(row.phase.path),
                                    static_cast<int64_t>(row.phase.depth), row.phase.start.ns.value,
                                    row.phase.end.ns.value, row.instructions, row.ownInstructions,
                                    row.durationNs, row.idleNs, row.timeShare});
    }
    auto drawing = drawTable(content, spec);
    if (!drawing) return drawing.error();
    figure.drawing = std::move(*drawing);
    figure.latexTable = latexTable(latex);
    figure.facts.description = description(rows);
    return figure;
}

} // namespace bootglass
