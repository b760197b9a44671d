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
    const auto [place, isNew] = blocks_.try_emplace(key);
    Block &stored = place->second;
    if (!isNew) { // it went on in another page
        if (engine_) engine_->drop(stored);
        forgetPart(key, stored.physical);
        forgetPart(key, stored.restPhysical);
    }
    stored = block;
    stored.insns = insns;
    const uint16_t inPage = block.bytesInPage();
    byPage_[block.physical >> pageShift].blocks.push_back({key, block.physical, inPage});
    if (block.rest)
        byPage_[block.restPhysical >> pageShift].blocks.push_back(
            {key, block.restPhysical, uint32_t{block.bytes} - inPage});
    return &stored;
}

BlockCache::Range BlockCache::invalidate(PhysicalAddress address, uint64_t size) {
    const Range written{address, address + size};
    Range gone = written;
    auto page = byPage_.find(address >> pageShift);
    if (page == byPage_.end()) return gone;
    if (engine_) engine_->invalidate(address, size);
    std::vector<std::pair<uintptr_t, PhysicalAddress>> otherParts;
    auto thrown = std::erase_if(page->second.blocks, [&](const PageBlock &block) {
        if (!written.touches(block.physical, block.bytes)) return false;
        gone.first = std::min(gone.first, block.physical);
        gone.end = std::max(gone.end, block.physical + block.bytes);
        auto whole = blocks_.find(block.key);
        if (whole == blocks_.end()) return true;
        if (const Block &b = whole->second; b.rest)
            otherParts.emplace_back(block.key,
                                    block.physical == b.physical ? b.restPhysical : b.physical);
        blocks_.erase(whole);
        return true;
    });
    for (const auto &[key, part] : otherParts)
        forgetPart(key, part);
    page->second.thrown += static_cast<uint32_t>(thrown);
    newEpoch();
    return gone;
}

/// The block of that key is no more; its other part may stand in this page.
void BlockCache::forgetPart(uintptr_t key, PhysicalAddress address) {
    auto page = byPage_.find(address >> pageShift);
    if (page == byPage_.end()) return;
    std::erase_if(page->second.blocks, [&](const PageBlock &block) {
        return block.key == key && block.physical == address;
    });
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
