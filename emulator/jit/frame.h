// SPDX-License-Identifier: GPL-3.0-or-later
// What translated code and the engine share, in the data beside the code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bootglass {
struct Insn;
}

namespace bootglass::jit {

class Jit;

struct Frame {
    // The guest's arithmetic flags while they are not in the host's: OF in the low byte, the others
    // in the high one as LAHF and SAHF have them.
    uint16_t flags = 0;
    /// The link through which translated code left, or noLink.
    uint32_t pendingLink = 0;
    /// Of the page that relocatable code runs in: the EIP of its first byte.
    uint32_t pageEip = 0;
    /// A jump's target while the stack is looked at.
    uint32_t target = 0;
    uint32_t *gpr = nullptr;
    const uint8_t *tables = nullptr; // of the present privilege (see Tlb)
    int64_t *remaining = nullptr;
    const uint64_t *limit = nullptr; // of the clock
    const uint64_t *idle = nullptr;
    const uint64_t *codeWords = nullptr;
    /// The jump table of the present mode.
    const uint64_t *jumpTable = nullptr;
    // What the present privilege and mode allow: zero sends the instruction to the interpreter.
    uint8_t mayClearIf = 0;
    uint8_t mayPushFlags = 0;
    uint8_t mayReadTsc = 0;
    uint8_t maySetSegments = 0;
    /// Transfers change nothing of CS but its selector and base.
    uint8_t mayChangeCode = 0;
    uint8_t mayUseX87 = 0;
    uint8_t mayUseSse = 0;
    /// The same of SSE's floating point, whose exceptions must all be masked.
    uint8_t mayComputeSse = 0;
    /// The host's MXCSR is the guest's; its own waits in hostMxcsr.
    uint8_t sseIsLoaded = 0;
    uint32_t hostMxcsr = 0;
    Jit *engine = nullptr;
    // Both return an AfterCallout.
    uint32_t (*callout)(Jit *, uint32_t site) = nullptr;
    uint32_t (*calloutGoingOn)(Jit *, uint32_t site) = nullptr;
    /// Makes a page's translation known, unless these of the SegmentTables are empty.
    bool (*refill)(Jit *, uint32_t linear, uint32_t access, uint32_t tables) = nullptr;
    /// The same of code; where to go on, or null.
    const uint8_t *(*again)(Jit *, uint32_t eip) = nullptr;
    /// Makes a slow path; null: the block ends before the instruction.
    const uint8_t *(*slowPath)(Jit *, uint32_t number) = nullptr;
    /// By segment register: the tables to look into, or empty ones where the segment is not
    /// ordinary. Behind them those of the privilege, for segments that are taken for granted.
    struct SegmentTables {
        const uintptr_t *read = nullptr, *write = nullptr, *withheld = nullptr;
    };
    static constexpr unsigned privilegeTables = 6;
    std::array<SegmentTables, 7> segmentTables{};
};

/// What happens after an instruction that was handed to the interpreter.
enum AfterCallout : uint32_t {
    goOn = 0,  // with the next of the block
    leave = 1, // the dispatcher looks at what happened
    jump = 2   // the block is over, nothing waits: to the block at EIP
};

inline constexpr uint32_t noLink = ~uint32_t{0};

/// Common code that blocks jump to; made once (glue.h).
struct Glue {
    void (*enter)(const uint8_t *code) = nullptr;
    const uint8_t *callout = nullptr; // call; r8d: site. Returns if the block goes on
    const uint8_t *calloutGoingOn = nullptr;
    /// By access (read, write) and the logarithm of the size. Call; r8d: address, r9: SegmentTables
    /// (see glue.cpp)
    std::array<std::array<const uint8_t *, 5>, 2> otherwise{};
    /// Call; rcx: not zero if the host's MXCSR now is the guest's (see glue.cpp)
    const uint8_t *loadSse = nullptr;
    /// Call; rcx: a function of X87Work, r9: the operand, r8d: ST's number. rcx: not zero if it was
    /// done (see glue.cpp)
    const uint8_t *x87 = nullptr;
    const uint8_t *x87IntoFlags = nullptr; // the same of a comparison that sets flags
    const uint8_t *makeSlowPath = nullptr; // jump; r8d: its number
    /// By access (read, write). Call; r8d: linear address, r9d: as Frame::refill. rcx: not zero if
    /// the page is known now
    std::array<const uint8_t *, 2> refill{};
    const uint8_t *again = nullptr;       // jump; r8d: EIP
    const uint8_t *leave = nullptr;       // jump; r8d: EIP
    const uint8_t *leaveByLink = nullptr; // jump; r8d: EIP, r9d: link
};

/// What a block is translated for. Blocks of one mode jump to each other.
enum ModeBits : uint8_t {
    code32 = 1,        // CS.D
    stack32 = 2,       // SS.B
    flat = 4,          // CS DS ES SS with base 0 and 4 GiB
    wideCode = 8,      // CS reaches to 4 GiB, else at least to 64 KiB
    realSegments = 16, // a selector is a base: real and virtual-8086 mode
    paged = 32         // CR0.PG
};
/// Code of these modes runs wherever its page is mapped: it knows its EIP by that of the page.
constexpr bool relocatable(unsigned mode) {
    return (mode & (flat | code32)) == (flat | code32);
}
inline constexpr unsigned modes = 64;

/// The jump table of a mode: one entry for each value of a linear address's low 16 bits.
inline constexpr size_t jumpTableEntries = size_t{1} << 16;

/// An instruction that is handed to the interpreter from within a block.
struct Site {
    const Insn *insn = nullptr;
    uint32_t blockEip = 0; // in its page, if relocatable
    uint8_t blockCount = 0;
    bool relocatable = false;
    bool ends = false; // its block
    /// Afterwards all is allowed that was before, and code of the same mode follows.
    bool keepsMode = false;
    /// The same in real mode, if transfers change nothing of CS but its selector and base.
    bool keepsRealMode = false;
    /// It neither reads nor changes the arithmetic flags.
    bool keepsFlags = false;
};

} // namespace bootglass::jit
