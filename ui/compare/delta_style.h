// SPDX-License-Identifier: GPL-3.0-or-later
// How more and less look: orange with ▲ and blue with ▼, which the colour-blind can tell apart, and
// which are legible without colours.
#pragma once

#include "emulator/trace/comparison.h"
#include "ui/base/theme.h"

namespace bootglass {

/// Of bars and areas.
QColor deltaColour(int64_t delta, const Theme &theme);
/// Of words and figures: darker in light, so that they can be read.
QColor deltaTextColour(int64_t delta, const Theme &theme);
/// The colours of the two runs: of their letters and their lanes.
QColor runColour(bool isA, const Theme &theme);

/// "▲ 20.7 M", "▼ 312 k", "0": for reading at a glance.
QString deltaText(int64_t delta, Measure measure);
/// "+20 662 461", "−38": all digits.
QString exactDelta(int64_t delta, Measure measure);
QString amountText(uint64_t value, Measure measure);
/// "+0.89 %"; empty where there is nothing to be a part of.
QString percentDelta(const std::optional<double> &percent);
/// "instructions", "virtual time", …
QString measureText(Measure measure);

} // namespace bootglass
