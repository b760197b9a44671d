// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/block_cache.h"

#include <algorithm>

namespace bootglass {

BlockCache::BlockCache() : front_(size_t{1} << frontBits) {
    blocks_.reserve(size_t{1} << 16);
}

const Block *BlockCache::find(const uint8_t *host, bool code32) const {
    auto found = blocks_.find(tableKey(host, code32));
    return found == blocks_.end() ? nullptr : &found->second;
}

Insn *BlockCache::allocate(size_t count) {
    if (used_ + count > arenaChunk) {
        if (chunksUsed_ == mostChunks) clear();
        if (chunksUsed_ == chunks_.size()) chunks_.push_back(std::make_unique<Insn[]>(arenaChunk));
        ++chunksUsed_;
        used_ = 0;
    }
    Insn *insns = &chunks_[chunksUsed_ - 1][used_];
    used_ += count;
    return insns;
}

unsigned BlockCache::mostInsnsAt(PhysicalAddress address) const {
    constexpr uint32_t often = 64;
    constexpr unsigned fewInsns = 4;
    auto page = byPage_.find(address >> pageShift);
    return page != byPage_.end() && page->second.thrown >= often ? fewInsns : Block::mostInsns;
}

const Block *BlockCache::insert(const Block &block) {
    size_t count = block.count + size_t{1};
    Insn *insns = allocate(count);
    std::copy_n(block.insns, count, insns);
    uintptr_t key = tableKey(block.host, block.code32);
    Block &stored = blocks_[key];
    stored = block;
    stored.insns = insns;
    byPage_[block.physical >> pageShift].keys.push_back(key);
    return &stored;
}

void BlockCache::invalidate(PhysicalAddress address, uint64_t size) {
    auto page = byPage_.find(address >> pageShift);
    if (page == byPage_.end()) return;
    if (engine_) engine_->invalidate(address, size);
    page->second.thrown +=
        static_cast<uint32_t>(std::erase_if(page->second.keys, [&](uintptr_t key) {
            auto found = blocks_.find(key);
            if (found == blocks_.end()) return true;
            const Block &block = found->second;
            bool touched =
                block.physical < address + size && address < block.physical + block.bytes;
            if (touched) blocks_.erase(found);
            return touched;
        }));
    newEpoch();
}

void BlockCache::forgetTranslations() {
    for (auto &[key, block] : blocks_) {
        block.translations = nullptr;
        block.uses = 0;
    }
}

void BlockCache::clear() {
    if (engine_) engine_->forget();
    blocks_.clear();
    byPage_.clear();
    chunksUsed_ = 0;
    used_ = arenaChunk;
    newEpoch();
}

} // namespace bootglass
