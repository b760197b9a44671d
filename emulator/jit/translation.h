// SPDX-License-Identifier: GPL-3.0-or-later
// A translated block, with what follows it in its trace, and the links between such blocks.
//
// A block can be entered at three places, each falling into the next: `indirect` asks whether the
// EIP in r8d (and the code segment's base) is the block's, `page` whether the linear page still
// leads to the physical page that it was made from, `plain` asks nothing but for the budget. So a
// change of page tables touches no translation: jumps that stay in their page use `plain`, others
// ask.
//
// In flat 32-bit code a translation serves every linear address that its page is mapped at: each
// process has the libraries somewhere else. There `indirect` and `page` are one: does the EIP in
// r8d lead to the byte that the block was made from? Its page's EIP is kept in the frame.
#pragma once

#include "emulator/jit/trace.h"
#include "emulator/memory/physical_map.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bootglass {
struct Block;
struct Insn;
} // namespace bootglass

namespace bootglass::jit {

struct Translation {
    uint32_t eip = 0; // in its page, if relocatable
    uint32_t csBase = 0;
    uint8_t mode = 0;
    uint8_t region = 0; // of the code memory
    bool dead = false;
    uint8_t count = 0;      // of the trace's instructions
    uint16_t bytes = 0;     // of the block's code, in its first page
    uint16_t restBytes = 0; // in the next
    PhysicalAddress restPhysical = 0;
    const Block *block = nullptr; // while it is not dead
    Trace trace;                  // that begins with it
    int64_t direct = 0;           // this and the next: see Surroundings
    bool stackWindows = false;
    PhysicalAddress physical = 0;
    const uint8_t *host = nullptr; // the guest's code
    const uint8_t *indirect = nullptr, *page = nullptr, *plain = nullptr;
    uint32_t firstLink = 0, linkCount = 0;
    uint32_t incoming = ~uint32_t{0}; // first link of those that lead here
    Translation *nextOfBlock = nullptr;

    bool touches(PhysicalAddress address, uint64_t size) const {
        const auto isIn = [&](PhysicalAddress first, uint64_t length) {
            return first < address + size && address < first + length;
        };
        if (isIn(physical, bytes) || isIn(restPhysical, restBytes)) return true;
        // What follows the block stands in its page.
        const PhysicalAddress firstPage = physical & ~PhysicalAddress{pageMask};
        return std::any_of(trace.begin() + 1, trace.end(), [&](const Piece &piece) {
            return isIn(firstPage + piece.eip, piece.bytes);
        });
    }
    uint32_t linear() const { return csBase + eip; }
};

/// One instruction's code for what its place in the block does not do.
struct SlowPath {
    Translation *of = nullptr;
    const uint8_t *join = nullptr; // where the block goes on
    uint8_t position = 0;
};

struct Link {
    Translation *from = nullptr;
    Translation *to = nullptr;
    uint32_t target = 0; // EIP; from its page's on, if relocatable
    uint32_t nextIncoming = ~uint32_t{0};
    const uint8_t *unresolved = nullptr;
};

} // namespace bootglass::jit
