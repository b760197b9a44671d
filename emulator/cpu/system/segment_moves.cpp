// SPDX-License-Identifier: GPL-3.0-or-later
// MOV, PUSH and POP of segment registers, LES LDS LSS LFS LGS: SDM vol. 2.
#include "emulator/cpu/system/instruction.h"
#include "emulator/cpu/system/segmentation.h"
#include "emulator/cpu/system/stack_frame.h"

namespace bootglass::system {

namespace {

bool moveFromSegment(Cpu &cpu, const Insn *i) {
    if (i->reg > Gs) return cpu.raiseDecoded(Vector::UD);
    return storeWord(cpu, i, cpu.seg[i->reg].selector);
}

bool moveToSegment(Cpu &cpu, const Insn *i) {
    if (i->reg > Gs || i->reg == Cs) return cpu.raiseDecoded(Vector::UD);
    auto selector = readWord(cpu, i);
    if (!selector.ok || !loadSegment(cpu, i->reg, selector.value)) return false;
    // SDM vol. 3, 6.8.3: so that the stack pointer can be loaded next.
    if (i->reg == Ss) cpu.shadowInterrupts(true);
    return true;
}

bool pushSegment(Cpu &cpu, const Insn *i) {
    StackFrame stack(cpu);
    if (!stack.push(cpu.seg[i->reg].selector, !i->operand16)) return false;
    stack.commit();
    return true;
}

bool popSegment(Cpu &cpu, const Insn *i) {
    StackFrame stack(cpu);
    auto selector = stack.pop(!i->operand16);
    if (!selector.ok || !loadSegment(cpu, i->reg, static_cast<uint16_t>(selector.value)))
        return false;
    stack.commit();
    if (i->reg == Ss) cpu.shadowInterrupts(true);
    return true;
}

template<unsigned segment>
bool loadFarPointer(Cpu &cpu, const Insn *i) {
    uint32_t at = cpu.address(i);
    uint32_t offset = 0;
    if (i->operand16) {
        auto low = cpu.read<uint16_t>(i->segment, at);
        if (!low.ok) return false;
        offset = low.value;
    } else {
        auto low = cpu.read<uint32_t>(i->segment, at);
        if (!low.ok) return false;
        offset = low.value;
    }
    auto selector = cpu.read<uint16_t>(i->segment, at + (i->operand16 ? 2 : 4));
    if (!selector.ok || !loadSegment(cpu, segment, selector.value)) return false;
    if (i->operand16)
        cpu.setReg<uint16_t>(i->reg, static_cast<uint16_t>(offset));
    else
        cpu.setReg<uint32_t>(i->reg, offset);
    return true;
}

} // namespace

void addSegmentMoves(HandlerTable &table) {
    table.setAll(Op::MovES, sequential<moveFromSegment>);
    table.setAll(Op::MovSE, sequential<moveToSegment>);
    table.setAll(Op::PushSeg, sequential<pushSegment>);
    table.setAll(Op::PopSeg, sequential<popSegment>);
    table.setAll(Op::Les, sequential<loadFarPointer<Es>>);
    table.setAll(Op::Lds, sequential<loadFarPointer<Ds>>);
    table.setAll(Op::Lss, sequential<loadFarPointer<Ss>>);
    table.setAll(Op::Lfs, sequential<loadFarPointer<Fs>>);
    table.setAll(Op::Lgs, sequential<loadFarPointer<Gs>>);
}

} // namespace bootglass::system
