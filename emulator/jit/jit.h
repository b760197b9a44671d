// SPDX-License-Identifier: GPL-3.0-or-later
// The translator: executes blocks as host code. The interpreter is the machine; this is a cache of
// its fast paths. Translated code does what cannot fault, touch a chip or change a mode, and hands
// every other instruction to the interpreter's own handler, within the block. What the guest can
// see, and what is counted, is the same to the bit.
//
//   Cpu::run → Jit::run(block) ── known? ── enter ──► block ⇄ block ⇄ block …
//                    │ second time: translate           │ link not made, jump not known,
//                    │ first time: interpret            │ budget, fault, end by a system
//                    instruction ◄──────────────────────────────────┘
//
// How blocks look is told in emitter.h. A block holds what mostly happens; what an instruction does
// otherwise, its slow path, is made when it is first needed, which few ever are.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/jit/code_cache.h"
#include "emulator/jit/emitter.h"
#include "emulator/jit/frame.h"
#include "emulator/jit/translation.h"

#include <asmjit/x86.h>

#include <cstdint>
#include <span>
#include <vector>

namespace bootglass::jit {

class Jit : public BlockEngine {
  public:
    static constexpr size_t defaultCodeBytes = size_t{64} << 20;

    /// Attaches itself to the CPU until it is destroyed.
    explicit Jit(Cpu &cpu, size_t codeBytes = defaultCodeBytes);
    ~Jit() override;
    Jit(const Jit &) = delete;
    Jit &operator=(const Jit &) = delete;

    void run(const Block &block) override;
    void invalidate(PhysicalAddress address, uint64_t size) override;
    void drop(const Block &block) override;
    void forget() override;
    HostListing list(const Block &block) override;

    /// What was done so far.
    struct Counters {
        uint64_t translated = 0;  // blocks
        uint64_t entered = 0;     // from outside
        uint64_t callouts = 0;    // instructions handed to the interpreter
        uint64_t invalidated = 0; // blocks
        uint64_t flushes = 0;     // of all code
        uint64_t codeBytes = 0;
    };
    const Counters &counters() const { return counters_; }
    /// How often the oldest part of the code made room.
    uint64_t turns() const { return cache_.turns(); }

  private:
    struct Pair {
        Insn insn;
        Insn stop;
    };

    int presentMode();
    void refreshFrame(unsigned mode);
    void refreshSegmentTables(unsigned mode);
    bool transfersMoveCodeAlone() const;
    void refreshSse();
    uintptr_t directAddend(unsigned mode) const;
    void voteForDirect(const Block &block, unsigned mode);
    bool stackIsDirect(uintptr_t direct);
    Translation *find(const Block &block, unsigned mode) const;
    Trace traceOf(const Block &block, uint32_t eip, unsigned mode) const;
    Translation *translate(const Block &block, unsigned mode);
    /// With a listing, the code goes there and nowhere else.
    Translation *makeCode(const Block &block, unsigned mode, HostListing *listing = nullptr);
    void clear();
    uint32_t callout(uint32_t number); // of its site
    uint32_t calloutGoingOn(uint32_t number);
    void endBlock(const Site &site);
    uint32_t afterCallout(bool keepsMode);
    uint32_t blockEip(const Site &site) const {
        return (site.relocatable ? frame_.pageEip : 0) + site.blockEip;
    }
    const uint8_t *slowPath(uint32_t number);
    struct SlowPathCode {
        std::span<const uint8_t> bytes;
        std::vector<Site> sites;
    };
    SlowPathCode slowPathCode(Surroundings around, const Source &source, unsigned position,
                              const uint8_t *join);
    class Errors;
    void beginCode(Errors &errors);
    bool isGood(const Errors &errors) const;
    Emitter::Entries emitBlock(Emitter &e, const Block &block, HostListing *listing);
    bool refill(uint32_t linear, Access access, uint32_t tables);
    const uint8_t *again(uint32_t eip);
    Surroundings surroundings(unsigned mode);
    void flagsToFrame();
    void flagsFromFrame();
    static void stopped(Cpu &cpu, const Insn *i);

    Cpu &cpu_;
    CodeCache cache_;
    Frame &frame_;
    Glue glue_;
    // While paging is on: what is added to most of a kernel's addresses to get the host's. Where
    // the kernel's code is tells; another answer wants more votes than the last.
    uintptr_t pagedDirect_ = 0;
    int32_t directVotes_ = 0;
    int32_t votesToChange_ = 0;
    bool stackIsDirect_ = true; // when it was last known

    bool isFull_ = false; // a slow path found no room: before anything else, some is made
    Pair pair_;
    asmjit::CodeHolder code_;
    asmjit::x86::Assembler assembler_;
    Counters counters_;
};

} // namespace bootglass::jit
