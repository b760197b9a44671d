// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/analysis.h"

#include <algorithm>
#include <map>

namespace bootglass {

namespace {

double share(uint64_t part, uint64_t whole) {
    return whole ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

} // namespace

std::vector<PhaseRow> phaseTable(const std::vector<RunPhase> &phases, const RunPoint &end) {
    std::vector<PhaseRow> rows;
    std::map<int64_t, size_t> places;
    for (const RunPhase &phase : phases) {
        const uint64_t instructions = phase.instructions();
        rows.push_back({phase, instructions, phase.durationNs(), phase.idleNs(), instructions,
                        share(instructions, end.icount.value),
                        share(phase.durationNs(), end.ns.value)});
        places[phase.id] = rows.size() - 1;
        const auto parent = places.find(phase.parent);
        if (!phase.parent || parent == places.end()) continue;
        // A child that outlasts its parent takes no more than the parent has.
        uint64_t &own = rows[parent->second].ownInstructions;
        own -= std::min(own, instructions);
    }
    return rows;
}

const RunPhase *phaseAt(const std::vector<RunPhase> &phases, VirtualNs ns) {
    const RunPhase *innermost = nullptr;
    for (const RunPhase &phase : phases) {
        const bool inside = ns >= phase.start.ns && (ns < phase.end.ns || phase.open);
        if (inside && (!innermost || phase.depth >= innermost->depth)) innermost = &phase;
    }
    return innermost;
}

std::vector<std::pair<std::string, uint64_t>>
frequentKinds(std::vector<std::pair<std::string, uint64_t>> counts) {
    std::erase_if(counts, [](const auto &count) { return count.second == 0; });
    std::ranges::stable_sort(counts, [](const auto &a, const auto &b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return counts;
}

} // namespace bootglass
