// SPDX-License-Identifier: GPL-3.0-or-later
// Decoded blocks, found by the host address of their first byte (the physical page, in other words)
// and the code size, so that one block serves every linear address it is mapped at. In front of
// it stands a small direct-mapped table by linear address, whose entries are all outdated at once
// by counting the epoch up.
#pragma once

#include "emulator/cpu/insn.h"
#include "emulator/memory/physical_map.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace bootglass {

struct Block {
    static constexpr unsigned mostInsns = 64;

    const uint8_t *host = nullptr; // the first byte
    PhysicalAddress physical = 0;
    uint16_t bytes = 0;
    uint8_t count = 0;
    bool code32 = false;
    bool unsteady = false;       // its page's code is rewritten all the time
    const Insn *insns = nullptr; // count of them, and one that ends the block
    // Of an instruction that crosses a page, the only one of its block: the next page's bytes.
    const uint8_t *rest = nullptr;
    PhysicalAddress restPhysical = 0;
    // A block engine's notes (see BlockEngine).
    mutable uint32_t uses = 0;
    mutable void *translations = nullptr;

    /// How many bytes stand in the first page.
    uint16_t bytesInPage() const {
        return rest ? static_cast<uint16_t>(pageSize - (physical & pageMask)) : bytes;
    }
};

/// What a block is as code of the host, for people.
struct HostListing {
    uint64_t address = 0; // where it would stand
    std::vector<uint8_t> code;
    /// Where in the code each instruction of the block begins; before the first is how the block is
    /// entered. One more: what stands behind the block (links, slow paths).
    std::vector<uint32_t> starts;
};

/// Executes blocks in the interpreter's place (emulator/jit/).
struct BlockEngine {
    virtual ~BlockEngine() = default;
    /// Runs a kept block that fits into the budget while nothing waits, and then what follows it,
    /// as long as nothing waits. It ends as the interpreter would, between two instructions or with
    /// an instruction that was left.
    virtual void run(const Block &block) = 0;
    /// The blocks that touch the range are no more. What they consist of stays readable until
    /// forget().
    virtual void invalidate(PhysicalAddress address, uint64_t size) = 0;
    /// Another block takes this one's place.
    virtual void drop(const Block &block) = 0;
    /// No block is any more.
    virtual void forget() = 0;
    /// What it makes of a block alone where the CPU stands now. Nothing is kept of it, or changed.
    virtual HostListing list(const Block &block) = 0;
};

class BlockCache {
  public:
    BlockCache();

    /// The block for a linear address in this epoch and mode, null if it is not known.
    const Block *front(uint32_t linear, uint64_t key) const {
        const Front &entry = front_[frontIndex(linear)];
        return entry.key == (key | linear) ? entry.block : nullptr;
    }
    void setFront(uint32_t linear, uint64_t key, const Block *block) {
        front_[frontIndex(linear)] = {key | linear, block};
    }
    /// What front entries are tagged with: epoch and mode bits, in the upper half.
    uint64_t key(unsigned mode) const { return (epoch_ << 3 | mode) << 32; }
    /// Outdates every front entry.
    void newEpoch() { ++epoch_; }

    const Block *find(const uint8_t *host, bool code32) const;
    /// Told of what becomes of the blocks.
    void setEngine(BlockEngine *engine) { engine_ = engine; }
    /// How many instructions a block may have that begins there. Where code is rewritten all the
    /// time, what is decoded ahead is decoded in vain.
    unsigned mostInsnsAt(PhysicalAddress address) const;
    /// Copies a block and its instructions into the cache.
    const Block *insert(const Block &block);
    struct Range {
        PhysicalAddress first = 0, end = 0;
        uint64_t size() const { return end - first; }
        bool touches(PhysicalAddress address, uint64_t bytes) const {
            return address < end && first < address + bytes;
        }
    };
    /// Forgets the blocks that touch [address, address + size) in one page. The bytes from the
    /// first to the last of these blocks and that range; others may stand there still.
    Range invalidate(PhysicalAddress address, uint64_t size);
    /// Calls function(address, bytes) for each block that touches the range, which is in one page.
    template<typename Function>
    void eachIn(const Range &range, Function function) const {
        auto page = byPage_.find(range.first >> pageShift);
        if (page == byPage_.end()) return;
        for (const PageBlock &block : page->second.blocks)
            if (range.touches(block.physical, block.bytes)) function(block.physical, block.bytes);
    }
    void clear();
    /// Block::translations and uses begin anew.
    void forgetTranslations();

  private:
    struct Front {
        uint64_t key = ~uint64_t{0};
        const Block *block = nullptr;
    };
    static constexpr unsigned frontBits = 15;
    static size_t frontIndex(uint32_t linear) {
        return (linear ^ linear >> frontBits) & ((size_t{1} << frontBits) - 1);
    }
    static uintptr_t tableKey(const uint8_t *host, bool code32) {
        return reinterpret_cast<uintptr_t>(host) << 1 | code32;
    }
    Insn *allocate(size_t count);
    void forgetPart(uintptr_t key, PhysicalAddress address);

    BlockEngine *engine_ = nullptr;
    std::vector<Front> front_;
    uint64_t epoch_ = 1;
    std::unordered_map<uintptr_t, Block> blocks_;
    struct PageBlock {
        uintptr_t key;
        PhysicalAddress physical;
        uint32_t bytes;
    };
    struct PageBlocks {
        std::vector<PageBlock> blocks;
        uint32_t thrown = 0; // blocks that stores into their bytes threw away
    };
    std::unordered_map<uint64_t, PageBlocks> byPage_;
    // Instructions are bump-allocated; when too much has been given out, everything is forgotten.
    static constexpr size_t arenaChunk = 16384;
    static constexpr size_t mostChunks = 96;
    std::vector<std::unique_ptr<Insn[]>> chunks_; // kept for the next time
    size_t chunksUsed_ = 0;
    size_t used_ = arenaChunk; // of the last of them
};

} // namespace bootglass
