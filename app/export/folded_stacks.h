// SPDX-License-Identifier: GPL-3.0-or-later
// A run's samples as folded stacks, for flamegraph.pl, inferno, speedscope and Perfetto.
#pragma once

#include "emulator/trace/run_reader.h"

#include <functional>

namespace bootglass {

Result<void> writeFoldedStacks(RunReader &reader, TimeRange range,
                               const std::function<std::string(uint32_t)> &names,
                               const std::string &outFile);

} // namespace bootglass
