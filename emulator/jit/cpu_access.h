// SPDX-License-Identifier: GPL-3.0-or-later
// What a block engine needs of the CPU beside its public part: the places that translated code
// reads and writes itself, and how an instruction is handed to the interpreter.
#pragma once

#include "emulator/cpu/cpu.h"

namespace bootglass {

struct CpuAccess {
    static void execute(Cpu &cpu, const Block &block) { cpu.execute(&block); }
    /// The tables of the present privilege, reads first (see Tlb); null while each access must be
    /// looked at.
    static const uintptr_t *tables(const Cpu &cpu) {
        return cpu.readTable_ == cpu.tlb_.emptyTable() ? nullptr : cpu.readTable_;
    }
    static const uintptr_t *emptyTable(const Cpu &cpu) { return cpu.tlb_.emptyTable(); }
    /// Nothing waits, and there is budget: blocks may run.
    static bool mayGoOn(const Cpu &cpu) {
        return cpu.leave_ == Cpu::Leave::No && !cpu.attention_ && cpu.remaining_ > 0;
    }
    /// Blocks forget their translations.
    static void forgetTranslations(Cpu &cpu) { cpu.blocks_.forgetTranslations(); }
    /// Before a handler runs in the middle of a block whose instructions have all been taken from
    /// the budget.
    static void beginInBlock(Cpu &cpu, uint32_t blockEip, unsigned count) {
        cpu.eip = blockEip;
        cpu.blockCount_ = count;
    }
};

} // namespace bootglass
