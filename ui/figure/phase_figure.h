// SPDX-License-Identifier: GPL-3.0-or-later
// The phase table of a run as a figure, and as a table of LaTeX in the manner of booktabs: rules at
// the top, below the head and at the end, and none between columns.
#pragma once

#include "ui/figure/figure.h"

namespace bootglass {

Result<Figure> phaseFigure(const RunSnapshot &run, const FigureSpec &spec);

} // namespace bootglass
