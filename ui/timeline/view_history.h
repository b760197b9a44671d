// SPDX-License-Identifier: GPL-3.0-or-later
// Where one has been: a stack of visible ranges with a place in it, as in a web browser.
#pragma once

#include "emulator/trace/run_types.h"

#include <optional>
#include <vector>

namespace bootglass {

class ViewHistory {
  public:
    static constexpr size_t most = 200;

    /// A new view; what was ahead is forgotten. The same view twice is one.
    void push(TimeRange view);
    std::optional<TimeRange> back();
    std::optional<TimeRange> forward();
    bool canGoBack() const { return at_ > 0; }
    bool canGoForward() const { return at_ + 1 < views_.size(); }
    void clear();

    bool operator==(const ViewHistory &) const = default;

  private:
    std::vector<TimeRange> views_;
    size_t at_ = 0;
};

} // namespace bootglass
