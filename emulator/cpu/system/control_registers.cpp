// SPDX-License-Identifier: GPL-3.0-or-later
// MOV to and from CR0-CR4, LMSW SMSW CLTS INVLPG INVD WBINVD: SDM vol. 2; bits: vol. 3, 2.5.
#include "emulator/cpu/system/instruction.h"

namespace bootglass::system {

namespace {

constexpr uint32_t cr0Defined = cr0::PE | cr0::MP | cr0::EM | cr0::TS | cr0::ET | cr0::NE |
                                cr0::WP | cr0::AM | cr0::NW | cr0::CD | cr0::PG;
constexpr uint32_t cr4Defined = cr4::VME | cr4::PVI | cr4::TSD | cr4::DE | cr4::PSE | cr4::PAE |
                                cr4::MCE | cr4::PGE | cr4::PCE | cr4::OSFXSR | cr4::OSXMMEXCPT;

bool exists(unsigned number) {
    return number == 0 || (number >= 2 && number <= 4);
}

bool moveFromControl(Cpu &cpu, const Insn *i) {
    if (!exists(i->reg)) return cpu.raiseDecoded(Vector::UD);
    if (!privileged(cpu)) return false;
    const uint32_t values[] = {cpu.cr0, 0, cpu.cr2, cpu.cr3, cpu.cr4};
    cpu.setReg<uint32_t>(i->rm, values[i->reg]);
    return true;
}

/// SDM vol. 3, 4.4.1: which changes load the PAE page-directory pointers.
bool reloadsPdptrs(const Cpu &cpu, uint32_t newCr0, uint32_t newCr4) {
    bool pae = (newCr0 & cr0::PG) && (newCr4 & cr4::PAE);
    bool changed = ((cpu.cr0 ^ newCr0) & (cr0::PG | cr0::CD | cr0::NW)) ||
                   ((cpu.cr4 ^ newCr4) & (cr4::PAE | cr4::PGE | cr4::PSE));
    return pae && changed;
}

bool writeCr0(Cpu &cpu, const Insn *i, uint32_t value) {
    value &= cr0Defined;
    bool pagingUnprotected = (value & cr0::PG) && !(value & cr0::PE);
    bool writeThroughCached = (value & cr0::NW) && !(value & cr0::CD);
    if (pagingUnprotected || writeThroughCached) return cpu.raise(Vector::GP);
    if (reloadsPdptrs(cpu, value, cpu.cr4) && !cpu.loadPdptrs(cpu.cr3))
        return cpu.raise(Vector::GP);
    // Observers see the instruction's address.
    cpu.beginIo(i);
    cpu.setCr0(value);
    cpu.eip += i->length;
    return true;
}

bool writeCr3(Cpu &cpu, const Insn *i, uint32_t value) {
    bool pae = (cpu.cr0 & cr0::PG) && (cpu.cr4 & cr4::PAE);
    if (pae && !cpu.loadPdptrs(value)) return cpu.raise(Vector::GP);
    cpu.beginIo(i);
    cpu.setCr3(value);
    cpu.eip += i->length;
    return true;
}

bool writeCr4(Cpu &cpu, const Insn *i, uint32_t value) {
    if (value & ~cr4Defined) return cpu.raise(Vector::GP);
    if (reloadsPdptrs(cpu, cpu.cr0, value) && !cpu.loadPdptrs(cpu.cr3))
        return cpu.raise(Vector::GP);
    cpu.beginIo(i);
    cpu.setCr4(value);
    cpu.eip += i->length;
    return true;
}

bool moveToControl(Cpu &cpu, const Insn *i) {
    if (!exists(i->reg)) return cpu.raiseDecoded(Vector::UD);
    if (!privileged(cpu)) return false;
    auto value = cpu.reg<uint32_t>(i->rm);
    switch (i->reg) {
    case 0: return writeCr0(cpu, i, value);
    case 3: return writeCr3(cpu, i, value);
    case 4: return writeCr4(cpu, i, value);
    default:
        cpu.cr2 = value;
        cpu.eip = cpu.nextEip(i);
        return true;
    }
}

bool smsw(Cpu &cpu, const Insn *i) {
    return storeWord(cpu, i, cpu.cr0);
}

bool lmsw(Cpu &cpu, const Insn *i) {
    if (!privileged(cpu)) return false;
    auto word = readWord(cpu, i);
    if (!word.ok) return false;
    constexpr uint32_t reached = cr0::PE | cr0::MP | cr0::EM | cr0::TS;
    // It can set PE but not clear it.
    uint32_t kept = cpu.cr0 & ~(reached & ~cr0::PE);
    return writeCr0(cpu, i, kept | (word.value & reached));
}

bool clts(Cpu &cpu, const Insn *) {
    if (!privileged(cpu)) return false;
    cpu.setCr0(cpu.cr0 & ~cr0::TS);
    return true;
}

bool invlpg(Cpu &cpu, const Insn *i) {
    if (!privileged(cpu)) return false;
    cpu.flushPage(cpu.seg[i->segment].base + cpu.address(i));
    return true;
}

/// INVD and WBINVD: there is no cache.
bool flushCaches(Cpu &cpu, const Insn *) {
    return privileged(cpu);
}

} // namespace

void addControlRegisters(HandlerTable &table) {
    table.setAll(Op::MovFromCr, sequential<moveFromControl>);
    table.setAll(Op::MovToCr, transfer<moveToControl>);
    table.setAll(Op::Smsw, sequential<smsw>);
    table.setAll(Op::Lmsw, transfer<lmsw>);
    table.setAll(Op::Clts, sequential<clts>);
    table.setAll(Op::Invlpg, sequential<invlpg>);
    table.setAll(Op::Invd, sequential<flushCaches>);
    table.setAll(Op::Wbinvd, sequential<flushCaches>);
}

} // namespace bootglass::system
