// SPDX-License-Identifier: GPL-3.0-or-later
// Where the samples of a run lie, as a flame graph: a row per level, as wide as its share of the
// samples, the whole at the bottom.
#pragma once

#include "ui/figure/figure.h"
#include "ui/figure/flame_tree.h"

namespace bootglass {

Result<Figure> flameFigure(RunReader &reader, const RunSnapshot &run, const FigureSpec &spec,
                           const AddressNames &names);

} // namespace bootglass
