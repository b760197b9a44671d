// SPDX-License-Identifier: GPL-3.0-or-later
// What has been translated, and how it leads from one to the other: by links between blocks, and by
// the jump table of each mode, one entry for each value of an address's low 16 bits.
//
// The code memory is a ring of regions. When the last is full, the oldest is forgotten and filled
// again, so what is in use comes back little by little, and no guest waits for all of it at once.
// All that has a number in the code (links, slow paths, places that call out) is kept by region,
// too.
#pragma once

#include "emulator/jit/code_memory.h"
#include "emulator/jit/frame.h"
#include "emulator/jit/translation.h"

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>
#include <vector>

namespace bootglass::jit {

class CodeCache {
  public:
    static constexpr unsigned regionCount = 8;

    /// At least `leastRegionBytes` of code in each region.
    CodeCache(size_t codeBytes, size_t leastRegionBytes);

    CodeMemory &memory() { return memory_; }
    Frame &frame() { return frame_; }
    /// The common code has been made, and stays.
    void begin(const Glue &glue);

    // --- making code
    /// What the next of each kind is called.
    struct Numbers {
        uint32_t link, site, slowPath;
    };
    Numbers next() const;
    uint64_t *linkSlots() const { return linkSlots_; }
    uint64_t *slowPathSlots() const { return slowPathSlots_; }
    uint64_t *jumpTables() const { return jumpTables_; }
    size_t room() const { return memory_.room(); }
    /// Forgets the oldest code, and goes on in its place. None may be running.
    void turn();
    /// A copy of it that stays where it is.
    Translation &add(const Translation &translation);
    void addLink(Translation &from, uint32_t target, const uint8_t *unresolved);
    void addSlowPath(Translation &of, const uint8_t *join, unsigned position);
    void addSites(std::span<const Site> sites);
    /// The slow path has been made there, in the region that is filled now.
    void setSlowPath(uint32_t number, const uint8_t *code);

    // --- running it
    const Site &site(uint32_t number) const { return region(number).sites[place(number)]; }
    const SlowPath &slowPath(uint32_t number) const {
        return region(number).slowPaths[place(number)];
    }
    /// Makes a link lead to where it was followed to: the present EIP, coming from a page whose
    /// first byte has the EIP `pageEip`.
    void connect(uint32_t number, Translation &to, uint32_t pageEip, uint32_t eip);
    /// The jump table of a mode; one that has not been used yet is emptied.
    const uint64_t *jumpTable(unsigned mode);
    uint64_t &jumpEntry(unsigned mode, uint32_t linear) {
        return jumpTables_[mode * jumpTableEntries + (linear & (jumpTableEntries - 1))];
    }

    // --- forgetting
    /// Those that were made from bytes of that range, which is in one page; how many.
    unsigned invalidate(PhysicalAddress address, uint64_t size);
    /// Those of a block.
    void drop(const Block &block);
    void clear();
    /// How often the oldest code was forgotten.
    uint64_t turns() const { return turns_; }
    /// Another number: of the links from before some may be gone.
    uint64_t generation() const { return generation_; }

  private:
    struct Region {
        size_t first = 0, end = 0; // of the code memory
        std::deque<Translation> translations;
        std::vector<Link> links;
        std::vector<Site> sites;
        std::vector<SlowPath> slowPaths;
        std::vector<uint32_t> slowPathsMade; // whose code is here
        void clear();
    };
    const Region &region(uint32_t number) const { return regions_[number >> numberBits_]; }
    Region &region(uint32_t number) { return regions_[number >> numberBits_]; }
    uint32_t place(uint32_t number) const { return number & ((1U << numberBits_) - 1); }
    uint32_t number(size_t place) const {
        return present_ << numberBits_ | static_cast<uint32_t>(place);
    }
    Link &link(uint32_t number) { return region(number).links[place(number)]; }
    void enter(unsigned region);
    void forgetRegion(unsigned number);
    void unlink(Translation &translation);
    static void leaveBlock(Translation &translation);

    size_t regionBytes_;
    unsigned numberBits_; // of a number, below its region
    CodeMemory memory_;
    Frame &frame_;
    uint64_t *jumpTables_;
    uint64_t *linkSlots_;
    uint64_t *slowPathSlots_;
    const uint8_t *leave_ = nullptr; // of the common code, as the next
    const uint8_t *makeSlowPath_ = nullptr;
    uint64_t modesUsed_ = 0; // bit n: mode n's jump table
    std::array<Region, regionCount> regions_;
    unsigned present_ = 0;
    uint64_t turns_ = 0;
    uint64_t generation_ = 0;
    std::unordered_map<uint64_t, std::vector<Translation *>> byPage_; // of physical memory
};

} // namespace bootglass::jit
