// SPDX-License-Identifier: GPL-3.0-or-later
// Which phases are open. Open phases are one path of the tree, so they always nest: what opens
// closes everything that does not contain it. A phase opens once, and never after a later one.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/probe/profile.h"

#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

class PhaseTracker {
  public:
    explicit PhaseTracker(std::vector<PhaseRule> rules);

    struct Changes {
        std::vector<std::string> ended;   // inner ones first
        std::vector<std::string> started; // outer ones first
    };
    Changes marker(std::string_view name);
    /// Closes all.
    Changes finish();

    /// Path of the innermost open phase; empty: none.
    const std::string &innermost() const { return innermost_; }

    void serialize(Archive &archive);

  private:
    void closeInnermost(Changes &changes);
    void open(const std::string &path, Changes &changes);

    std::vector<PhaseRule> rules_;
    uint32_t next_ = 0; // the first rule that may still open
    std::string innermost_;
};

} // namespace bootglass
