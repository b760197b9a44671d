// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/clock/virtual_clock.h"

#include <algorithm>

namespace bootglass {

VirtualClock::VirtualClock(unsigned shift) : shift_(std::min(shift, 10U)) {
    timers_.setDeadlineChanged([this] { deadlineChanged(); });
}

uint64_t VirtualClock::instructionsUntil(VirtualNs deadline) const {
    constexpr uint64_t most = std::numeric_limits<int64_t>::max();
    if (deadline == VirtualNs::never()) return most;
    VirtualNs present = now();
    if (deadline <= present) return 0;
    // Rounded up: a timer fires at the first boundary at or after its deadline.
    return std::min(((deadline - present - 1) >> shift_) + 1, most);
}

void VirtualClock::refill(uint64_t mostInstructions) {
    uint64_t count = icount().value;
    uint64_t budget = std::min(instructionsUntil(timers_.next()), mostInstructions);
    remaining_ = static_cast<int64_t>(budget);
    limit_ = count + budget;
}

void VirtualClock::deadlineChanged() {
    // A chip armed a timer during an instruction: a nearer deadline shortens the running budget, a
    // later one is left to the next refill. The count stays what it is.
    uint64_t until = instructionsUntil(timers_.next());
    if (remaining_ > 0 && until < static_cast<uint64_t>(remaining_)) refill(until);
}

void VirtualClock::warpTo(VirtualNs later) {
    VirtualNs present = now();
    if (later > present) idle_ += later - present;
}

void VirtualClock::serialize(Archive &archive) {
    archive.section("clock");
    uint64_t count = icount().value;
    unsigned shift = shift_;
    uint64_t idle = idle_;
    archive(shift, count, idle);
    if (archive.failed()) return;
    if (archive.loading()) {
        // Chips ask the clock while they load, even where it has failed: it stays one that works.
        constexpr uint64_t longest = uint64_t{1} << 62;
        if (shift > 10) return archive.fail("the saved state has a shift above 10");
        if (count > longest >> shift || idle > longest)
            return archive.fail("the saved state is centuries of virtual time old");
        shift_ = shift;
        idle_ = idle;
        remaining_ = 0;
        limit_ = count;
    }
    timers_.serialize(archive);
}

} // namespace bootglass
