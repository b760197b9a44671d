// SPDX-License-Identifier: GPL-3.0-or-later
// Builds all levels of roll-ups while a run is recorded. Events count in bins of level 0; when time
// has moved on so far that nothing can touch a block any more, it is written and its bins are
// merged in twos into the level above. So each block is written once, and a level holds two or
// three open blocks.
#pragma once

#include "emulator/trace/rollup_block.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <vector>

namespace bootglass {

class RollupBuilder {
  public:
    struct Sink {
        virtual ~Sink() = default;
        virtual void block(unsigned level, uint64_t block, std::span<const uint8_t> plain) = 0;
        virtual void longSpan(unsigned level, const Span &span) = 0;
    };
    struct Total {
        TrackId track;
        uint64_t count = 0;
        uint64_t busyNs = 0;
        bool changed = false;
        // Where its last event counted, while that is open: mostly the next one does, too.
        uint64_t recentBin = 0;
        Bin *recent = nullptr;
    };

    explicit RollupBuilder(Sink &sink) : sink_(sink) {}

    /// One, or `count` in a row of one kind in one bin of level 0, the first of which has the id.
    void event(TrackId track, VirtualNs ns, EventKind kind, uint64_t id, uint64_t count = 1);
    /// Many events of one kind, or busy time, within one bin of level 0; nothing points to them.
    void aggregate(TrackId track, VirtualNs ns, uint64_t count, uint32_t kinds, uint64_t busyNs);
    /// A span that has ended; its events are counted by event().
    void span(const Span &span);
    /// Virtual time has come this far: writes what is final.
    void advance(VirtualNs now) {
        now_ = std::max(now_, now);
        if (rollup::blockOf(0, now_.value) != nowBlock_) closeFinal();
    }
    /// Writes everything.
    void finish();

    /// All before this is written at a level.
    VirtualNs closed(unsigned level) const;
    std::vector<Total> &totals() { return totals_; }

  private:
    struct Block {
        uint64_t index = 0;
        std::vector<std::unique_ptr<rollup::Strip>> strips; // by track index
    };
    struct Level {
        std::deque<Block> open; // by index, without gaps in memory but maybe in time
        uint64_t closedBlocks = 0;
    };
    size_t indexOf(TrackId track) {
        const std::vector<uint32_t> &numbers = indices_[static_cast<size_t>(track.kind)];
        if (track.number < numbers.size() && numbers[track.number])
            return numbers[track.number] - 1;
        return newIndex(track);
    }
    size_t newIndex(TrackId track);
    rollup::Strip &strip(unsigned level, uint64_t block, size_t track);
    Bin &bin(unsigned level, uint64_t bin, size_t track);
    void closeFinal();
    void closeBefore(unsigned level, uint64_t block);
    void write(unsigned level, Block &block);
    std::unique_ptr<rollup::Strip> newStrip();

    Sink &sink_;
    std::array<Level, rollup::levels> levels_;
    std::array<std::vector<uint32_t>, trackKinds> indices_; // by number; 0: none, else index + 1
    std::vector<Total> totals_;
    std::vector<std::unique_ptr<rollup::Strip>> spare_;
    uint64_t nowBlock_ = 0; // of level 0
    VirtualNs now_;
    ByteWriter plain_;
};

} // namespace bootglass
