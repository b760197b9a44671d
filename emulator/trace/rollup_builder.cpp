// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/rollup_builder.h"

namespace bootglass {

using namespace rollup;

size_t RollupBuilder::newIndex(TrackId track) {
    auto &numbers = indices_[static_cast<size_t>(track.kind)];
    if (track.number >= numbers.size()) numbers.resize(track.number + size_t{1});
    totals_.push_back({.track = track});
    numbers[track.number] = static_cast<uint32_t>(totals_.size());
    return totals_.size() - 1;
}

std::unique_ptr<Strip> RollupBuilder::newStrip() {
    if (spare_.empty()) return std::make_unique<Strip>();
    std::unique_ptr<Strip> strip = std::move(spare_.back());
    spare_.pop_back();
    return strip;
}

Strip &RollupBuilder::strip(unsigned level, uint64_t block, size_t track) {
    Level &l = levels_[level];
    // Time runs forward, so what is asked for is nearly always the last block.
    auto at = l.open.rbegin();
    while (at != l.open.rend() && at->index > block)
        ++at;
    if (at == l.open.rend() || at->index != block)
        at = std::make_reverse_iterator(std::next(l.open.insert(at.base(), Block{block, {}})));
    auto &strips = at->strips;
    if (track >= strips.size()) strips.resize(std::max(track + 1, totals_.size()));
    if (!strips[track]) strips[track] = newStrip();
    return *strips[track];
}

Bin &RollupBuilder::bin(unsigned level, uint64_t bin, size_t track) {
    // What is written is final; a time that ran backwards would be counted in the first open bin.
    bin = std::max(bin, levels_[level].closedBlocks << blockBits);
    return strip(level, bin >> blockBits, track).bin(static_cast<unsigned>(bin % blockBins));
}

void RollupBuilder::event(TrackId track, VirtualNs ns, EventKind kind, uint64_t id,
                          uint64_t count) {
    const size_t index = indexOf(track);
    Total &total = totals_[index];
    const uint64_t number = binOf(0, ns.value);
    if (!total.recent || total.recentBin != number) {
        total.recent = &bin(0, number, index);
        total.recentBin = number;
    }
    Bin &bin = *total.recent;
    bin.count += count;
    bin.kinds |= kindBit(kind);
    if (!bin.longestNs && !bin.longestId) bin.longestId = id; // see Bin::candidate(); ids ascend
    total.count += count;
    total.changed = true;
}

void RollupBuilder::aggregate(TrackId track, VirtualNs ns, uint64_t count, uint32_t kinds,
                              uint64_t busyNs) {
    const size_t index = indexOf(track);
    Bin &bin = this->bin(0, binOf(0, ns.value), index);
    bin.count += count;
    bin.kinds |= kinds;
    bin.busyNs += busyNs;
    Total &total = totals_[index];
    total.count += count;
    total.busyNs += busyNs;
    total.changed = true;
}

void RollupBuilder::span(const Span &span) {
    const size_t index = indexOf(span.track);
    const uint64_t length = span.lengthNs();
    const uint64_t id = span.startId ? span.startId : span.endId;
    totals_[index].busyNs += length;
    totals_[index].changed = true;
    const unsigned level = levelOfSpan(length);
    if (level) sink_.longSpan(level, span);
    if (level == levels) return;
    uint64_t start = span.start.value;
    for (uint64_t at = binOf(level, start);; ++at) {
        const uint64_t end = std::min(span.end.value, (at + 1) << binBits(level));
        Bin &bin = this->bin(level, at, index);
        bin.busyNs += end - start;
        bin.candidate(length, id);
        start = end;
        // A span that ends on a bin's edge does not touch what follows it.
        if (start >= span.end.value) break;
    }
}

void RollupBuilder::closeFinal() {
    nowBlock_ = blockOf(0, now_.value);
    for (unsigned level = 0; level < levels; ++level) {
        const uint64_t present = blockOf(level, now_.value);
        const uint64_t final = present ? present - 1 : 0; // the one before may still get a span
        if (final <= levels_[level].closedBlocks) break;  // nor does any level above
        closeBefore(level, final);
    }
}

void RollupBuilder::finish() {
    for (unsigned level = 0; level < levels; ++level) {
        uint64_t end = blockOf(level, now_.value) + 1;
        if (!levels_[level].open.empty()) end = std::max(end, levels_[level].open.back().index + 1);
        closeBefore(level, end);
    }
}

VirtualNs RollupBuilder::closed(unsigned level) const {
    return {levels_[level].closedBlocks << (binBits(level) + blockBits)};
}

void RollupBuilder::closeBefore(unsigned level, uint64_t block) {
    Level &l = levels_[level];
    if (level == 0)
        for (Total &total : totals_)
            total.recent = nullptr;
    while (!l.open.empty() && l.open.front().index < block) {
        Block closing = std::move(l.open.front());
        l.open.pop_front();
        write(level, closing);
    }
    l.closedBlocks = std::max(l.closedBlocks, block);
}

void RollupBuilder::write(unsigned level, Block &block) {
    plain_.clear();
    for (size_t track = 0; track < block.strips.size(); ++track) {
        std::unique_ptr<Strip> &strip = block.strips[track];
        if (!strip) continue;
        encodeStrip(plain_, totals_[track].track, *strip);
        if (level + 1 < levels) {
            const uint64_t firstBin = block.index << blockBits;
            Strip &above = this->strip(level + 1, block.index / 2, track);
            for (uint64_t left = strip->used; left; left &= left - 1) {
                const auto bin = static_cast<unsigned>(std::countr_zero(left));
                above.bin(static_cast<unsigned>((firstBin + bin) / 2 % blockBins))
                    .merge(strip->bins[bin]);
            }
        }
        strip->clear();
        spare_.push_back(std::move(strip));
    }
    if (plain_.size()) sink_.block(level, block.index, plain_.bytes());
}

} // namespace bootglass
