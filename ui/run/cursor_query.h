// SPDX-License-Identifier: GPL-3.0-or-later
// What is counted at the cursors and between them: exact, from the reader.
#pragma once

#include "emulator/trace/run_reader.h"

#include <optional>

namespace bootglass {

struct CursorFacts {
    std::optional<VirtualNs> a;
    std::optional<VirtualNs> b;
    Icount countA;
    Icount countB;
    unsigned shift = 3;

    bool both() const { return a && b; }
    uint64_t lengthNs() const;
    uint64_t instructions() const;
    uint64_t idleNs() const;
    bool operator==(const CursorFacts &) const = default;
};

Result<CursorFacts> queryCursors(RunReader &reader, std::optional<VirtualNs> a,
                                 std::optional<VirtualNs> b);

} // namespace bootglass
