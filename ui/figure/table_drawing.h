// SPDX-License-Identifier: GPL-3.0-or-later
// A table as part of a figure: a column of names, columns of numbers at their right edges, and, if
// there is room, a column of bars. Any figure that is a table is drawn and written as LaTeX by it.
#pragma once

#include "emulator/trace/result.h"
#include "ui/figure/figure.h"

namespace bootglass {

struct DrawnRow {
    int depth = 0;
    QString name;
    QStringList cells; // numbers as text
    double bar = 0;    // 0 to 1, or -1 to 1; drawn behind the last column
    Swatch swatch;
    bool strong = false;
};

struct DrawnTable {
    QStringList heads;      // of the name and of each cell
    QStringList latexHeads; // the same for LaTeX; empty: heads
    std::vector<DrawnRow> rows;
    bool bars = true;
};

/// Names are shortened where the width asks for it; columns that do not fit at all are an error.
Result<Drawing> drawTable(const DrawnTable &content, const FigureSpec &spec);
QString latexTable(const DrawnTable &content);
/// Text of people and guests, fit for LaTeX: what has a meaning there is escaped, and what pdfTeX
/// has no letter for becomes a question mark.
QString latexText(const QString &text);

} // namespace bootglass
