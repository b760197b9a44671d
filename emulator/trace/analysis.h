// SPDX-License-Identifier: GPL-3.0-or-later
// What people ask of a run, as tables of plain values: where the instructions and the time went.
// Uses the reader's values only, so that window and command line show the same numbers.
#pragma once

#include "emulator/trace/run_types.h"

#include <vector>

namespace bootglass {

/// A line of the phase table. Shares are of the whole run, 0 to 1.
struct PhaseRow {
    RunPhase phase;
    uint64_t instructions = 0;
    uint64_t durationNs = 0;
    uint64_t idleNs = 0;
    uint64_t ownInstructions = 0; // not in any child
    double instructionShare = 0;
    double timeShare = 0;
};

/// In the order of the phases: parents before children.
std::vector<PhaseRow> phaseTable(const std::vector<RunPhase> &phases, const RunPoint &end);

/// The innermost phase at a time; nullptr if there is none.
const RunPhase *phaseAt(const std::vector<RunPhase> &phases, VirtualNs ns);

/// Kinds of events by name with their counts, the most frequent first, zeros left out.
std::vector<std::pair<std::string, uint64_t>>
frequentKinds(std::vector<std::pair<std::string, uint64_t>> counts);

} // namespace bootglass
