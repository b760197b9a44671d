// SPDX-License-Identifier: GPL-3.0-or-later
// The first event at which two runs part. Made for runs of the same inputs, or nearly: the machine
// is deterministic, so all events before are equal to the last bit, and this one tells what made
// the difference. Sources are compared by name. Kinds that one run was not asked to keep, and
// samples if they were taken at other intervals, are left out of both, and that is said.
#pragma once

#include "emulator/trace/run_reader.h"

#include <functional>
#include <optional>

namespace bootglass {

/// An event with what its numbers mean in its run.
struct ToldEvent {
    StoredEvent stored;
    std::string source; // empty: the machine itself

    bool operator==(const ToldEvent &) const = default;
};

/// How the first pair of unlike events differs.
enum class Difference : uint8_t {
    None,  // all events are equal
    Count, // the same at another count
    Value, // the same thing with another value
    Kind,  // something else
    Ended, // one run has no more events
};

struct Divergence {
    Difference difference = Difference::None;
    std::optional<ToldEvent> a; // the first that differs; nothing: A has no more
    std::optional<ToldEvent> b;
    std::vector<ToldEvent> before; // the last that are equal, as A has them
    std::vector<ToldEvent> afterA; // what follows in A, the first that differs not included
    std::vector<ToldEvent> afterB;
    uint64_t equalEvents = 0;
    std::vector<EventKind> leftOut; // compared in neither
    bool nothingToCompare = false;  // single events are missing in one of them

    bool found() const { return difference != Difference::None; }
};

/// Walks through both from their start; `context` events are told on each side. `goOn` is asked now
/// and then, with the events seen; if it says no, the Error is a cancelled one.
Result<Divergence> firstDivergence(RunReader &a, RunReader &b, size_t context = 5,
                                   const std::function<bool(uint64_t)> &goOn = {});

/// "port 0x511 read gives 0x12 in A and 0x14 in B": one sentence without a full stop.
std::string divergenceSentence(const Divergence &divergence, const std::string &nameOfA = "A",
                               const std::string &nameOfB = "B");
/// "port read fw_cfg, port 0x511, value 0x00, 1 byte"
std::string eventInWords(const ToldEvent &event);

} // namespace bootglass
