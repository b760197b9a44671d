// SPDX-License-Identifier: GPL-3.0-or-later
// Makes host code for one block, or a trace of several (see trace.h): registers, flags, memory,
// leaving it. What each family of instructions becomes is in emit_*.cpp; they use only what is
// here.
//
// Registers. The guest's live in the host's for as long as translated code runs, zero-extended:
//
//   EAX EDX EBX EBP ESI EDI  in the host's of the same names      r13  budget: ~remaining
//   ECX                      in r11                               r14  TLB tables of this privilege
//   ESP                      in r12                               r15  the guest's register file
//   rcx r8 r9                scratch                              r10  42, a count of shifts
//
// Flags. The guest's CF PF AF ZF SF OF are the host's, between any two instructions of the guest.
// So all that is put between them must leave flags alone: MOV LEA MOVZX NOT, RORX SHRX PEXT (BMI2),
// JRCXZ as the only branch.
//
// Memory. The host address of a byte is its linear address plus the addend of its page (see Tlb),
// zero where the fast path ends. `add eax, [ebx+8]`:
//
//   lea   r8d, [rbx+8]
//   rorx  ecx, r8d, 2            a misaligned address gets its low bits to the top
//   shrx  ecx, ecx, r10d         >> 10 (42 mod 32): the page's number, or beyond all pages
//   mov   rcx, [r14+rcx*8+read]  the addend
//   jrcxz slow
//   add   eax, [rcx+r8]
//   …
//   slow: mov r8d, number; jmp [slot]
//
// A load whose address was loaded would wait for the look, too. A kernel has most of the memory at
// one distance from where it is, which the block knows (`direct`); there the tables say only
// whether a page is so, and the processor goes on before it has heard:
//
//   …
//   movzx ecx, byte [r14+rcx*4]  not zero: the page has that addend
//   jrcxz slow
//   add   eax, [rbx+8+direct]
//
// Of a stack frame, only both ends are looked at (StackWindows).
//
// Slow paths. The slot leads to what makes the instruction's slow path, and then to it: the
// instruction once more, from its beginning, with the addend and with all that can be otherwise:
// not aligned, a store beside code, a page that is not known yet. What is left is a call of the
// interpreter, which does it all, exactly. Then the block goes on behind the instruction. Few
// instructions ever need one: 2 to 4 of a hundred in a boot of Linux.
//
// JRCXZ reaches 127 bytes, so its targets are islands of jumps, put between instructions.
//
// EIP. In flat 32-bit code a block does not know where its page is mapped, since processes have the
// libraries at different addresses: the EIP of the page that runs stands in the frame (pageEip),
// and what needs an EIP adds the offset to it. Elsewhere EIPs are constants.
//
// XMM registers stay in the CPU object; the host's xmm0 and xmm1 are scratch. Floating point is the
// host's own, under the guest's MXCSR, which is loaded when a block first needs it and taken back
// when translated code is left or calls out: rounding, flags and NaNs are those of any processor
// with SSE. While an exception is not masked, the interpreter computes.
//
// x87. Its registers stay in the CPU object, too, and what is done with them is what the
// interpreter does (X87Work), called with the operand and without its detours.
//
// Traces. Between two blocks of a trace nothing is left of a JMP, and of a CALL its push. A loop's
// conditional jump leads out of the trace where it leads out of the loop. A RET asks whether it
// leads back:
//
//   mov   r9d, [pageEip]
//   lea   r9d, [r9+offset]
//   not   r9d
//   lea   ecx, [r8+r9+1]         zero if r8d, the target, is that EIP
//   jrcxz on
//
// Budget. A block or a trace takes all its instructions at its entry, and does not begin if they
// are not left:
//
//   lea   r13, [r13+count]
//   shrx  rcx, r13, r10          zero once ~remaining is not negative
//   jrcxz out
//
// Whoever leaves early gives the rest back: taken branches in the middle by one LEA, the
// interpreter by its own accounts.
#pragma once

#include "emulator/cpu/fpu_state.h"
#include "emulator/cpu/insn.h"
#include "emulator/cpu/registers.h"
#include "emulator/cpu/tlb.h"
#include "emulator/jit/frame.h"
#include "emulator/jit/stack_window.h"
#include "emulator/jit/trace.h"

#include <asmjit/x86.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace bootglass {
class Cpu;
}

namespace bootglass::jit {

using asmjit::imm;
using asmjit::Label;
namespace x86 = asmjit::x86;

/// The addresses that a block's code is made for.
struct Surroundings {
    Cpu *cpu = nullptr;
    Glue glue;
    Frame *frame = nullptr;
    const uint8_t *base = nullptr;  // of this block's code
    uint64_t *links = nullptr;      // link n of all blocks
    uint64_t *jumpTables = nullptr; // of all modes
    uint64_t *slowPaths = nullptr;  // slot n of all
    int64_t direct = 0;             // the addend that is taken for granted, or 0 (see Tlb)
    bool stackWindows = false;      // also of the stack
    bool closesIslands = false;     // at once, for a block in which one was out of reach
    uint32_t firstLink = 0, firstSite = 0, firstSlowPath = 0;
};

/// What is to be translated.
struct Source {
    const Trace *trace = nullptr;
    uint32_t csBase = 0;
    uint8_t mode = 0;
    bool counted = true; // false: for a bench alone, see Jit::makeCode

    unsigned count() const { return length(*trace); } // of instructions
    /// From its page's on, if relocatable.
    uint32_t eip() const { return trace->front().eip; }
};

/// A byte register by its offset in the register file: 4 times the number, one more for AH …
struct ByteRegister {
    unsigned number;
    bool high;
    explicit ByteRegister(unsigned offset) : number(offset >> 2), high(offset & 1) {}
};

/// An outgoing link: where it goes, and the code that runs while it goes nowhere.
struct OutgoingLink {
    uint32_t target = 0;
    Label unresolved;
};

/// An instruction that has a slow path.
struct OutgoingSlowPath {
    Label label;
    Label join; // where the block goes on after it
    unsigned position = 0;
};

/// Whether an address that is no multiple of the operand's size is the interpreter's, which faults.
enum class Alignment : uint8_t { Any, Checked };

class Emitter {
  public:
    /// With `join`, for the slow path of one instruction, which goes on there.
    Emitter(x86::Assembler &assembler, const Surroundings &surroundings, const Source &source,
            const uint8_t *join = nullptr);

    x86::Assembler &a; // NOLINT: emitters write to it all the time

    // --- the block
    const Source &source() const { return source_; }
    bool flatMode() const { return source_.mode & flat; }
    bool isRelocatable() const { return relocatable(source_.mode); }
    bool selectorsAreBases() const { return source_.mode & realSegments; }
    bool stackIs32() const { return source_.mode & stack32; }
    /// Begins instruction n.
    void begin(unsigned n);
    /// Ends it: where its slow path comes back to.
    void end();
    const Insn &insn() const { return piece_->at(position_); }
    // As Source::eip is.
    uint32_t eip() const { return piece_->eip + insn().offset; }
    uint32_t nextEip() const { return piece_->eip + insn().endOffset(); }
    /// What comes next in the trace is where this jump leads to.
    bool isFollowed() const;
    /// What must come after the last instruction: taken branches, islands, links.
    void finish();
    /// The same of a slow path.
    void finishSlowPath();
    std::vector<OutgoingLink> links;
    std::vector<OutgoingSlowPath> slowPaths;
    std::vector<Site> sites;

    // --- registers
    static x86::Gp guest32(unsigned number);
    static x86::Gp guest64(unsigned number) { return guest32(number).r64(); }
    /// Of 2 or 4 bytes.
    static x86::Gp guest(unsigned number, unsigned size) {
        return size == 2 ? guest32(number).r16() : guest32(number);
    }
    /// The same of any register.
    static x86::Gp sized(x86::Gp whole, unsigned size) {
        return size == 2 ? x86::Gp(whole.r16()) : x86::Gp(whole.r32());
    }
    /// Memory of 2 or 4 bytes, zero-extended to 4.
    void load(x86::Gp target, const x86::Mem &place, unsigned size) {
        if (size == 2)
            a.movzx(target, place);
        else
            a.mov(target, place);
    }
    /// A place in the CPU object.
    x86::Mem state(const void *member, unsigned size) const;

    // --- byte registers: AH CH DH BH take detours
    /// The value of a byte register in a register that stands beside any other: its own low byte,
    /// or `scratch`.
    x86::Gp byteIn(ByteRegister source, x86::Gp scratch);
    /// destination = operation(destination, source).
    void byteToByte(asmjit::InstId operation, ByteRegister destination, ByteRegister source);
    /// The source is in CL (the host's).
    void clToByte(asmjit::InstId operation, ByteRegister destination);
    void immediateToByte(asmjit::InstId operation, ByteRegister destination, uint32_t value);
    void onByte(asmjit::InstId operation, ByteRegister destination);

    // --- memory
    /// The ModRM operand, checked for the access; uses rcx, r8, r9 and leaves r9 free.
    x86::Mem memory(unsigned size, Access access, Alignment alignment = Alignment::Any);
    /// The offset of the ModRM operand in its segment, zero-extended: r8, or a guest's register.
    x86::Gp offset();
    /// The same to a register, where addresses have 32 bits.
    void address(x86::Gp target);
    /// Memory at an offset in a segment, which is r8 or a guest's register; `narrow`: at most
    /// FFFFh.
    x86::Mem memoryAt(unsigned segment, x86::Gp offset, bool narrow, unsigned size, Access access,
                      Alignment alignment = Alignment::Any);
    /// The stack's memory at ESP or EBP + offset, where the stack has 32 bits.
    x86::Mem stackMemory(unsigned base, int32_t offset, unsigned size, Access access);
    // In a block all these lead to the instruction's slow path, there to the interpreter.
    /// If rcx is zero.
    void slowIfZero();
    void slow();
    /// In what ends its block: if the budget ends with it.
    void slowIfBudgetEnds();
    /// Unless the byte in the frame is set.
    void unlessAllowed(const uint8_t &allowed);
    /// Unless SSE may be used: #UD, #NM.
    void unlessSseReady();
    void unlessX87Ready(); // #NM
    /// Makes the host's MXCSR the guest's, if it can be.
    void unlessSseComputes();

    // --- the interpreter
    /// Hands the instruction to the interpreter and goes on after it.
    void callout();

    // --- leaving
    /// The EIP, as Source::eip is given.
    void loadEip(x86::Gp target, uint32_t eip);
    /// Ends the block with a jump to a known place.
    void jumpTo(uint32_t eip);
    /// The same from the middle of the block, under a condition that has jumped to the label.
    void takenFrom(Label label, uint32_t eip);
    /// Ends the block with a jump to the EIP in r8d.
    void jumpToR8();
    /// True if a target in this code segment is certainly within its limit.
    bool reachable(uint32_t eip) const {
        return (source_.mode & (flat | wideCode)) != 0 || eip <= 0xFFFF;
    }

    // --- positions relative to this block's code
    void jumpAbsolute(const uint8_t *target);
    void callAbsolute(const uint8_t *target);
    /// `operation` on something in the data beside the code.
    void withData(const void *address, asmjit::InstId operation) {
        a.emit(operation, x86::ptr(x86::rip, 0));
        fixData(address);
    }
    /// operation(target, what is there), of `size` bytes.
    void withData(const void *address, asmjit::InstId operation, x86::Gp target,
                  unsigned size = 0) {
        a.emit(operation, target, x86::ptr(x86::rip, 0, size));
        fixData(address);
    }
    void storeToData(const void *address, x86::Gp value) {
        a.mov(x86::ptr(x86::rip, 0, value.size()), value);
        fixData(address);
    }
    void jumpThrough(const uint64_t *slot);
    Frame &frame() const { return *around_.frame; }
    x86::Mem systemFlags() const;
    x86::Mem tscOffset() const;
    x86::Mem interruptLine() const;
    x86::Mem selector(unsigned segment) const;
    const Xmm *xmm(unsigned number) const;
    x86::Mem segmentBase(unsigned segment) const;
    const X87State &x87() const;
    const Glue &glue() const { return around_.glue; }
    unsigned clockShift() const;

    /// Makes room for `bytes` more in reach of the islands that are open.
    void ensureRoom(unsigned bytes);

  private:
    struct Island {
        Label label;
        Label target;
        size_t at;
    };
    struct Taken {
        Label label;
        unsigned position;
        uint32_t target;
    };
    /// A RET that leads elsewhere than to behind the call in the trace: to r8d.
    struct Astray {
        Label label;
        unsigned position;
    };
    void jumpUnlessZero(const Label &target);
    void flushIslands(bool fallsThrough);
    bool inSlowPath() const { return join_ != nullptr; }
    bool joinHere();
    void jumpByTable();
    void loadSseOutOfLine();
    void fixData(const void *address);
    Label slowLabel();
    void handOver(unsigned position, const uint8_t *glue);
    void giveBackAfter(unsigned position);
    void jumpByTableAfter(unsigned position);
    void jumpIfAstray();
    void index(x86::Gp linear, unsigned size);
    bool isPlain(unsigned segment) const;
    bool hasDirect() const;
    bool mayBeDirect() const;
    int32_t direct(int32_t offset) const;
    x86::Gp linearAt(unsigned base, int32_t offset);
    x86::Mem memoryAtConstant(unsigned size, Access access, Alignment alignment);
    x86::Mem directMemory(unsigned base, int32_t offset, unsigned size, Access access);
    void lookDirect(x86::Gp linear, unsigned size, Access access);
    void joinIfWindowsHold();
    void probe(x86::Gp linear, unsigned size, Access access, unsigned tables, bool narrow,
               Alignment alignment);
    void missIfZero(x86::Gp linear, unsigned size, Access access, unsigned tables, bool narrow,
                    Alignment alignment);
    void limitCheck(unsigned segment, x86::Gp offset, Access access);
    void useLink(uint32_t eip);
    void leaveTo(uint32_t eip);
    bool leavesPage(uint32_t eip) const;
    void countAgain(const Label &out);
    void restCheck(const uint8_t *rest, const Label &elsewhere);
    void entryOfRelocatable(const Label &elsewhere, uint64_t hostPage);
    void entryOfFixed(const Label &indirect, const Label &page, const Label &wrongPlace,
                      const Label &wrongPage, uint64_t hostPage);

    Surroundings around_;
    Source source_;
    const uint8_t *join_;
    unsigned position_ = 0;
    const Piece *piece_ = nullptr; // that it is in
    std::vector<Island> islands_;
    std::vector<Taken> taken_;
    std::vector<Astray> astray_;
    struct Slow {
        Label label;
        Label resume;
        unsigned position;
    };
    std::vector<Slow> slows_;
    std::optional<size_t> slowHere_; // of this instruction, in slowPaths, or slows_
    /// An access that found no entry: perhaps it is not aligned, or the page holds code elsewhere.
    struct Beside {
        Label label;
        Label resume;
        Label slow;
        x86::Gp linear;
        unsigned size;
        bool write;
        unsigned tables; // in Frame::segmentTables
        bool narrow;     // its last byte's offset may be beyond FFFFh
        Alignment alignment;
    };
    void tryOtherwise(const Beside &beside);
    void slowUnlessInBounds(const Beside &beside);
    std::vector<Beside> besides_;
    struct LoadOfSse {
        Label label;
        Label resume;
        Label slow;
    };
    std::vector<LoadOfSse> loadsOfSse_;
    // Were looked at by an instruction before.
    bool sseIsReady_ = false;
    bool x87IsReady_ = false;
    Label body_;
    Label start_; // of a slow path
    StackWindows windows_;

  public:
    /// Emits the entries (see Translation) and the budget's check; their labels.
    struct Entries {
        Label indirect, page, plain;
    };
    /// `rest`: where an instruction goes on that crosses into the next page, or null.
    Entries entries(uint64_t hostPage, const uint8_t *rest);
};

} // namespace bootglass::jit
