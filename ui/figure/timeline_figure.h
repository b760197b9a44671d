// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline of a run as a figure: phases, markers, who had the CPU, and densities of events,
// above one axis of virtual time or of instructions.
#pragma once

#include "ui/figure/figure.h"

namespace bootglass {

Result<Figure> timelineFigure(RunReader &reader, const RunSnapshot &run, const FigureSpec &spec);

} // namespace bootglass
