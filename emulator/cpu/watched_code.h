// SPDX-License-Identifier: GPL-3.0-or-later
// Linear addresses of code whose execution somebody wants to be told of. A block that begins at one
// is not kept, and other blocks end before it: so the dispatcher comes by each time, and what is
// not watched runs as ever, in both executors.
#pragma once

#include "emulator/clock/time_types.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bootglass {

class WatchedCode {
  public:
    static constexpr size_t most = 8192;

    bool empty() const { return addresses_.empty(); }
    bool contains(uint32_t linear) const { return std::ranges::binary_search(addresses_, linear); }
    /// Whether one is within [linear, linear + bytes).
    bool within(uint32_t linear, uint32_t bytes) const {
        const auto first = std::ranges::lower_bound(addresses_, linear);
        return first != addresses_.end() && *first - linear < bytes;
    }
    /// False if it is there already, or there is no room: a guest can make up any number.
    bool add(uint32_t linear) {
        if (addresses_.size() >= most) return false;
        const auto place = std::ranges::lower_bound(addresses_, linear);
        if (place != addresses_.end() && *place == linear) return false;
        addresses_.insert(place, linear);
        return true;
    }
    void clear() { addresses_.clear(); }

    /// True once for an address and a count: an instruction that is begun again is the same one.
    bool isNew(uint32_t linear, Icount now) {
        if (linear == told_ && now == toldAt_) return false;
        told_ = linear;
        toldAt_ = now;
        return true;
    }

  private:
    std::vector<uint32_t> addresses_; // ascending
    uint32_t told_ = 0;
    Icount toldAt_ = Icount::never();
};

} // namespace bootglass
