// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/figure.h"

#include "ui/base/guest_text.h"
#include "ui/figure/flame_figure.h"
#include "ui/figure/phase_figure.h"
#include "ui/figure/timeline_figure.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace bootglass {

namespace {

Result<Figure> draw(RunReader &reader, const RunSnapshot &run, const FigureSpec &spec,
                    const AddressNames &names) {
    switch (spec.kind) {
    case FigureKind::Timeline: return timelineFigure(reader, run, spec);
    case FigureKind::Phases: return phaseFigure(run, spec);
    case FigureKind::Flame: return flameFigure(reader, run, spec, names);
    case FigureKind::Compare:
    case FigureKind::Waterfall:
    case FigureKind::Changes: break;
    }
    return Error{"this figure compares runs and needs two of them"};
}

} // namespace

Result<TimeRange> rangeOf(const FigureSpec &spec, const RunSnapshot &run) {
    const TimeRange range{spec.from ? spec.from->ns : VirtualNs{0},
                          spec.until ? spec.until->ns : run.end.ns};
    if (range.lengthNs() == 0) return Error{run.path + ": there is no time in this range"};
    return range;
}

FigureRun figureRun(const RunSnapshot &run) {
    return {shownLine(QFileInfo(QString::fromStdString(run.path)).fileName().toStdString()),
            shownLine(run.info.digest), shownLine(run.info.ended), run.info.inputs};
}

Result<Figure> makeFigure(RunReader &reader, const FigureSpec &spec, const QString &outFile,
                          const AddressNames &names) {
    if (const auto possible = checkFigure(spec); !possible) return possible.error();
    const auto run = takeSnapshot(reader);
    if (!run) return run.error();
    auto figure = draw(reader, *run, spec, names);
    if (!figure) return figure.error();
    FigureFacts &facts = figure->facts;
    facts.runs = {figureRun(*run)};
    facts.title =
        spec.title.isEmpty() ? facts.runs.front().name + u": " + nameOf(spec.kind) : spec.title;
    facts.command = commandOf(spec, {facts.runs.front().name}, outFile);
    facts.writer = u"Bootglass " + QCoreApplication::applicationVersion();
    return figure;
}

} // namespace bootglass
