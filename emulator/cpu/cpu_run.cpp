// SPDX-License-Identifier: GPL-3.0-or-later
// The dispatcher: finds or decodes the next block, executes it, and between blocks looks at what
// waits: interrupts, traps, the end of the budget.
#include "emulator/cpu/cpu.h"
#include "emulator/cpu/decoder.h"
#include "emulator/cpu/opcode_map.h"

#include <algorithm>

namespace bootglass {

namespace {

/// Stands behind a block's last instruction; its offset is the block's length.
void endOfBlock(Cpu &cpu, const Insn *i) {
    cpu.eip += i->offset;
}

Insn blockEnd(uint32_t offset) {
    Insn end;
    end.handler = endOfBlock;
    end.offset = static_cast<uint16_t>(offset);
    return end;
}

constexpr uint32_t dr6SingleStep = 1U << 14;

} // namespace

// --- finding blocks

const Block *Cpu::findBlock() {
    uint32_t linear = seg[Cs].base + eip;
    uint64_t key = blocks_.key((cpl == 3 ? 1U : 0U) | (code32() ? 2U : 0U));
    const Block *block = blocks_.front(linear, key);
    if (block && uint64_t{eip} + block->bytes - 1 <= seg[Cs].limit) [[likely]]
        return block;
    return findBlockSlow(linear, key);
}

const Block *Cpu::findBlockSlow(uint32_t linear, uint64_t key) {
    if (eip > seg[Cs].limit) {
        raise(Vector::GP);
        return nullptr;
    }
    if (executeTable_[linear >> pageShift] == 0 && !translate(linear, Access::Execute, cpl == 3).ok)
        return nullptr;
    if (!watched_.empty()) tellWatched(linear);
    uintptr_t addend = executeTable_[linear >> pageShift];
    if (addend == 0) return decodeAlone(linear); // code in a chip's memory
    const auto *host = reinterpret_cast<const uint8_t *>(addend + linear);
    const Block *block = blocks_.find(host, code32());
    if (block && block->rest && !leadsToRest(*block, linear)) block = nullptr;
    if (block && watched_.within(linear, block->bytes)) // made at another linear address
        block = decodeBlock(host, linear, false);
    else if (!block || uint64_t{eip} + block->bytes - 1 > seg[Cs].limit)
        block = decodeBlock(host, linear, !watched_.contains(linear));
    if (!block) block = decodeAlone(linear);
    if (block && block != &scratchBlock_) blocks_.setFront(linear, key, block);
    return block;
}

/// Does the page behind this one still lead to where the block goes on?
bool Cpu::leadsToRest(const Block &block, uint32_t linear) const {
    const uint32_t next = (linear | static_cast<uint32_t>(pageMask)) + 1;
    const uintptr_t addend = executeTable_[next >> pageShift];
    return addend != 0 && reinterpret_cast<const uint8_t *>(addend + next) == block.rest;
}

/// Decodes from one page as far as a block goes; null if the first instruction leaves the page or
/// the segment's limit.
const Block *Cpu::decodeBlock(const uint8_t *host, uint32_t linear, bool keep) {
    uint64_t inPage = pageSize - (linear & pageMask);
    uint64_t inSegment = uint64_t{seg[Cs].limit} - eip + 1;
    bool shortened = inSegment < inPage;
    std::span<const uint8_t> bytes{host, static_cast<size_t>(std::min(inPage, inSegment))};
    const PhysicalAddress physical = executed(linear);
    const unsigned most = blocks_.mostInsnsAt(physical);
    std::array<Insn, Block::mostInsns + 1> &insns = decoded_;
    auto [count, length] = decodeRow(bytes, code32(), std::span(insns).first(most));
    if (count == 0) return nullptr;
    if (watched_.within(linear + 1, length - 1)) {
        auto next = std::find_if(insns.begin() + 1, insns.begin() + count, [&](const Insn &insn) {
            return watched_.contains(linear + insn.offset);
        });
        if (next != insns.begin() + count) {
            count = static_cast<unsigned>(next - insns.begin());
            length = next->offset;
        }
    }
    insns[count] = blockEnd(length);

    Block block{host,
                physical,
                static_cast<uint16_t>(length),
                static_cast<uint8_t>(count),
                code32(),
                most < Block::mostInsns,
                insns.data()};
    if (shortened || !keep) {
        // What ends a block at a segment's limit is not a property of the bytes, nor is it that
        // somebody watches: not kept.
        std::copy_n(insns.begin(), count + 1, scratch_.begin());
        scratchBlock_ = block;
        scratchBlock_.insns = scratch_.data();
        return &scratchBlock_;
    }
    holdCode(physical, length);
    return blocks_.insert(block);
}

/// From now on stores into these bytes are noticed.
void Cpu::holdCode(PhysicalAddress physical, uint64_t bytes) {
    if (!memory_.pageHoldsCode(physical)) tlb_.withholdWrites(physical);
    memory_.markCode(physical, bytes);
}

void Cpu::watchCode(uint32_t linear) {
    if (!watched_.add(linear)) return;
    // Blocks with that instruction in them, or at their beginning, are made anew.
    const Translation code = inspect(linear);
    if (code.ok && memory_.pageHoldsCode(code.physical)) {
        const auto gone = blocks_.invalidate(code.physical, 1);
        memory_.clearCode(gone.first, gone.size());
        blocks_.eachIn(gone, [this](PhysicalAddress first, uint64_t bytes) {
            memory_.markCode(first, bytes);
        });
    }
    blocks_.newEpoch();
}

void Cpu::unwatchCode() {
    // Blocks that are short for it go on as they are: they are good blocks.
    watched_.clear();
}

void Cpu::tellWatched(uint32_t linear) {
    if (observer_ && watched_.contains(linear) && watched_.isNew(linear, clock_.icount()))
        observer_->codeReached(linear);
}

/// One instruction, gathered byte by byte: it crosses a page, or stands in no ordinary memory. In
/// ordinary memory it is kept as a block of its own.
const Block *Cpu::decodeAlone(uint32_t linear) {
    std::array<uint8_t, longestInstruction> bytes{};
    unsigned count = 0;
    Insn &insn = scratch_[0];
    uint8_t properties = 0;
    for (;;) {
        // Up to the page's end first: the next page is looked at only if the instruction needs it.
        uint32_t at = linear + count;
        auto inPage = static_cast<unsigned>(pageSize - (at & pageMask));
        unsigned take = std::min(inPage, longestInstruction - count);
        uint64_t inSegment = uint64_t{seg[Cs].limit} - eip + 1;
        if (count >= inSegment) {
            raise(Vector::GP);
            return nullptr;
        }
        take = static_cast<unsigned>(std::min<uint64_t>(take, inSegment - count));
        if (executeTable_[at >> pageShift] == 0) {
            auto translation = translate(at, Access::Execute, cpl == 3);
            if (!translation.ok) return nullptr;
            memory_.readBytes(translation.physical, std::span(bytes).subspan(count, take));
        } else {
            memory_.readBytes(executed(at), std::span(bytes).subspan(count, take));
        }
        count += take;
        auto result = decode(std::span(bytes).first(count), code32(), insn, properties);
        if (result == DecodeResult::Done) break;
        if (result == DecodeResult::TooLong || count == longestInstruction) {
            raise(Vector::GP);
            return nullptr;
        }
    }
    insn.offset = 0;
    insn.position = 0;
    scratch_[1] = blockEnd(insn.length);
    scratchBlock_ = {nullptr, 0, insn.length, 1, code32(), false, scratch_.data()};
    const uint32_t next = (linear | static_cast<uint32_t>(pageMask)) + 1;
    const bool crosses = insn.length > next - linear;
    const bool ordinary = executeTable_[linear >> pageShift] && executeTable_[next >> pageShift];
    if (!crosses || !ordinary || watched_.within(linear, insn.length)) return &scratchBlock_;
    Block block = scratchBlock_;
    block.host = reinterpret_cast<const uint8_t *>(executeTable_[linear >> pageShift] + linear);
    block.physical = executed(linear);
    block.rest = reinterpret_cast<const uint8_t *>(executeTable_[next >> pageShift] + next);
    block.restPhysical = executed(next);
    block.unsteady = blocks_.mostInsnsAt(block.physical) < Block::mostInsns ||
                     blocks_.mostInsnsAt(block.restPhysical) < Block::mostInsns;
    holdCode(block.physical, block.bytesInPage());
    holdCode(block.restPhysical, uint64_t{block.bytes} - block.bytesInPage());
    return blocks_.insert(block);
}

/// Behind a linear address whose execute entry is present.
PhysicalAddress Cpu::executed(uint32_t linear) const {
    return PhysicalAddress{tlb_.executePage(linear, cpl == 3)} << pageShift | (linear & pageMask);
}

// --- executing

void Cpu::execute(const Block *block) {
    remaining_ -= block->count;
    blockCount_ = block->count;
    block->insns[0].handler(*this, block->insns);
}

void Cpu::executePrefix(const Block *block, unsigned count) {
    if (block->count == count) return execute(block);
    if (block != &scratchBlock_) std::copy_n(block->insns, count, scratch_.begin());
    scratch_[count] = blockEnd(block->insns[count].offset);
    remaining_ -= count;
    blockCount_ = count;
    scratch_[0].handler(*this, scratch_.data());
}

void Cpu::leave(const Insn *i) {
    remaining_ += blockCount_ - i->position;
    if (leave_ == Leave::Fault && faultCounts_) --remaining_;
    eip += i->offset;
}

/// One instruction, with chips in reach. False if it did not complete.
bool Cpu::executeOne() {
    ioAllowed_ = true;
    const Block *block = findBlock();
    if (block) {
        lastOp_ = block->insns[0].op;
        executePrefix(block, 1);
    }
    ioAllowed_ = codeChanged_ = false;
    if (leave_ == Leave::No) return true;
    afterLeave();
    return false;
}

void Cpu::shutdownIf(bool tripleFault) {
    shutdown_ |= tripleFault;
    updateAttention();
}

void Cpu::afterLeave() {
    Leave why = leave_;
    leave_ = Leave::No;
    if (why == Leave::Alone)
        executeOne();
    else
        shutdownIf(!deliverFault(*this, fault_));
}

// --- between blocks

void Cpu::updateAttention() {
    bool interrupt = interruptLine_ && (systemFlags & eflags::IF);
    bool nmi = nmiPending_ && !nmiBlocked_;
    attention_ = interrupt || nmi || stopRequested_ || interruptShadow_ || halted_ || shutdown_ ||
                 debugTraps_ != 0 || instructionBreakpoints_ || dataBreakpoints_ ||
                 (systemFlags & (eflags::TF | eflags::RF)) != 0;
}

/// Traps of the last instruction, then NMI, then INTR: SDM vol. 3, table 6-2.
void Cpu::deliverPending() {
    if (debugTraps_ != 0 && !debugShadow_) {
        uint32_t bits = debugTraps_;
        debugTraps_ = 0;
        comparing_ = false;
        shutdownIf(!deliverDebug(*this, bits));
    }
    if (interruptShadow_ || shutdown_) return;
    if (nmiPending_ && !nmiBlocked_) {
        nmiPending_ = false;
        nmiBlocked_ = true;
        halted_ = comparing_ = false;
        shutdownIf(!deliverInterrupt(*this, static_cast<uint8_t>(Vector::NMI)));
    } else if (interruptLine_ && (systemFlags & eflags::IF)) {
        halted_ = comparing_ = false;
        uint8_t vector = controller_ ? controller_->acknowledge() : 0;
        shutdownIf(!deliverInterrupt(*this, vector));
    }
}

uint32_t Cpu::instructionBreakpointHits() const {
    uint32_t linear = seg[Cs].base + eip;
    uint32_t hits = 0;
    for (unsigned n = 0; n < 4; ++n) {
        bool enabled = dr[7] >> 2 * n & 3;
        bool execution = (dr[7] >> (16 + 4 * n) & 3) == 0;
        if (enabled && execution && dr[n] == linear) hits |= 1U << n;
    }
    return hits;
}

/// One instruction under conditions that a block does not know: shadow, trap flag, breakpoints.
void Cpu::step() {
    bool trap = systemFlags & eflags::TF;
    bool resumes = systemFlags & eflags::RF;
    if (!resumes && instructionBreakpoints_ && !debugShadow_) {
        if (uint32_t hits = instructionBreakpointHits()) {
            comparing_ = false;
            shutdownIf(!deliverDebug(*this, hits));
            return;
        }
    }
    interruptShadow_ = debugShadow_ = false;
    // RF covers one instruction; one that faults is begun again with it (SDM vol. 3, 18.3.1.1).
    systemFlags &= ~eflags::RF;
    if (!executeOne()) {
        updateAttention();
        return;
    }
    // INT n clears TF on its way; the trap then belongs to nobody.
    bool interrupted =
        (lastOp_ == Op::Int || lastOp_ == Op::Int3 || lastOp_ == Op::Int1 || lastOp_ == Op::Into) &&
        !(systemFlags & eflags::TF);
    if (trap && !debugShadow_ && !interrupted) debugTraps_ |= dr6SingleStep;
    updateAttention();
}

/// Delivers what waits. True if blocks may run; false: look again, or the CPU does not go on.
bool Cpu::attend() {
    deliverPending();
    // Who was told of it may want to stop: here, not wherever an engine looks next.
    if (shutdown_ || halted_ || stopRequested_) return false;
    bool special = interruptShadow_ || instructionBreakpoints_ || dataBreakpoints_ ||
                   (systemFlags & (eflags::TF | eflags::RF)) != 0;
    if (special) step();
    return !special;
}

Cpu::Exit Cpu::run() {
    while (remaining_ > 0) {
        if (attention_) [[unlikely]] {
            if (stopRequested_) {
                stopRequested_ = false;
                updateAttention();
                return Exit::Stopped;
            }
            bool held = halted_; // a HLT that attend() itself steps over is looked at next time
            if (!attend()) {
                if (shutdown_) return Exit::Shutdown;
                if (held && halted_) return Exit::Halted;
                continue;
            }
        }
        const Block *block = findBlock();
        if (!block) [[unlikely]] {
            afterLeave();
            continue;
        }
        if (block->count > remaining_) [[unlikely]]
            executePrefix(block, static_cast<unsigned>(remaining_));
        else if (engine_ && block != &scratchBlock_)
            engine_->run(*block);
        else
            execute(block);
        if (leave_ != Leave::No) [[unlikely]]
            afterLeave();
    }
    return Exit::Budget;
}

} // namespace bootglass
