// SPDX-License-Identifier: GPL-3.0-or-later
// What a block engine needs of the CPU beside its public part: the places that translated code
// reads and writes itself, and how an instruction is handed to the interpreter.
#pragma once

#include "emulator/cpu/cpu.h"

namespace bootglass {

struct CpuAccess {
    static void execute(Cpu &cpu, const Block &block) { cpu.execute(&block); }
    /// The tables of the present privilege (see Tlb); null while each access must be
    /// looked at.
    static const uint8_t *tables(const Cpu &cpu) {
        return cpu.readTable_ == cpu.tlb_.emptyTable()
                   ? nullptr
                   : reinterpret_cast<const uint8_t *>(cpu.readTable_) - Tlb::readTableOffset;
    }
    /// Of the page that a linear address is in for the supervisor, or 0 if it is not known.
    static uintptr_t supervisorAddend(const Cpu &cpu, uint32_t linear) {
        const uintptr_t read = cpu.tlb_.table(Access::Read, false)[linear >> pageShift];
        return read ? read : cpu.tlb_.table(Access::Write, false)[linear >> pageShift];
    }
    /// Makes a translation known if that has no effect that a guest could see. True if it was not
    /// known before and is now.
    static bool refill(Cpu &cpu, uint32_t linear, Access access) {
        const bool user = cpu.cpl == 3;
        if (cpu.tlb_.table(access, user)[linear >> pageShift] != 0) return false;
        if (access == Access::Write && cpu.tlb_.writePage(linear, user).known) return false;
        return cpu.refill(linear, access);
    }
    /// A block that is kept, whole in its page, and not to be told of.
    static const Block *knownBlock(const Cpu &cpu, const uint8_t *host, uint32_t linear) {
        const Block *block = cpu.blocks_.find(host, true);
        if (!block || block->rest || block->unsteady) return nullptr;
        return cpu.watched_.within(linear, block->bytes) ? nullptr : block;
    }
    /// See Tlb.
    static void setDirect(Cpu &cpu, uintptr_t addend) { cpu.tlb_.setDirect(addend); }
    static const uintptr_t *emptyTable(const Cpu &cpu) { return cpu.tlb_.emptyTable(); }
    static const bool *interruptLine(const Cpu &cpu) { return &cpu.interruptLine_; }
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
