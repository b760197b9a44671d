// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU's state: reset, control registers, modes, pins.
#include "emulator/cpu/cpu.h"

namespace bootglass {

Cpu::Cpu(VirtualClock &clock, PhysicalMap &memory, PortMap &ports)
    : clock_(clock), remaining_(clock.remaining()), memory_(memory), ports_(ports) {
    memory_.setCodeWritten(
        [this](PhysicalAddress address, uint64_t size) { codeWritten(address, size); });
    memory_.setMapChanged([this] { mapChanged(); });
    reset();
}

void Cpu::reset() {
    gpr.fill(0);
    gpr[Edx] = 0x663; // family, model, stepping
    eip = 0xFFF0;
    flags.set(0);
    systemFlags = 0;
    for (auto &s : seg)
        s = {};
    seg[Cs].selector = 0xF000;
    seg[Cs].base = 0xFFFF0000;
    seg[Cs].rights = 0x9B;
    ldtr = {};
    ldtr.rights = 0x82;
    tr = {};
    tr.rights = 0x8B;
    for (auto *s : {&seg[Es], &seg[Cs], &seg[Ss], &seg[Ds], &seg[Fs], &seg[Gs], &ldtr, &tr})
        s->refresh();
    gdtr = {};
    idtr = {};
    cr0 = cr0::CD | cr0::NW | cr0::ET;
    cr2 = cr3 = cr4 = 0;
    dr = {};
    dr[6] = 0xFFFF0FF0;
    dr[7] = 0x400;
    efer = 0;
    apicBase = 0xFEE00900; // enabled, bootstrap processor
    sysenterCs = sysenterEsp = sysenterEip = 0;
    tscOffset = 0;
    msrs = {};
    cpl = 0;
    x87 = {};
    x87.control = 0x40;
    x87.empty = 0;
    sse = {};
    nmiPending_ = nmiBlocked_ = halted_ = shutdown_ = stopRequested_ = false;
    interruptShadow_ = debugShadow_ = comparing_ = false;
    debugTraps_ = 0;
    pdptr_ = {};
    leave_ = Leave::No;
    tlb_.flushAll();
    blocks_.newEpoch();
    stateChanged();
}

void Cpu::setEflags(uint32_t value) {
    flags.set(value);
    systemFlags = value & eflags::defined & ~eflags::arithmetic;
    stateChanged();
}

void Cpu::setCpl(unsigned level) {
    if (cpl == level) return;
    unsigned before = cpl;
    cpl = static_cast<uint8_t>(level);
    stateChanged();
    if (observer_) observer_->privilegeSwitch(before, level);
}

void Cpu::setCr0(uint32_t value) {
    uint32_t changed = cr0 ^ value;
    cr0 = value | cr0::ET;
    if (changed & (cr0::PG | cr0::WP | cr0::PE)) {
        tlb_.flushAll();
        blocks_.newEpoch();
    }
    stateChanged();
}

void Cpu::setCr3(uint32_t value) {
    uint32_t before = cr3;
    cr3 = value;
    if (cr4 & cr4::PGE)
        tlb_.flushLocal();
    else
        tlb_.flushAll();
    blocks_.newEpoch();
    if (observer_) observer_->pageTableSwitch(before, value);
}

void Cpu::setCr4(uint32_t value) {
    uint32_t changed = cr4 ^ value;
    cr4 = value;
    if (changed & (cr4::PAE | cr4::PGE | cr4::PSE)) {
        tlb_.flushAll();
        blocks_.newEpoch();
    }
    stateChanged();
}

void Cpu::setEfer(uint64_t value) {
    uint64_t changed = efer ^ value;
    efer = value;
    if (changed & efer::NXE) {
        tlb_.flushAll();
        blocks_.newEpoch();
    }
}

void Cpu::stateChanged() {
    bool user = cpl == 3;
    // SDM vol. 3, 6.15, interrupt 17: alignment is checked at privilege level 3 only.
    alignmentChecks_ = user && (cr0 & cr0::AM) && (systemFlags & eflags::AC);
    dataBreakpoints_ = instructionBreakpoints_ = false;
    for (unsigned n = 0; n < 4; ++n) {
        bool enabled = dr[7] >> 2 * n & 3;
        bool data = (dr[7] >> (16 + 4 * n) & 3) != 0;
        dataBreakpoints_ |= enabled && data;
        instructionBreakpoints_ |= enabled && !data;
    }
    // While every access must be looked at, the fast paths look into an empty table.
    bool slow = alignmentChecks_ || dataBreakpoints_;
    readTable_ = slow ? tlb_.emptyTable() : tlb_.table(Access::Read, user);
    writeTable_ = slow ? tlb_.emptyTable() : tlb_.table(Access::Write, user);
    executeTable_ = tlb_.table(Access::Execute, user);

    unsigned mode = !protectedMode() ? 0 : virtual8086() ? 3 : cr0 & cr0::PG ? 2 : 1;
    if (mode != mode_) {
        unsigned before = mode_;
        mode_ = mode;
        if (observer_) observer_->modeSwitch(before, mode);
    }
    updateAttention();
}

void Cpu::flushPage(uint32_t linear) {
    tlb_.flushPage(linear);
    blocks_.newEpoch();
}

void Cpu::setEngine(BlockEngine *engine) {
    engine_ = engine;
    blocks_.setEngine(engine);
    blocks_.clear();
}

void Cpu::setInterruptLine(bool level) {
    interruptLine_ = level;
    updateAttention();
}

void Cpu::raiseNmi() {
    nmiPending_ = true;
    updateAttention();
}

void Cpu::requestStop() {
    stopRequested_ = true;
    updateAttention();
}

void Cpu::setA20(bool enabled) {
    uint32_t mask = enabled ? 0xFFFFFFFF : 0xFFEFFFFF;
    if (mask == physicalMask_) return;
    physicalMask_ = mask;
    mapChanged();
}

void Cpu::mapChanged() {
    tlb_.flushAll();
    blocks_.newEpoch();
}

void Cpu::shadowInterrupts(bool debugToo) {
    interruptShadow_ = true;
    debugShadow_ = debugToo;
    updateAttention();
}

void Cpu::halt() {
    halted_ = true;
    updateAttention();
    if (observer_) observer_->halted();
}

void Cpu::noteDebugTrap(uint32_t dr6Bits) {
    debugTraps_ |= dr6Bits;
    updateAttention();
}

void Cpu::serialize(Archive &archive) {
    archive.section("cpu");
    uint32_t allFlags = eflags();
    archive(gpr, eip, allFlags, seg, ldtr, tr, gdtr, idtr, cr0, cr2, cr3, cr4, dr, efer, apicBase,
            sysenterCs, sysenterEsp, sysenterEip, tscOffset, msrs, lastFault, cpl, x87, sse);
    uint32_t flagsBefore = flagsBeforeComparing_.value();
    archive(comparing_, flagsBefore);
    flagsBeforeComparing_.set(flagsBefore);
    archive(physicalMask_, interruptLine_, nmiPending_, nmiBlocked_, halted_, shutdown_,
            interruptShadow_, debugShadow_, debugTraps_, pdptr_, mode_);
    if (archive.loading()) {
        gpr[8] = 0;
        flags.set(allFlags);
        systemFlags = allFlags & eflags::defined & ~eflags::arithmetic;
        if (cpl > 3) archive.fail("the saved state has a privilege level above 3");
        leave_ = Leave::No;
        blocks_.clear();
    }
    tlb_.serialize(archive, [this](PhysicalAddress physical, Access access) {
        auto page = memory_.page(physical);
        return access == Access::Write ? page.write : page.read;
    });
    if (archive.loading()) stateChanged();
}

} // namespace bootglass
