// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/trace.h"

#include "emulator/cpu/block_cache.h"
#include "emulator/jit/emit_table.h"

#include <algorithm>
#include <optional>

namespace bootglass::jit {

namespace {

/// Instructions: a trace runs only if the budget has them all.
constexpr unsigned most = Block::mostInsns;
/// Of a loop.
constexpr unsigned mostTurns = 4;

class Tracer {
  public:
    Tracer(const Block &block, uint32_t eip, const FindBlock &find) {
        add(block, eip);
        while (const std::optional<uint32_t> target = nextTarget()) {
            const Block *next = *target < pageSize ? find(*target) : nullptr;
            if (!next || length(trace_) + next->count > most) break;
            add(*next, *target);
        }
        goRound();
    }
    Trace take() { return std::move(trace_); }

  private:
    void add(const Block &block, uint32_t eip) {
        trace_.push_back(
            {block.insns, eip, block.bytes, block.count, static_cast<uint8_t>(length(trace_))});
    }

    /// Where the last instruction leads to for certain, or to where its CALL was.
    std::optional<uint32_t> nextTarget() {
        const Piece &piece = trace_.back();
        const Insn &last = piece.insns[piece.count - 1];
        if (last.operand16) return {};
        const uint32_t behind = piece.eip + last.endOffset();
        switch (last.op) {
        case Op::Jmp: return behind + last.imm;
        case Op::Call: returns_.push_back(behind); return behind + last.imm;
        case Op::Ret:
        case Op::RetI: {
            if (returns_.empty()) return {};
            const uint32_t target = returns_.back();
            returns_.pop_back();
            return target;
        }
        default: return {};
        }
    }

    /// The first instruction of a piece that can go back to the trace's beginning, or none.
    std::optional<unsigned> jumpBack(const Piece &piece) const {
        for (unsigned n = 0; n < piece.count; ++n) {
            const Insn &insn = piece.insns[n];
            const bool conditional = inRow(insn.op, Op::JO, 16) || insn.op == Op::Loop;
            if (conditional && !insn.operand16 &&
                piece.eip + insn.endOffset() + insn.imm == trace_.front().eip)
                return n;
        }
        return {};
    }

    /// If it is a loop, the trace is several turns of it and no more.
    void goRound() {
        for (size_t n = 0; n < trace_.size(); ++n) {
            const std::optional<unsigned> jump = jumpBack(trace_[n]);
            if (!jump) continue;
            const unsigned turn = trace_[n].first + *jump + 1;
            const unsigned turns = std::min(mostTurns, most / turn);
            if (turns < 2) return;
            trace_.resize(n + 1);
            trace_[n].count = static_cast<uint8_t>(*jump + 1);
            trace_[n].bytes = static_cast<uint16_t>(trace_[n].insns[*jump].endOffset());
            for (unsigned t = 1; t < turns; ++t)
                for (size_t m = 0; m <= n; ++m) {
                    Piece again = trace_[m];
                    again.first = static_cast<uint8_t>(again.first + t * turn);
                    trace_.push_back(again);
                }
            return;
        }
    }

    Trace trace_;
    std::vector<uint32_t> returns_; // of the CALLs that were followed
};

} // namespace

Trace traceOf(const Block &block, uint32_t eip, const FindBlock &find) {
    return Tracer(block, eip, find).take();
}

Trace traceOf(const Block &block, uint32_t eip) {
    return {{block.insns, eip, block.bytes, block.count, 0}};
}

} // namespace bootglass::jit
