// SPDX-License-Identifier: GPL-3.0-or-later
// Says at which counts the instruction pointer is sampled: at every multiple of N, whatever the
// machine does there. Plain arithmetic: the session runs the machine up to `next` and looks, which
// changes no count.
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/memory/archive.h"

#include <cstdint>

namespace bootglass {

class Sampler {
  public:
    /// Every so many instructions; 0: never.
    explicit Sampler(uint64_t every) : every_(every) { advance({}); }

    uint64_t every() const { return every_; }
    /// The count of the next sample; Icount::never() if there is none.
    Icount next() const { return next_; }

    /// True if a sample is due at `now`; the next one is then the first multiple after `now`.
    bool due(Icount now) {
        if (now < next_ || every_ == 0) return false;
        advance(now);
        return true;
    }

    void serialize(Archive &archive) {
        archive.section("sampler");
        archive(every_, next_);
    }

  private:
    void advance(Icount now) {
        uint64_t rest = Icount::never().value - now.value;
        uint64_t step = every_ == 0 ? rest : every_ - now.value % every_;
        next_ = step < rest ? now + step : Icount::never();
    }

    uint64_t every_;
    Icount next_;
};

} // namespace bootglass
