// SPDX-License-Identifier: GPL-3.0-or-later
// A block's guest code beside its host code: walks along with a trace, and tells for each
// instruction that is executed what the translator makes of it. A block is shown as it is entered;
// where execution leaves it in the middle, the next one begins.
#pragma once

#include "emulator/machine/machine.h"
#include "emulator/trace/disassembler.h"

#include <string>
#include <vector>

namespace bootglass {

class HostView {
  public:
    HostView(const Machine &machine, const Disassembler &disassembler)
        : machine_(machine), disassembler_(disassembler) {}

    struct HostInsn {
        uint64_t address = 0;
        Disassembled insn;
    };
    struct Part {
        std::string block;           // a sentence at the start of a block
        std::vector<HostInsn> entry; // how it is entered
        std::vector<HostInsn> code;  // the instruction's own
        std::vector<HostInsn> rest;  // after the last: links and slow paths
    };
    /// Of the instruction that comes next. A repeated one has a part at its first iteration only.
    Part next();

  private:
    std::string begin(uint32_t eip);
    std::vector<HostInsn> between(size_t from, size_t to) const;

    const Machine &machine_;
    const Disassembler &disassembler_;
    uint32_t start_ = 0; // EIP of the block
    size_t position_ = 0;
    Machine::TranslatedBlock block_;
};

} // namespace bootglass
