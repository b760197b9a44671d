// SPDX-License-Identifier: GPL-3.0-or-later
// What one translation is made of: a block, and behind it those that come next for certain or most
// likely, as long as they are in its page. Then a jump between two of them costs nothing, all are
// counted at once, and what is known of registers and windows stays known. Followed are JMP and
// CALL, and the RET of a CALL that was followed. A conditional jump to the beginning is a loop,
// which goes round several times in one translation.
#pragma once

#include "emulator/cpu/insn.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace bootglass {
struct Block;
}

namespace bootglass::jit {

/// A block, or its beginning, in a trace.
struct Piece {
    const Insn *insns = nullptr;
    uint32_t eip = 0;   // as Source::eip is
    uint16_t bytes = 0; // of the guest's code
    uint8_t count = 0;  // of instructions
    uint8_t first = 0;  // the position of the first of them in the trace

    unsigned end() const { return first + unsigned{count}; }
    /// By its position in the trace.
    const Insn &at(unsigned position) const { return insns[position - first]; }
};

using Trace = std::vector<Piece>;

/// The block at an offset in the page, if it is known and may be followed; or null.
using FindBlock = std::function<const Block *(uint32_t offset)>;

/// The trace that begins with a block of relocatable code, `eip` bytes into its page.
Trace traceOf(const Block &block, uint32_t eip, const FindBlock &find);
/// The block alone.
Trace traceOf(const Block &block, uint32_t eip);

/// Instructions in all.
inline unsigned length(const Trace &trace) {
    return trace.empty() ? 0U : trace.back().end();
}

/// That an instruction of the trace is in.
inline const Piece &pieceAt(const Trace &trace, unsigned position) {
    const Piece *piece = trace.data();
    while (position >= piece->end())
        ++piece;
    return *piece;
}
inline const Insn &insnAt(const Trace &trace, unsigned position) {
    return pieceAt(trace, position).at(position);
}

} // namespace bootglass::jit
