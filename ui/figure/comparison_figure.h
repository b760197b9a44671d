// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs as figures: their phases face to face with ribbons between what belongs together; where
// the difference comes from, step by step; the table of differences, as LaTeX, too. The numbers are
// those of `bootglass compare`.
#pragma once

#include "emulator/trace/comparison.h"
#include "ui/figure/figure.h"

namespace bootglass {

/// Whether a kind of figure is made from two runs.
constexpr bool isOfTwoRuns(FigureKind kind) {
    return kind == FigureKind::Compare || kind == FigureKind::Waterfall ||
           kind == FigureKind::Changes;
}

/// What a figure of two runs looks at: instructions, or virtual time.
Measure measureOf(const FigureSpec &spec);
/// "+96.1 M", "−12.3 ms", "0"
QString deltaWords(int64_t delta, Measure measure);
QString amountWords(uint64_t amount, Measure measure);

/// `outFile` is only named in the command.
Result<Figure> makeComparison(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec,
                              const QString &outFile);

/// The same from the files: `a` is open, the other is opened for it.
Result<Figure> makeComparison(RunReader &a, const std::string &otherFile, const FigureSpec &spec,
                              const QString &outFile);

// --- one kind each
Result<Figure> facingFigure(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec);
Result<Figure> waterfallFigure(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec);
Result<Figure> changesFigure(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec);

} // namespace bootglass
