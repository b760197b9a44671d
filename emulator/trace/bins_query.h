// SPDX-License-Identifier: GPL-3.0-or-later
// Draws tracks into pixels. Where few events are in view they are drawn one by one, exactly. Else
// the range is taken from the roll-up whose bin is at most a pixel; while a run is recorded, its
// last moments are not in that roll-up yet and come from finer ones, and the very last, up to 8 ms,
// from single events.
#pragma once

#include "emulator/trace/run_file.h"

#include <span>
#include <vector>

namespace bootglass {

inline constexpr unsigned mostPixels = 65536;

std::vector<TrackBins> queryBins(RunFile &file, std::span<const TrackId> tracks, TimeRange range,
                                 unsigned pixels);
/// Pixel p is [edges[p], edges[p + 1]): for axes that fold time.
std::vector<TrackBins> queryBins(RunFile &file, std::span<const TrackId> tracks,
                                 std::span<const VirtualNs> edges);

} // namespace bootglass
