// SPDX-License-Identifier: GPL-3.0-or-later
// Which accesses of a trace need no look of their own. Compilers keep a function's variables beside
// ESP or EBP, so a trace reads and writes the same few dozen bytes again and again. Where that is
// seen, the pages of the lowest and of the highest of them are looked at once, before the first:
// all between lie in one of the two, and entries are not dropped while a trace runs. If one of the
// accesses is a write, the pages are looked at for writing: then they may be read as well (see
// Tlb).
//
// It is found out from the instructions alone: what moves ESP by a constant is followed, anything
// else that changes the register ends its window.
#pragma once

#include "emulator/cpu/registers.h"
#include "emulator/cpu/tlb.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace bootglass {
struct Insn;
}

namespace bootglass::jit {

class StackWindows {
  public:
    /// One look: at the page of register + offset; the address must be a multiple of the size.
    struct Look {
        unsigned base = Esp;
        int32_t offset = 0;
        unsigned size = 1;
        Access access = Access::Read;
    };

    StackWindows() = default;
    explicit StackWindows(std::span<const Insn> insns);

    /// What must be looked at before instruction n.
    std::vector<Look> before(unsigned n) const;
    /// The same, after instruction n has been executed without it.
    std::vector<Look> after(unsigned n) const;
    /// Whether that access of instruction n needs no look any more; `offset` from the register's
    /// value before it.
    bool covers(unsigned n, unsigned base, int32_t offset, unsigned size, Access access) const;

  private:
    struct Use {
        unsigned position;
        int32_t offset; // from the register's value at the segment's begin
        unsigned size;
    };
    struct Window {
        unsigned base;
        Access access;
        unsigned first, last; // instructions
        int32_t low, high;
        unsigned alignment; // of `low`, which is at most low
        int32_t looked;     // the lowest offset that is looked at
    };
    void findIn(std::span<const Insn> insns, unsigned base);
    void add(unsigned base, Access access, std::vector<Use> uses);
    std::vector<Look> looks(unsigned n, unsigned at) const;
    std::vector<int32_t> &moved(unsigned base) { return moved_[base == Ebp]; }
    const std::vector<int32_t> &moved(unsigned base) const { return moved_[base == Ebp]; }

    std::vector<Window> windows_;
    // By instruction: how far ESP, EBP have moved since their segment began.
    std::array<std::vector<int32_t>, 2> moved_;
};

} // namespace bootglass::jit
