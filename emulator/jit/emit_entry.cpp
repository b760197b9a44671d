// SPDX-License-Identifier: GPL-3.0-or-later
// How a block begins: is it the one that is wanted (see Translation), and is the budget left for
// it?
#include "emulator/cpu/cpu.h"
#include "emulator/jit/emitter.h"

namespace bootglass::jit {

/// r8d: the EIP that is wanted. Does it lead to this block's code?
void Emitter::entryOfRelocatable(const Label &elsewhere, uint64_t hostPage) {
    index(x86::r8, 1);
    a.mov(x86::rcx, x86::ptr(x86::r14, x86::rcx, 3, static_cast<int32_t>(Tlb::executeTableOffset)));
    a.mov(x86::r9, imm(-static_cast<int64_t>(hostPage + source_.eip())));
    a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r8)); // the byte's host address
    a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r9));
    Label here = a.newLabel();
    a.jecxz(x86::rcx, here);
    a.short_().jmp(elsewhere);
    a.bind(here);
    a.lea(x86::r8d, x86::ptr(x86::r8, -static_cast<int32_t>(source_.eip())));
    storeToData(&around_.frame->pageEip, x86::r8d);
}

void Emitter::entryOfFixed(const Label &indirect, const Label &page, const Label &wrongPlace,
                           const Label &wrongPage, uint64_t hostPage) {
    uint32_t linear = source_.csBase + source_.eip();
    a.bind(indirect);
    a.mov(x86::ecx, x86::r8d);
    a.lea(x86::ecx, x86::ptr(x86::rcx, static_cast<int32_t>(0U - source_.eip())));
    Label samePlace = a.newLabel();
    a.jecxz(x86::rcx, samePlace);
    a.short_().jmp(wrongPlace);
    a.bind(samePlace);
    if (!flatMode()) {
        a.mov(x86::ecx, state(&around_.cpu->seg[Cs].base, 4));
        a.lea(x86::ecx, x86::ptr(x86::rcx, static_cast<int32_t>(0U - source_.csBase)));
        Label sameBase = a.newLabel();
        a.jecxz(x86::rcx, sameBase);
        a.short_().jmp(wrongPlace);
        a.bind(sameBase);
    }

    // Does this linear page still lead to the page that the block was made from?
    a.bind(page);
    auto entry = static_cast<int32_t>(Tlb::executeTableOffset + (linear >> pageShift) * 8);
    uint64_t addend = hostPage - (linear & ~static_cast<uint32_t>(pageMask));
    a.mov(x86::rcx, x86::ptr(x86::r14, entry));
    a.mov(x86::r9, imm(-static_cast<int64_t>(addend)));
    a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r9));
    Label samePage = a.newLabel();
    a.jecxz(x86::rcx, samePage);
    a.short_().jmp(wrongPage);
    a.bind(samePage);
}

/// Does the next page lead to where the instruction goes on?
void Emitter::restCheck(const uint8_t *rest, const Label &elsewhere) {
    auto wanted = reinterpret_cast<int64_t>(rest);
    if (isRelocatable()) {
        withData(&around_.frame->pageEip, x86::Inst::kIdMov, x86::r8d);
        a.lea(x86::r8d, x86::ptr(x86::r8, static_cast<int32_t>(pageSize)));
        index(x86::r8, 1);
        a.mov(x86::rcx,
              x86::ptr(x86::r14, x86::rcx, 3, static_cast<int32_t>(Tlb::executeTableOffset)));
        a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r8));
    } else {
        const uint32_t next =
            ((source_.csBase + source_.eip()) | static_cast<uint32_t>(pageMask)) + 1;
        a.mov(x86::rcx, x86::ptr(x86::r14, static_cast<int32_t>(Tlb::executeTableOffset +
                                                                (next >> pageShift) * 8)));
        wanted -= next;
    }
    a.mov(x86::r9, imm(-wanted));
    a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r9));
    Label here = a.newLabel();
    a.jecxz(x86::rcx, here);
    a.jmp(elsewhere);
    a.bind(here);
}

/// What counting costs a whole boot is known from one that counts twice: one that does not count
/// would never end. As much work as counting is, after it, to no effect.
void Emitter::countAgain([[maybe_unused]] const Label &out) {
#ifdef BOOTGLASS_COUNTED_TWICE
    a.lea(x86::rcx, x86::ptr(x86::r13));
    a.shrx(x86::rcx, x86::rcx, x86::r10);
    a.jecxz(x86::rcx, out);
#endif
}

Emitter::Entries Emitter::entries(uint64_t hostPage, const uint8_t *rest) {
    Entries entries{a.newLabel(), a.newLabel(), a.newLabel()};
    Label wrongPlace = a.newLabel(), wrongPage = a.newLabel(), noBudget = a.newLabel();

    // r8d: the EIP that is wanted. Islands stand at once, before the block.
    a.bind(wrongPlace);
    jumpAbsolute(isRelocatable() ? around_.glue.again : around_.glue.leave);
    a.bind(noBudget);
    a.lea(x86::r13, x86::ptr(x86::r13, -static_cast<int32_t>(source_.count())));
    a.bind(wrongPage);
    leaveTo(source_.eip());

    if (isRelocatable()) {
        a.bind(entries.indirect);
        a.bind(entries.page);
        entryOfRelocatable(wrongPlace, hostPage);
    } else {
        entryOfFixed(entries.indirect, entries.page, wrongPlace, wrongPage, hostPage);
    }

    a.bind(entries.plain);
    if (source_.counted) {
        a.lea(x86::r13, x86::ptr(x86::r13, static_cast<int32_t>(source_.count())));
        a.shrx(x86::rcx, x86::r13, x86::r10);
        a.jecxz(x86::rcx, noBudget);
        countAgain(noBudget);
    }
    if (rest) restCheck(rest, noBudget);
    a.bind(body_);
    return entries;
}

} // namespace bootglass::jit
