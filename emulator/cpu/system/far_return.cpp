// SPDX-License-Identifier: GPL-3.0-or-later
// RET far, with and without parameters to free, to the same or an outer level: SDM vol. 2, RET.
#include "emulator/cpu/system/far_transfer.h"
#include "emulator/cpu/system/segmentation.h"
#include "emulator/cpu/system/stack_frame.h"

namespace bootglass {

namespace {

bool returnOuter(Cpu &cpu, StackFrame &stack, const SegmentRegister &code, uint32_t offset,
                 uint32_t release, bool wide) {
    unsigned level = rplOf(code.selector);
    stack.discard(release);
    auto esp = stack.pop(wide);
    auto selector = esp.ok ? stack.pop(wide) : Loaded<uint32_t>{};
    if (!selector.ok) return false;
    auto [ss, valid] = checkedStack(cpu, static_cast<uint16_t>(selector.value), level, Vector::GP);
    if (!valid) return false;
    if (!code.contains(offset, 1)) return cpu.raise(Vector::GP, 0);

    cpu.seg[Ss] = ss;
    cpu.seg[Cs] = code;
    cpu.eip = offset;
    // ESP is replaced as far as the operand size reaches, then frees the parameters there too.
    uint32_t mask = cpu.stackMask();
    uint32_t outer = (esp.value + release) & mask;
    cpu.gpr[Esp] = (wide ? esp.value & ~mask : cpu.gpr[Esp] & ~mask) | outer;
    cpu.setCpl(level);
    dropInnerSegments(cpu);
    return true;
}

} // namespace

Loaded<SegmentRegister> returnedCode(Cpu &cpu, uint16_t selector) {
    if (isNull(selector)) {
        cpu.raise(Vector::GP, 0);
        return {};
    }
    auto [descriptor, found] = fetchDescriptor(cpu, selector, Vector::GP);
    if (!found) return {};
    unsigned rpl = rplOf(selector);
    bool level = descriptor.conforming() ? descriptor.dpl() <= rpl : descriptor.dpl() == rpl;
    if (!descriptor.isCode() || rpl < cpu.cpl || !level) {
        raiseSelector(cpu, Vector::GP, selector);
        return {};
    }
    if (!descriptor.present()) {
        raiseSelector(cpu, Vector::NP, selector);
        return {};
    }
    if (!markAccessed(cpu, selector, descriptor)) return {};
    return {segmentFrom(selector, descriptor), true};
}

bool farReturn(Cpu &cpu, const Insn *i, uint32_t release) {
    bool wide = !i->operand16;
    StackFrame stack(cpu);
    auto offset = stack.pop(wide);
    auto popped = offset.ok ? stack.pop(wide) : Loaded<uint32_t>{};
    if (!popped.ok) return false;
    auto selector = static_cast<uint16_t>(popped.value);

    SegmentRegister code;
    if (!cpu.protectedMode()) {
        code = realModeSegment(cpu.seg[Cs], Cs, selector);
    } else if (cpu.virtual8086()) {
        code = virtual8086Segment(selector);
    } else {
        auto checked = returnedCode(cpu, selector);
        if (!checked.ok) return false;
        code = checked.value;
        if (rplOf(selector) > cpu.cpl)
            return returnOuter(cpu, stack, code, offset.value, release, wide);
    }
    if (!code.contains(offset.value, 1)) return cpu.raise(Vector::GP, 0);
    stack.discard(release);
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = offset.value;
    return true;
}

} // namespace bootglass
