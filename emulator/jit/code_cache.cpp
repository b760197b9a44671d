// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/code_cache.h"

#include "emulator/cpu/block_cache.h"

#include <algorithm>
#include <bit>
#include <new>
#include <utility>

namespace bootglass::jit {

namespace {

constexpr size_t frameBytes = 4096;
static_assert(sizeof(Frame) <= frameBytes);
constexpr size_t jumpTablesBytes = modes * jumpTableEntries * sizeof(uint64_t);
/// Nothing that has a number is made of less code, so a region never runs out of numbers.
constexpr size_t codeBytesPerNumber = 8;

size_t regionBytesOf(size_t codeBytes, size_t least) {
    return std::max(codeBytes / CodeCache::regionCount, least);
}

} // namespace

CodeCache::CodeCache(size_t codeBytes, size_t leastRegionBytes)
    : regionBytes_(regionBytesOf(codeBytes, leastRegionBytes)),
      numberBits_(static_cast<unsigned>(std::bit_width(regionBytes_ / codeBytesPerNumber))),
      memory_(regionCount * regionBytes_,
              frameBytes + jumpTablesBytes +
                  2 * (size_t{regionCount} << numberBits_) * sizeof(uint64_t)),
      frame_(*new (memory_.data()) Frame),
      jumpTables_(reinterpret_cast<uint64_t *>(memory_.data() + frameBytes)),
      linkSlots_(reinterpret_cast<uint64_t *>(memory_.data() + frameBytes + jumpTablesBytes)),
      slowPathSlots_(linkSlots_ + (size_t{regionCount} << numberBits_)) {
    frame_.pendingLink = noLink;
}

void CodeCache::begin(const Glue &glue) {
    leave_ = glue.leave;
    makeSlowPath_ = glue.makeSlowPath;
    for (unsigned n = 0; n < regionCount; ++n)
        regions_[n].first = n * regionBytes_, regions_[n].end = (n + 1) * regionBytes_;
    regions_[0].first = memory_.used();
    enter(0);
}

void CodeCache::enter(unsigned region) {
    present_ = region;
    memory_.moveTo(regions_[region].first, regions_[region].end);
}

// --- making code

CodeCache::Numbers CodeCache::next() const {
    const Region &r = regions_[present_];
    return {number(r.links.size()), number(r.sites.size()), number(r.slowPaths.size())};
}

void CodeCache::turn() {
    const unsigned oldest = (present_ + 1) % regionCount;
    forgetRegion(oldest);
    enter(oldest);
    ++turns_;
    ++generation_;
}

Translation &CodeCache::add(const Translation &translation) {
    Translation &t = regions_[present_].translations.emplace_back(translation);
    t.region = static_cast<uint8_t>(present_);
    t.firstLink = number(regions_[present_].links.size());
    byPage_[t.physical >> pageShift].push_back(&t);
    if (t.restBytes != 0) byPage_[t.restPhysical >> pageShift].push_back(&t);
    t.nextOfBlock = static_cast<Translation *>(t.block->translations);
    t.block->translations = &t;
    return t;
}

void CodeCache::addLink(Translation &from, uint32_t target, const uint8_t *unresolved) {
    std::vector<Link> &links = regions_[present_].links;
    linkSlots_[number(links.size())] = reinterpret_cast<uint64_t>(unresolved);
    links.push_back({&from, nullptr, target, noLink, unresolved});
    ++from.linkCount;
}

void CodeCache::addSlowPath(Translation &of, const uint8_t *join, unsigned position) {
    std::vector<SlowPath> &paths = regions_[present_].slowPaths;
    slowPathSlots_[number(paths.size())] = reinterpret_cast<uint64_t>(makeSlowPath_);
    paths.push_back({&of, join, static_cast<uint8_t>(position)});
}

void CodeCache::addSites(std::span<const Site> sites) {
    std::vector<Site> &all = regions_[present_].sites;
    all.insert(all.end(), sites.begin(), sites.end());
}

void CodeCache::setSlowPath(uint32_t number, const uint8_t *code) {
    slowPathSlots_[number] = reinterpret_cast<uint64_t>(code);
    regions_[present_].slowPathsMade.push_back(number);
}

// --- links

void CodeCache::connect(uint32_t number, Translation &to, uint32_t pageEip, uint32_t eip) {
    Link &link = this->link(number);
    const Translation &from = *link.from;
    if (from.dead || link.to || from.mode != to.mode || from.csBase != to.csBase) return;
    uint32_t fromPage = from.linear();
    uint32_t toPage = to.linear();
    if (relocatable(from.mode)) {
        if (pageEip + link.target != eip) return;
        fromPage = pageEip;
        toPage = eip;
    } else if (link.target != to.eip) {
        return;
    }
    bool samePage = ((fromPage ^ toPage) & ~static_cast<uint32_t>(pageMask)) == 0;
    bool sameHost =
        ((reinterpret_cast<uintptr_t>(from.host) ^ reinterpret_cast<uintptr_t>(to.host)) &
         ~pageMask) == 0;
    if (samePage && !sameHost) return; // remapped since
    link.to = &to;
    link.nextIncoming = to.incoming;
    to.incoming = number;
    linkSlots_[number] = reinterpret_cast<uint64_t>(samePage ? to.plain : to.page);
}

/// Nothing leads to a translation any more.
void CodeCache::unlink(Translation &t) {
    t.dead = true;
    for (uint32_t number = t.incoming; number != noLink;) {
        Link &link = this->link(number);
        linkSlots_[number] = reinterpret_cast<uint64_t>(link.unresolved);
        link.to = nullptr;
        number = std::exchange(link.nextIncoming, noLink);
    }
    t.incoming = noLink;
    // Its own links leave their targets' lists.
    for (uint32_t number = t.firstLink; number < t.firstLink + t.linkCount; ++number) {
        Link &link = this->link(number);
        if (!link.to) continue;
        uint32_t *at = &link.to->incoming;
        while (*at != number)
            at = &this->link(*at).nextIncoming;
        *at = link.nextIncoming;
        link.to = nullptr;
    }
    // Relocatable code may stand wherever its offset in the page leads to.
    const uint32_t step = relocatable(t.mode) ? uint32_t{1} << pageShift : jumpTableEntries;
    for (uint32_t at = t.linear() & (step - 1); at < jumpTableEntries; at += step) {
        uint64_t &entry = jumpEntry(t.mode, at);
        if (entry == reinterpret_cast<uint64_t>(t.indirect))
            entry = reinterpret_cast<uint64_t>(leave_);
    }
}

const uint64_t *CodeCache::jumpTable(unsigned mode) {
    uint64_t *table = jumpTables_ + mode * jumpTableEntries;
    const uint64_t bit = uint64_t{1} << mode;
    if (!(modesUsed_ & bit))
        std::fill_n(table, jumpTableEntries, reinterpret_cast<uint64_t>(leave_));
    modesUsed_ |= bit;
    return table;
}

// --- forgetting

unsigned CodeCache::invalidate(PhysicalAddress address, uint64_t size) {
    auto page = byPage_.find(address >> pageShift);
    if (page == byPage_.end()) return 0;
    unsigned count = 0;
    std::erase_if(page->second, [&](Translation *t) {
        if (t->dead) return true; // by its other page
        if (!t->touches(address, size)) return false;
        leaveBlock(*t);
        unlink(*t);
        ++count;
        return true;
    });
    frame_.pendingLink = noLink;
    return count;
}

/// The block may still be there: it is translated again when it is next used.
void CodeCache::leaveBlock(Translation &t) {
    auto **at = reinterpret_cast<Translation **>(&t.block->translations);
    while (*at && *at != &t)
        at = &(*at)->nextOfBlock;
    if (*at) *at = t.nextOfBlock;
}

void CodeCache::drop(const Block &block) {
    for (auto *t = static_cast<Translation *>(block.translations); t; t = t->nextOfBlock)
        unlink(*t);
    block.translations = nullptr;
    frame_.pendingLink = noLink;
}

void CodeCache::forgetRegion(unsigned number) {
    Region &region = regions_[number];
    for (Translation &t : region.translations) {
        if (!t.dead) {
            leaveBlock(t);
            unlink(t);
        }
        for (PhysicalAddress physical : {t.physical, t.restPhysical}) {
            const auto page = byPage_.find(physical >> pageShift);
            if (page == byPage_.end()) continue;
            std::erase_if(page->second,
                          [number](const Translation *other) { return other->region == number; });
            if (page->second.empty()) byPage_.erase(page);
        }
    }
    for (uint32_t path : region.slowPathsMade)
        slowPathSlots_[path] = reinterpret_cast<uint64_t>(makeSlowPath_);
    frame_.pendingLink = noLink;
    region.clear();
}

void CodeCache::Region::clear() {
    translations.clear();
    links.clear();
    sites.clear();
    slowPaths.clear();
    slowPathsMade.clear();
}

void CodeCache::clear() {
    byPage_.clear();
    for (Region &region : regions_)
        region.clear();
    modesUsed_ = 0;
    frame_.pendingLink = noLink;
    ++generation_;
    enter(0);
}

} // namespace bootglass::jit
