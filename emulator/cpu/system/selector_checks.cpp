// SPDX-License-Identifier: GPL-3.0-or-later
// LAR LSL VERR VERW ARPL: what a selector would give, without loading it (SDM vol. 3, 5.10).
#include "emulator/cpu/system/instruction.h"
#include "emulator/cpu/system/segmentation.h"

#include <algorithm>

namespace bootglass::system {

namespace {

/// Whether level and RPL may see the segment.
bool visible(const Cpu &cpu, uint16_t selector, const Descriptor &descriptor) {
    return descriptor.conforming() ||
           descriptor.dpl() >= std::max<unsigned>(cpu.cpl, rplOf(selector));
}

/// Types with a limit (SDM vol. 2, LSL).
bool hasLimit(const Descriptor &descriptor) {
    return !descriptor.isSystem() || descriptor.isTss() || descriptor.isSystem(SystemType::Ldt);
}

/// Types that LAR knows: interrupt and trap gates are not among them.
bool hasRights(const Descriptor &descriptor) {
    return hasLimit(descriptor) || descriptor.isCallGate() ||
           descriptor.isSystem(SystemType::TaskGate);
}

/// Reads the operand and its descriptor; `answer` decides what ZF becomes.
template<typename Answer>
bool ask(Cpu &cpu, const Insn *i, Answer answer) {
    if (!needsProtectedMode(cpu)) return false;
    auto selector = readWord(cpu, i);
    if (!selector.ok) return false;
    auto [descriptor, state] = lookUpDescriptor(cpu, selector.value);
    if (state == DescriptorFetch::Faulted) return false;
    cpu.flags.setZf(state == DescriptorFetch::Found && visible(cpu, selector.value, descriptor) &&
                    answer(descriptor));
    return true;
}

void store(Cpu &cpu, const Insn *i, uint32_t value) {
    if (i->operand16)
        cpu.setReg<uint16_t>(i->reg, static_cast<uint16_t>(value));
    else
        cpu.setReg<uint32_t>(i->reg, value);
}

bool lar(Cpu &cpu, const Insn *i) {
    return ask(cpu, i, [&](const Descriptor &descriptor) {
        if (!hasRights(descriptor)) return false;
        store(cpu, i, descriptor.high & 0x00F0FF00);
        return true;
    });
}

bool lsl(Cpu &cpu, const Insn *i) {
    return ask(cpu, i, [&](const Descriptor &descriptor) {
        if (!hasLimit(descriptor)) return false;
        store(cpu, i, descriptor.limit());
        return true;
    });
}

bool verr(Cpu &cpu, const Insn *i) {
    return ask(cpu, i, [](const Descriptor &descriptor) { return descriptor.readable(); });
}

bool verw(Cpu &cpu, const Insn *i) {
    return ask(cpu, i, [](const Descriptor &descriptor) { return descriptor.writable(); });
}

bool arpl(Cpu &cpu, const Insn *i) {
    if (!needsProtectedMode(cpu)) return false;
    unsigned wanted = rplOf(cpu.reg<uint16_t>(i->reg));
    if (!i->memory) {
        auto selector = cpu.reg<uint16_t>(i->rm);
        bool lower = rplOf(selector) < wanted;
        if (lower) cpu.setReg<uint16_t>(i->rm, withRpl(selector, wanted));
        cpu.flags.setZf(lower);
        return true;
    }
    auto operand = cpu.modifySlow(i->segment, cpu.address(i), 2);
    if (!operand.ok) return false;
    auto selector = static_cast<uint16_t>(operand.value);
    bool lower = rplOf(selector) < wanted;
    if (lower) cpu.commit(operand, withRpl(selector, wanted));
    cpu.flags.setZf(lower);
    return true;
}

} // namespace

void addSelectorChecks(HandlerTable &table) {
    table.setAll(Op::Lar, sequential<lar>);
    table.setAll(Op::Lsl, sequential<lsl>);
    table.setAll(Op::Verr, sequential<verr>);
    table.setAll(Op::Verw, sequential<verw>);
    table.setAll(Op::Arpl, sequential<arpl>);
}

} // namespace bootglass::system
