// SPDX-License-Identifier: GPL-3.0-or-later
// A 32-bit x86 processor of the 686 class, executed by an interpreter over decoded blocks.
//
// A block is a run of instructions inside one page, decoded once. run() takes a whole block's
// instructions from the clock's budget and calls its first handler; handlers call each other in
// tail position until the block's end. An instruction that cannot go on (a guest fault, a chip's
// register, a store into code) gives the rest of the block back to the budget and leaves: the fault
// is delivered, or the instruction is run again alone, with the count exact, and may then touch
// chips. Guest faults are values: `raise` notes one and returns false.
//
// Conventions for handlers
//   - while a block runs, eip is the address of the block's first instruction; instruction i starts
//   at
//     eip + i->offset
//   - a handler either ends with `return next(cpu, i)`, or (rows with EndsBlock) sets eip and
//     returns; nextEip(i) is where execution goes on
//   - nothing is committed before everything that can fault has been done; on a fault:
//     `return cpu.leave(i)`
//   - rows with EndsBlock run with the exact count; they may call chips if they first call
//     beginIo(i)
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/cpu/block_cache.h"
#include "emulator/cpu/flags.h"
#include "emulator/cpu/fpu_state.h"
#include "emulator/cpu/insn.h"
#include "emulator/cpu/registers.h"
#include "emulator/cpu/segment.h"
#include "emulator/cpu/system/msr_state.h"
#include "emulator/cpu/tlb.h"
#include "emulator/cpu/watched_code.h"
#include "emulator/memory/archive.h"
#include "emulator/memory/host_activity.h"
#include "emulator/memory/physical_map.h"
#include "emulator/memory/port_map.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace bootglass {

/// A value that was read, or not: then a fault is pending (or the instruction must run alone).
template<typename T>
struct Loaded {
    T value{};
    bool ok = false;
};

/// An exception on its way to the guest.
struct Fault {
    Vector vector = Vector::GP;
    uint32_t errorCode = 0;
    bool operator==(const Fault &) const = default;
};

/// The CPU's interrupt controller (local APIC and 8259 pair behind it).
struct InterruptController {
    virtual ~InterruptController() = default;
    /// INTA: the vector of the interrupt that is accepted now.
    virtual uint8_t acknowledge() = 0;
    /// IA32_APIC_BASE was written.
    virtual void apicBaseWritten(uint64_t value) = 0;
};

/// Told what happens in the CPU; counts and registers are the CPU's at that moment.
struct CpuObserver {
    virtual ~CpuObserver() = default;
    virtual void interrupt(uint8_t vector) = 0;
    virtual void softwareInterrupt(uint8_t vector) = 0;
    virtual void exception(Fault fault) = 0;
    virtual void privilegeSwitch(unsigned before, unsigned now) = 0;
    /// Modes as CpuMode counts them: 0 real, 1 protected, 2 paged, 3 virtual-8086.
    virtual void modeSwitch(unsigned before, unsigned now) = 0;
    virtual void pageTableSwitch(uint32_t before, uint32_t now) = 0;
    virtual void halted() = 0;
    /// The instruction at an address that is watched is about to execute.
    virtual void codeReached(uint32_t /*linear*/) {}
};

class Cpu {
  public:
    Cpu(VirtualClock &clock, PhysicalMap &memory, PortMap &ports);

    // --- the board's side
    enum class Exit : uint8_t {
        Budget,   // the clock's budget is used up
        Halted,   // HLT, and nothing wakes the CPU yet
        Shutdown, // triple fault
        Stopped   // requestStop()
    };
    /// Executes until the budget ends or the CPU halts or shuts down.
    Exit run();
    /// From a callback during run(): it returns at the next boundary between two instructions.
    void requestStop();
    /// As the RESET pin: SDM vol. 3, 10.1.1.
    void reset();
    /// The INTR pin.
    void setInterruptLine(bool level);
    void raiseNmi();
    /// The A20M# pin; A20 is enabled after reset.
    void setA20(bool enabled);
    void setController(InterruptController *controller) { controller_ = controller; }
    void setObserver(CpuObserver *observer) { observer_ = observer; }
    /// Who runs blocks in the interpreter's place; null: the interpreter does. It outlives the CPU,
    /// or is taken back.
    void setEngine(BlockEngine *engine);
    /// Where block engines mark what the host is doing.
    void setActivity(ActivityMark &mark) { activity_ = &mark; }
    ActivityMark &activity() { return *activity_; }
    /// The observer is told each time before the instruction at a linear address executes; once
    /// more if it faults and is begun again. Nothing else changes, no count and no state. Between
    /// two runs, or from CpuObserver::codeReached().
    void watchCode(uint32_t linear);
    void unwatchCode();
    /// Whether HLT holds the CPU.
    bool halted() const { return halted_; }
    /// Drops cached translations and blocks (the physical map changed).
    void mapChanged();

    void serialize(Archive &archive);

    // --- architectural state
    std::array<uint32_t, 9> gpr{}; // [8] is always zero: "no base", "no index"
    uint32_t eip = 0;
    ArithmeticFlags flags;
    uint32_t systemFlags = 0; // EFLAGS without the arithmetic flags and bit 1
    std::array<SegmentRegister, 6> seg;
    SegmentRegister ldtr;
    SegmentRegister tr;
    TableRegister gdtr;
    TableRegister idtr;
    uint32_t cr0 = 0;
    uint32_t cr2 = 0;
    uint32_t cr3 = 0;
    uint32_t cr4 = 0;
    std::array<uint32_t, 8> dr{};
    uint64_t efer = 0;
    uint64_t apicBase = 0;
    uint32_t sysenterCs = 0;
    uint32_t sysenterEsp = 0;
    uint32_t sysenterEip = 0;
    uint64_t tscOffset = 0; // what WRMSR added to the virtual time
    MsrState msrs;
    /// The count at which the last fault was delivered (see deliverFault).
    Icount lastFault = Icount::never();
    uint8_t cpl = 0;
    X87State x87;
    SseState sse;

    uint32_t eflags() const { return systemFlags | flags.value() | eflags::alwaysOne; }
    /// Sets every flag as given (undefined bits are dropped); privilege rules are the caller's.
    void setEflags(uint32_t value);
    bool protectedMode() const { return cr0 & cr0::PE; }
    bool virtual8086() const { return systemFlags & eflags::VM; }
    unsigned iopl() const { return systemFlags >> 12 & 3; }
    /// Stack pointer width: 0xFFFFFFFF or 0xFFFF by SS.B.
    uint32_t stackMask() const { return seg[Ss].big() ? 0xFFFFFFFF : 0xFFFF; }
    bool code32() const { return seg[Cs].big(); }

    // --- changes of state that others depend on
    /// Sets CPL and tells the observer.
    void setCpl(unsigned level);
    /// Writes control registers with all their effects (flushes, modes); checks are the caller's.
    void setCr0(uint32_t value);
    void setCr3(uint32_t value);
    void setCr4(uint32_t value);
    void setEfer(uint64_t value);
    /// To be called after a change of IF, TF, DR7, AC, VM, VIP or CR0/CR4 that is not made by the
    /// setters above: works out anew what the fast paths may assume.
    void stateChanged();
    /// INVLPG.
    void flushPage(uint32_t linear);
    /// For PAE: (re)loads the four page-directory pointers from CR3. False: a reserved bit is set
    /// (#GP).
    bool loadPdptrs(uint32_t cr3Value);
    /// STI and MOV/POP SS: no interrupt before the end of the next instruction. `debugToo`: nor a
    /// debug trap (MOV SS).
    void shadowInterrupts(bool debugToo);
    /// HLT.
    void halt();
    /// Debug exceptions gathered during an instruction are delivered after it (DR6 bits).
    void noteDebugTrap(uint32_t dr6Bits);

    // --- handlers' side
    VirtualClock &clock() { return clock_; }
    PortMap &ports() { return ports_; }
    PhysicalMap &memory() { return memory_; }
    InterruptController *controller() { return controller_; }
    CpuObserver *observer() { return observer_; }

    /// Notes a fault; always false, so that callers can return it.
    bool raise(Vector vector, uint32_t errorCode = 0);
    /// The same for faults that are known from the instruction and the mode alone, before anything
    /// is read (#UD, #NM, privilege): these count as an executed instruction.
    bool raiseDecoded(Vector vector, uint32_t errorCode = 0);
    bool raisePageFault(uint32_t linear, uint32_t errorCode);
    /// The pending fault is forgotten (a caller that probes, such as task switches).
    void dropFault() { leave_ = Leave::No; }
    Fault pendingFault() const { return fault_; }
    /// Asks for the instruction to be run again alone, with chips in reach; always false.
    bool needAlone();
    /// Instruction i did not complete: gives it and what follows back to the budget.
    void leave(const Insn *i);

    /// A branch in mid-block was taken: gives what follows it back to the budget.
    void leaveBlock(const Insn *i, uint32_t target) {
        remaining_ += static_cast<int64_t>(blockCount_) - i->position - 1;
        eip = target;
    }

    uint32_t nextEip(const Insn *i) const { return eip + i->endOffset(); }
    /// Before an EndsBlock handler calls a chip: eip becomes the instruction's own address. The
    /// handler then ends with `cpu.eip += i->length`.
    void beginIo(const Insn *i) { eip += i->offset; }

    /// The ModRM operand's offset in its segment.
    uint32_t address(const Insn *i) const {
        return (gpr[i->base] + (gpr[i->index] << i->scale) + i->disp) & i->addressMask;
    }
    uint8_t *byteRegister(unsigned offset) {
        return reinterpret_cast<uint8_t *>(gpr.data()) + offset;
    }
    /// Register `number` as T; byte registers by their offset.
    template<typename T>
    T reg(unsigned number) {
        if constexpr (sizeof(T) == 1)
            return *byteRegister(number);
        else
            return static_cast<T>(gpr[number]);
    }
    template<typename T>
    void setReg(unsigned number, T value) {
        if constexpr (sizeof(T) == 1)
            *byteRegister(number) = value;
        else if constexpr (sizeof(T) == 2)
            gpr[number] = (gpr[number] & 0xFFFF0000) | value;
        else
            gpr[number] = value;
    }

    // --- memory by segment and offset, at the current privilege; T: integers of 1 to 8 bytes, Xmm
    template<typename T>
    Loaded<T> read(unsigned segment, uint32_t offset);
    template<typename T>
    bool write(unsigned segment, uint32_t offset, T value);
    /// The host address for reading and then writing in place; null: use modifySlow().
    template<typename T>
    T *modify(unsigned segment, uint32_t offset);
    /// Checks that a later write of `size` bytes will succeed, without writing.
    bool probeWrite(unsigned segment, uint32_t offset, uint32_t size);
    bool probeRead(unsigned segment, uint32_t offset, uint32_t size);
    /// The same with a segment that is not (yet) in a register, and another privilege: new stacks.
    /// Faults of the segment itself raise `vector` with `errorCode`.
    template<typename T>
    bool writeThrough(const SegmentRegister &segment, uint32_t offset, T value, bool user,
                      Vector vector, uint32_t errorCode);
    // --- memory by linear address
    template<typename T>
    Loaded<T> readLinear(uint32_t linear);
    template<typename T>
    bool writeLinear(uint32_t linear, T value);
    /// Implicit supervisor accesses (descriptor tables, TSS): SDM vol. 3, 4.6.1.
    template<typename T>
    Loaded<T> readSystem(uint32_t linear);
    template<typename T>
    bool writeSystem(uint32_t linear, T value);
    bool probeSystemWrite(uint32_t linear, uint32_t size);

    /// Read, then write in place, where there is no direct host address.
    struct Modification {
        uint64_t value = 0;
        uint32_t linear = 0;
        uint8_t size = 0;
        bool ok = false;
    };
    Modification modifySlow(unsigned segment, uint32_t offset, uint8_t size);
    void commit(const Modification &modification, uint64_t value);

    struct Translation {
        PhysicalAddress physical = 0;
        bool ok = false;
    };
    /// Walks the page tables for a data access and sets accessed and dirty bits; notes #PF. Fills
    /// the cached translations.
    Translation translate(uint32_t linear, Access access, bool user) {
        return translate(linear, access, user, Walk::Raising);
    }
    /// For inspection by debuggers and tests: no bits are set, no fault is noted.
    Translation inspect(uint32_t linear) const;

    /// Bytes of an operand may be touched: chips can be called (the instruction runs alone).
    bool ioAllowed() const { return ioAllowed_; }
    /// Between instructions the count is exact: deliveries of exceptions may reach chips and code.
    void allowIo(bool allowed) {
        ioAllowed_ = allowed;
        codeChanged_ = false;
    }
    /// A repeated string instruction goes on with its next iteration only while nothing waits, and
    /// while no code was written to, which might be its own.
    bool mayRepeat() const { return remaining_ > 0 && !attention_ && !codeChanged_; }
    /// A debug trap follows the instruction that runs: single step, a data or I/O breakpoint.
    bool trapWaits() const { return (systemFlags & eflags::TF) || debugTraps_ != 0; }
    // A fault in a repeated CMPS or SCAS gives back the flags from before the instruction (SDM vol.
    // 2, REP). However often it is left at the end of a budget, it is one instruction until an
    // interrupt comes between.
    void beginComparing() {
        if (!comparing_) flagsBeforeComparing_ = flags;
        comparing_ = true;
    }
    void endComparing() { comparing_ = false; }
    void abandonComparing() {
        // A chip's register in the way is no fault: the instruction is run again alone.
        if (leave_ != Leave::Fault) return;
        flags = flagsBeforeComparing_;
        comparing_ = false;
    }
    /// Addends of the fast paths, zero where there is none: string instructions copy whole chunks.
    uintptr_t readAddend(uint32_t linear) const { return readTable_[linear >> pageShift]; }
    uintptr_t writeAddend(uint32_t linear) const { return writeTable_[linear >> pageShift]; }

    int64_t &remaining() { return remaining_; }

  private:
    friend class CpuTestAccess;
    friend struct CpuAccess; // for block engines: emulator/jit/cpu_access.h
    enum class Leave : uint8_t { No, Fault, Alone };

    // cpu_run.cpp
    const Block *findBlock();
    const Block *findBlockSlow(uint32_t linear, uint64_t key);
    const Block *decodeBlock(const uint8_t *host, uint32_t linear, bool keep);
    void tellWatched(uint32_t linear);
    bool leadsToRest(const Block &block, uint32_t linear) const;
    void holdCode(PhysicalAddress physical, uint64_t bytes);
    PhysicalAddress executed(uint32_t linear) const;
    const Block *decodeAlone(uint32_t linear);
    void execute(const Block *block);
    void executePrefix(const Block *block, unsigned count);
    bool executeOne();
    bool attend();
    void step();
    void deliverPending();
    void afterLeave();
    uint32_t instructionBreakpointHits() const;
    void updateAttention();
    void shutdownIf(bool tripleFault);

    // memory_access.cpp
    Loaded<uint64_t> readSlow(uint32_t linear, unsigned size, bool user);
    bool writeSlow(uint32_t linear, uint64_t value, unsigned size, bool user);
    Loaded<Xmm> readSlow16(uint32_t linear);
    bool writeSlow16(uint32_t linear, const Xmm &value);
    bool checkSegment(unsigned segment, uint32_t offset, uint32_t size, bool write);
    struct Place {
        PhysicalAddress physical = 0;
        uint8_t *host = nullptr; // null: a chip, or nothing, or memory that cannot be written
        bool ok = false;
    };
    Place placeToRead(uint32_t linear, bool user);
    Place placeToWrite(uint32_t linear, unsigned size, bool user);
    bool probeRange(uint32_t linear, uint32_t size, bool user, bool write);
    bool checkAlignment(uint32_t linear, unsigned size);
    void checkDataBreakpoints(uint32_t linear, unsigned size, bool write);
    template<typename T>
    Loaded<T> readChecked(unsigned segment, uint32_t offset);
    template<typename T>
    bool writeChecked(unsigned segment, uint32_t offset, T value);
    void codeWritten(PhysicalAddress address, uint64_t size);

    // mmu.cpp
    /// Whether a walk may raise a page fault, set bits and ask chips. A quiet one finds only what
    /// needs none of it.
    enum class Walk : uint8_t { Raising, Quiet };
    Translation translate(uint32_t linear, Access access, bool user, Walk walk);
    Translation walk32(uint32_t linear, Access access, bool user, Walk walk);
    Translation walkPae(uint32_t linear, Access access, bool user, Walk walk);
    template<typename T>
    bool pagingEntry(PhysicalAddress at, Walk walk, T &value);
    /// Makes a translation known that a quiet walk finds. True if the fast path has it now.
    bool refill(uint32_t linear, Access access);
    bool permitted(uint32_t linear, Access access, bool user, bool pageWritable, bool pageUser,
                   bool executable, bool reserved, Walk walk);
    void enter(uint32_t linear, Access access, bool user, bool global, bool dirty,
               PhysicalAddress physical);

    VirtualClock &clock_;
    int64_t &remaining_;
    PhysicalMap &memory_;
    PortMap &ports_;
    InterruptController *controller_ = nullptr;
    CpuObserver *observer_ = nullptr;
    Tlb tlb_;
    BlockCache blocks_;
    BlockEngine *engine_ = nullptr;
    WatchedCode watched_;
    ActivityMark nobodys_;
    ActivityMark *activity_ = &nobodys_;

    // What the fast paths use; derived from the state by stateChanged().
    const uintptr_t *readTable_ = nullptr;
    const uintptr_t *writeTable_ = nullptr;
    const uintptr_t *executeTable_ = nullptr;
    uint32_t physicalMask_ = 0xFFFFFFFF; // clears bit 20 while A20 is masked
    bool attention_ = false;             // something must be looked at between blocks
    bool ioAllowed_ = false;
    bool codeChanged_ = false; // by the instruction that runs alone
    bool alignmentChecks_ = false;
    bool dataBreakpoints_ = false;
    bool instructionBreakpoints_ = false;

    Leave leave_ = Leave::No;
    bool faultCounts_ = false;
    Fault fault_;
    Op lastOp_ = Op::Invalid; // of the last instruction that ran alone
    unsigned blockCount_ = 0; // instructions of the block that runs
    // A block that is not kept: the first instructions of another, or one that crosses pages.
    std::array<Insn, Block::mostInsns + 1> scratch_{};
    std::array<Insn, Block::mostInsns + 1> decoded_{}; // before it is kept
    Block scratchBlock_;

    bool stopRequested_ = false;
    bool interruptLine_ = false;
    bool nmiPending_ = false;
    bool nmiBlocked_ = false; // from the delivery of an NMI to the next IRET
    bool halted_ = false;
    bool shutdown_ = false;
    bool interruptShadow_ = false;
    bool comparing_ = false;
    ArithmeticFlags flagsBeforeComparing_;
    bool debugShadow_ = false;
    uint32_t debugTraps_ = 0; // DR6 bits to be delivered after this instruction
    std::array<uint64_t, 4> pdptr_{};
    unsigned mode_ = 0;

  public:
    /// IRET unblocks NMIs.
    void unblockNmi() {
        nmiBlocked_ = false;
        updateAttention();
    }
};

/// Goes on with the next instruction of the block.
[[gnu::always_inline]] inline void next(Cpu &cpu, const Insn *i) {
    return i[1].handler(cpu, i + 1);
}

/// Delivers a fault to the guest, with double faults; false: a triple fault, the CPU shuts down.
/// eip is the faulting instruction's (system/exceptions.cpp).
bool deliverFault(Cpu &cpu, Fault fault);
/// Delivers an external interrupt or NMI; false as above.
bool deliverInterrupt(Cpu &cpu, uint8_t vector);
/// Delivers #DB as a trap or fault with DR6 bits set; false as above.
bool deliverDebug(Cpu &cpu, uint32_t dr6Bits);

} // namespace bootglass

#include "emulator/cpu/memory_access.h" // IWYU pragma: export
