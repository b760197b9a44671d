// SPDX-License-Identifier: GPL-3.0-or-later
// From cause to effect around one event: a timer is armed, fires, raises an interrupt line, the CPU
// accepts it, the handler ends it. What happens at the same instruction as its cause is its effect:
// on this machine a timer fires between two instructions, and the line that it raises rises there.
#pragma once

#include "emulator/trace/run_reader.h"

#include <string_view>
#include <vector>

namespace bootglass {

/// A step of the chain, from the first cause on.
struct ChainStep {
    StoredEvent event;
    TrackId track;

    bool operator==(const ChainStep &) const = default;
};

/// The steps that are stored around an event, itself among them; one alone if nothing is known to
/// have caused it or to follow from it. Empty: there is no such event.
Result<std::vector<ChainStep>> queryChain(RunReader &reader, uint64_t eventId);

} // namespace bootglass
