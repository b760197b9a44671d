// SPDX-License-Identifier: GPL-3.0-or-later
// A picture's bins brought onto the columns of another range: one to one where the picture fits,
// merged or repeated where it is older than the view. Values in, values out.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/timeline/time_axis.h"

#include <span>

namespace bootglass {

/// The bins of `range` on `columns` columns that show `view`. Columns outside are empty.
std::vector<Bin> sampledBins(std::span<const Bin> bins, TimeRange range, TimeRange view,
                             int columns);
std::vector<ModeShare> sampledShares(std::span<const ModeShare> shares, TimeRange range,
                                     TimeRange view, int columns);
std::vector<HostCost> sampledCosts(std::span<const HostCost> costs, TimeRange range, TimeRange view,
                                   int columns);
/// Column by column the sum of all.
void addBins(std::vector<Bin> &sum, std::span<const Bin> bins);

/// The range to ask for, so that panning has something to show at once: up to a view more on each
/// side, in whole columns of the view. Columns is made the number of its pixels.
TimeRange withWings(TimeRange view, TimeRange whole, unsigned &columns);

} // namespace bootglass
