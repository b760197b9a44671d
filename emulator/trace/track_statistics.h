// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of one track in a range: of its spans' lengths, or of the gaps between its events.
#pragma once

#include "emulator/trace/run_file.h"

namespace bootglass {

/// From single events where they are kept and not too many, else what the roll-ups tell.
std::vector<TrackStatistics> queryStatistics(RunFile &file, std::span<const TrackId> tracks,
                                             TimeRange range);

} // namespace bootglass
