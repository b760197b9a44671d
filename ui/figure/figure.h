// SPDX-License-Identifier: GPL-3.0-or-later
// A finished figure as a value: its geometry, the numbers that it plots, and what it says about
// itself: the runs, their inputs' hashes, the command that draws it again, a description for
// readers who cannot see it. What draws one kind of figure is in a file of its own; files of any
// format are written from this value (ui/export). Nothing in it depends on the day or the computer.
#pragma once

#include "ui/figure/drawing.h"
#include "ui/figure/figure_spec.h"
#include "ui/run/run_snapshot.h"

#include <functional>

namespace bootglass {

/// The numbers of a figure, a row per thing that is drawn; a number is written as it is, exactly.
struct FigureTable {
    struct Cell {
        QString text;
        bool number = false;
        Cell(QString t) : text(std::move(t)) {}
        Cell(uint64_t n) : text(QString::number(n)), number(true) {}
        Cell(int64_t n) : text(QString::number(n)), number(true) {}
        Cell(double n) : text(QString::number(n, 'g', 12)), number(true) {}
        bool operator==(const Cell &) const = default;
    };
    QStringList columns;
    std::vector<std::vector<Cell>> rows;
};

/// What a figure tells of a run it is made from.
struct FigureRun {
    QString name; // of its file
    QString digest;
    QString ended;
    std::vector<InputFile> inputs;
};

struct FigureFacts {
    QString title;
    QString description;
    QString command; // that draws it again
    QString writer;  // "Bootglass 0.1.0"
    std::vector<FigureRun> runs;
};

struct Figure {
    FigureSpec spec;
    Drawing drawing;
    FigureTable data;
    FigureFacts facts;
    /// As a table of LaTeX (booktabs), where the figure is one.
    QString latexTable;
};

/// Names an address; empty: it has no name.
using AddressNames = std::function<std::string(uint32_t)>;

/// Draws the figure that the spec tells from a run. `outFile` is only named in the command.
Result<Figure> makeFigure(RunReader &reader, const FigureSpec &spec, const QString &outFile,
                          const AddressNames &names = {});

/// The range of a run that a spec asks for.
Result<TimeRange> rangeOf(const FigureSpec &spec, const RunSnapshot &run);
FigureRun figureRun(const RunSnapshot &run);

} // namespace bootglass
