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
        if (chunks_.size() == mostChunks) clear();
        chunks_.push_back(std::make_unique<Insn[]>(arenaChunk));
        used_ = 0;
    }
    Insn *insns = &chunks_.back()[used_];
    used_ += count;
    return insns;
}

const Block *BlockCache::insert(const Block &block) {
    size_t count = block.count + size_t{1};
    Insn *insns = allocate(count);
    std::copy_n(block.insns, count, insns);
    uintptr_t key = tableKey(block.host, block.code32);
    Block &stored = blocks_[key];
    stored = block;
    stored.insns = insns;
    byPage_[block.physical >> pageShift].push_back(key);
    return &stored;
}

void BlockCache::invalidate(PhysicalAddress address, uint64_t size) {
    auto page = byPage_.find(address >> pageShift);
    if (page == byPage_.end()) return;
    if (engine_) engine_->invalidate(address, size);
    std::erase_if(page->second, [&](uintptr_t key) {
        auto found = blocks_.find(key);
        if (found == blocks_.end()) return true;
        const Block &block = found->second;
        bool touched = block.physical < address + size && address < block.physical + block.bytes;
        if (touched) blocks_.erase(found);
        return touched;
    });
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
    chunks_.clear();
    used_ = arenaChunk;
    newEpoch();
}

} // namespace bootglass
