// SPDX-License-Identifier: GPL-3.0-or-later
// The passes of string instructions (SDM vol. 2, REP/REPE/REPZ/REPNE/REPNZ). Each pass counts as
// one instruction: it looks at the counter, then does one element; the pass that finds zero is the
// last. So REP with n counts n + 1, and a pass that ends by ZF is the last one itself. Between two
// passes interrupts, traps and deadlines are looked at: the instruction stays where it is and is
// begun again.
#pragma once

#include "emulator/cpu/cpu.h"

namespace bootglass::interpreter {

/// CX or ECX, SI or ESI, DI or EDI by address size.
inline uint32_t indexRegister(const Cpu &cpu, const Insn *i, unsigned number) {
    return cpu.gpr[number] & i->addressMask;
}
inline void setIndexRegister(Cpu &cpu, const Insn *i, unsigned number, uint32_t value) {
    uint32_t mask = i->addressMask;
    cpu.gpr[number] = (cpu.gpr[number] & ~mask) | (value & mask);
}
/// On by one element, back if DF is set.
template<typename T>
void advance(Cpu &cpu, const Insn *i, unsigned number) {
    auto step = static_cast<uint32_t>(sizeof(T));
    if (cpu.systemFlags & eflags::DF) step = -step;
    setIndexRegister(cpu, i, number, cpu.gpr[number] + step);
}

/// A string instruction: `element(cpu, i)` does one and returns false on a fault; `chunk(cpu, i,
/// most)` may do several at once, at most `most`, and returns how many it did (0: use element).
/// With `ByZf` the repetition also ends when ZF is not as the prefix asks.
template<bool ByZf, typename Element, typename Chunk>
[[gnu::always_inline]] inline void runString(Cpu &cpu, const Insn *i, Element element,
                                             Chunk chunk) {
    if (!i->rep && !i->repne) {
        if (!element(cpu, i)) [[unlikely]]
            return cpu.leave(i);
        return next(cpu, i);
    }
    if constexpr (ByZf) cpu.beginComparing();
    for (;;) {
        uint32_t count = indexRegister(cpu, i, Ecx);
        if (count == 0) break;
        uint32_t done = 0;
        if (cpu.mayRepeat()) {
            // This pass has been taken from the budget already, the others of the chunk have not.
            auto most =
                static_cast<uint32_t>(std::min<int64_t>(count, cpu.remaining() + int64_t{1}));
            done = chunk(cpu, i, most);
            if (done != 0) cpu.remaining() -= done - 1;
        }
        if (done == 0) {
            if (!element(cpu, i)) [[unlikely]] {
                if constexpr (ByZf) cpu.abandonComparing();
                return cpu.leave(i);
            }
            done = 1;
        }
        setIndexRegister(cpu, i, Ecx, count - done);
        if (ByZf && cpu.flags.zf() != i->rep) break;
        if (!cpu.mayRepeat()) {
            // A trap after the last iteration is told behind the instruction: no pass finds zero
            // then.
            if (done == count && cpu.trapWaits()) break;
            cpu.eip += i->offset;
            return;
        }
        --cpu.remaining();
    }
    if constexpr (ByZf) cpu.endComparing();
    cpu.eip = cpu.nextEip(i);
}

inline uint32_t noChunk(Cpu &, const Insn *, uint32_t) {
    return 0;
}

} // namespace bootglass::interpreter
