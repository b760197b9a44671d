// SPDX-License-Identifier: GPL-3.0-or-later
// What a run costs the host: CPU time by what it was spent on. It is written as running totals at
// moments of virtual time (table host_cost_at), exactly where phases start and end, and every few
// hundredths of a second of host time between; what a stretch cost is the difference of two of
// them.
#pragma once

#include "emulator/memory/host_activity.h"
#include "emulator/trace/run_types.h"

#include <span>
#include <vector>

namespace bootglass {

class RunFile;

/// Up to a moment; between two totals in proportion. Nothing if the run does not tell.
HostCost hostCostUntil(RunFile &file, VirtualNs ns);
/// Of each of `pixels` equal parts of a range.
std::vector<HostCost> hostCosts(RunFile &file, TimeRange range, unsigned pixels);
/// Of each part [edges[p], edges[p + 1]) of a range.
std::vector<HostCost> hostCosts(RunFile &file, std::span<const VirtualNs> edges);

/// When the host's clock stood at what: from the run's start to its end, where phases start and
/// end, and between these as the host's CPU time went.
std::vector<WallPoint> wallPoints(RunFile &file);

} // namespace bootglass
