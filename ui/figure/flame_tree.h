// SPDX-License-Identifier: GPL-3.0-or-later
// Samples of a run as a tree: phase, phase within it, …, then who had the CPU (kernel or user),
// then the function or, without symbols, the page. The recorder samples the instruction pointer
// alone, so what called what is not known; the phases take the place of callers.
#pragma once

#include "emulator/trace/run_reader.h"

#include <functional>

namespace bootglass {

struct FlameNode {
    std::string name;
    uint64_t samples = 0;            // with those of its children
    std::vector<FlameNode> children; // the most frequent first, equals by name

    FlameNode &child(const std::string &name);
    int depth() const;
};

/// "all" and what is below it; `names` names an address, or gives an empty text.
Result<FlameNode> flameTree(RunReader &reader, TimeRange range,
                            const std::function<std::string(uint32_t)> &names);

/// A line per leaf, as flamegraph.pl and speedscope read it: frames with ; between, a space, the
/// count.
void forEachFolded(const FlameNode &root, const std::function<void(const std::string &)> &line);

} // namespace bootglass
