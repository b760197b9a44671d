// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/stack_window.h"

#include "emulator/cpu/insn.h"
#include "emulator/jit/emit_table.h"

#include <algorithm>
#include <utility>

namespace bootglass::jit {

namespace {

constexpr uint8_t noRegister = 8;
/// Looking at both ends must be less than looking at each.
constexpr size_t fewestUses = 3;
/// Within a page's size, so that what lies between two addresses is in the pages of the two.
constexpr int32_t farthest = 2000;
/// A stack pointer that is moved farther is another one.
constexpr int32_t farthestMove = 1 << 20;
constexpr bool isWithin(int32_t value, int32_t bound) {
    return value >= -bound && value <= bound;
}

/// What an instruction does to ESP and EBP.
struct Effect {
    bool known = true;
    int32_t moves = 0;                // ESP, by a constant
    std::array<bool, 8> changes = {}; // in another way
};

Effect changesOf(unsigned number) {
    Effect effect;
    effect.changes[number] = true;
    return effect;
}

Effect effectOf(const Insn &i) {
    const Op op = i.op;
    // Byte registers are none of the two.
    const bool wide = operandBytes(i) > 1;
    const auto toOperand = [&] { return i.memory || !wide ? Effect{} : changesOf(i.rm); };
    const auto toRegister = [&] { return wide ? changesOf(i.reg) : Effect{}; };
    const auto constant = static_cast<int32_t>(i.imm);

    if (op == Op::CmpEG || op == Op::CmpGE || op == Op::CmpEI) return {};
    if ((op == Op::AddEI || op == Op::SubEI) && !i.memory && wide && i.rm == Esp && !i.operand16 &&
        isWithin(constant, farthestMove))
        return {true, op == Op::AddEI ? constant : -constant, {}};
    if (inRow(op, Op::AddEG, 8) || inRow(op, Op::AddEI, 8) || inRow(op, Op::RolEI, 8) ||
        inRow(op, Op::RolECl, 8))
        return toOperand();
    if (inRow(op, Op::AddGE, 8)) return toRegister();
    if (inRow(op, Op::CmovO, 16)) return changesOf(i.reg);
    if (inRow(op, Op::JO, 16) || inRow(op, Op::SetO, 16)) return {};
    const auto size = static_cast<int32_t>(wideBytes(i));
    switch (op) {
    case Op::MovEG:
    case Op::MovEI:
    case Op::IncE:
    case Op::DecE:
    case Op::NotE:
    case Op::NegE: return toOperand();
    case Op::MovGE: return toRegister();
    case Op::MovzxB:
    case Op::MovzxW:
    case Op::MovsxB:
    case Op::MovsxW:
    case Op::ImulGE:
    case Op::ImulGEI: return changesOf(i.reg);
    case Op::Lea:
        if (i.reg == Esp && i.base == Esp && i.index == noRegister && !i.operand16 &&
            !i.address16 && isWithin(static_cast<int32_t>(i.disp), farthestMove))
            return {true, static_cast<int32_t>(i.disp), {}};
        return changesOf(i.reg);
    case Op::PushE:
    case Op::PushI:
    case Op::Call: return {true, -size, {}};
    case Op::PopE: {
        if (i.memory || i.rm == Esp) return {false, 0, {}};
        Effect effect = changesOf(i.rm);
        effect.moves = size;
        return effect;
    }
    case Op::MulE:
    case Op::ImulE:
    case Op::TestEG:
    case Op::TestEI:
    case Op::Cbw:
    case Op::Cwd:
    case Op::Sahf:
    case Op::Lahf:
    case Op::Cmc:
    case Op::Clc:
    case Op::Stc:
    case Op::Nop:
    case Op::Jmp:
    case Op::Loop:
    case Op::Pause: return {};
    case Op::Ret: return {true, size, {}};
    case Op::RetI: return {true, size + static_cast<int32_t>(i.imm), {}};
    default: return {false, 0, {}};
    }
}

/// How the ModRM operand is used, where that is plain.
struct OperandUse {
    unsigned size = 0; // 0: not plain
    Access access = Access::Read;
};

OperandUse operandUse(const Insn &i) {
    const Op op = i.op;
    const unsigned size = operandBytes(i);
    if (inRow(op, Op::AddGE, 8) || op == Op::CmpEG || op == Op::CmpEI || op == Op::TestEG ||
        op == Op::TestEI || op == Op::MovGE || op == Op::MulE || op == Op::ImulE)
        return {size, Access::Read};
    if (op == Op::MovzxB || op == Op::MovsxB) return {1, Access::Read};
    if (op == Op::MovzxW || op == Op::MovsxW) return {2, Access::Read};
    if (inRow(op, Op::CmovO, 16) || op == Op::ImulGE || op == Op::ImulGEI || op == Op::PushE ||
        op == Op::JmpE || op == Op::CallE)
        return {wideBytes(i), Access::Read};
    if (inRow(op, Op::AddEG, 8) || inRow(op, Op::AddEI, 8) || inRow(op, Op::RolEI, 8) ||
        inRow(op, Op::RolECl, 8) || op == Op::MovEG || op == Op::MovEI || op == Op::IncE ||
        op == Op::DecE || op == Op::NotE || op == Op::NegE)
        return {size, Access::Write};
    if (inRow(op, Op::SetO, 16)) return {1, Access::Write};
    return {};
}

} // namespace

StackWindows::StackWindows(std::span<const Insn> insns) {
    findIn(insns, Esp);
    findIn(insns, Ebp);
}

void StackWindows::findIn(std::span<const Insn> insns, unsigned base) {
    std::vector<Use> uses;
    Access access = Access::Read; // Write if one of them is
    int32_t at = 0;
    const auto use = [&](unsigned position, int32_t offset, unsigned size, Access wanted) {
        if (!isWithin(offset, farthest) || !isWithin(at + offset, farthest)) return;
        uses.push_back({position, at + offset, size});
        if (wanted == Access::Write) access = wanted;
    };
    const auto close = [&] {
        add(base, std::exchange(access, Access::Read), std::exchange(uses, {}));
        at = 0;
    };
    for (unsigned n = 0; n < insns.size(); ++n) {
        const Insn &i = insns[n];
        moved(base).push_back(at);
        const bool ordinary = i.segment != Fs && i.segment != Gs && i.segment != Cs;
        if (i.memory && i.base == base && i.index == noRegister && !i.address16 && ordinary) {
            if (const OperandUse operand = operandUse(i); operand.size != 0)
                use(n, static_cast<int32_t>(i.disp), operand.size, operand.access);
        }
        const unsigned size = wideBytes(i);
        const bool pushes =
            i.op == Op::PushE || i.op == Op::PushI || i.op == Op::Call || i.op == Op::CallE;
        const bool pops = (i.op == Op::PopE && !i.memory) || i.op == Op::Ret || i.op == Op::RetI;
        if (base == Esp && pushes) use(n, -static_cast<int32_t>(size), size, Access::Write);
        if (base == Esp && pops) use(n, 0, size, Access::Read);
        if (base == Ebp && i.op == Op::Leave) use(n, 0, size, Access::Read);
        const Effect effect = effectOf(i);
        if (!effect.known || effect.changes[base])
            close();
        else if (base == Esp)
            at += effect.moves;
    }
    close();
}

void StackWindows::add(unsigned base, Access access, std::vector<Use> uses) {
    if (uses.size() < fewestUses) return;
    // All are multiples of their sizes if one of the largest size is, and the others fit to it.
    unsigned alignment = 1;
    int32_t aligned = 0;
    for (const Use &use : uses) {
        if (use.size > 4 || use.size <= alignment) continue;
        alignment = use.size;
        aligned = use.offset;
    }
    std::erase_if(uses, [&](const Use &use) {
        return use.size > alignment ||
               ((use.offset - aligned) & static_cast<int32_t>(use.size - 1)) != 0;
    });
    if (uses.size() < fewestUses) return;
    const auto [low, high] = std::ranges::minmax(uses, {}, &Use::offset);
    if (high.offset - low.offset > farthest) return;
    const int32_t over = (low.offset - aligned) & static_cast<int32_t>(alignment - 1);
    windows_.push_back({base, access, uses.front().position, uses.back().position, low.offset,
                        high.offset, alignment, low.offset - over});
}

/// Those of windows that begin at n, by the register's value before instruction `at`.
std::vector<StackWindows::Look> StackWindows::looks(unsigned n, unsigned at) const {
    std::vector<Look> looks;
    for (const Window &w : windows_) {
        if (w.first != n || w.last < at) continue;
        const int32_t by = moved(w.base)[at];
        looks.push_back({w.base, w.looked - by, w.alignment, w.access});
        if (w.high != w.looked) looks.push_back({w.base, w.high - by, 1, w.access});
    }
    return looks;
}

std::vector<StackWindows::Look> StackWindows::before(unsigned n) const {
    return looks(n, n);
}

std::vector<StackWindows::Look> StackWindows::after(unsigned n) const {
    return looks(n, n + 1);
}

bool StackWindows::covers(unsigned n, unsigned base, int32_t offset, unsigned size,
                          Access access) const {
    return std::ranges::any_of(windows_, [&](const Window &w) {
        if (w.base != base || n < w.first || n > w.last) return false;
        if (access == Access::Write && w.access == Access::Read) return false;
        const int32_t at = moved(base)[n] + offset;
        return at >= w.low && at <= w.high && size <= w.alignment &&
               ((at - w.looked) & static_cast<int32_t>(size - 1)) == 0;
    });
}

} // namespace bootglass::jit
