// SPDX-License-Identifier: GPL-3.0-or-later
// A run in Chrome's trace event format (JSON), which Perfetto (ui.perfetto.dev), chrome://tracing
// and speedscope open: a process for each group of tracks, a thread for each track, spans as
// complete events (ph X), points as instants (i), markers as global instants, the CPU's shares as a
// counter (C). Times are µs of virtual time with all three decimals, so nothing is rounded.
#pragma once

#include "emulator/trace/run_reader.h"

namespace bootglass {

Result<void> writePerfettoTrace(RunReader &reader, TimeRange range, const std::string &outFile);

} // namespace bootglass
