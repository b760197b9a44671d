// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/far_transfer.h"

#include "emulator/cpu/system/segmentation.h"
#include "emulator/cpu/system/stack_frame.h"
#include "emulator/cpu/system/task_switch.h"

namespace bootglass {

namespace {

bool unprotected(const Cpu &cpu) {
    return !cpu.protectedMode() || cpu.virtual8086();
}

/// Real and virtual-8086 mode: any segment, at 16 times its selector.
Loaded<SegmentRegister> paragraphCode(Cpu &cpu, FarPointer target) {
    auto code = cpu.virtual8086() ? virtual8086Segment(target.selector)
                                  : realModeSegment(cpu.seg[Cs], Cs, target.selector);
    if (!code.contains(target.offset, 1)) {
        cpu.raise(Vector::GP, 0);
        return {};
    }
    return {code, true};
}

/// Step by step as in the SDM's conforming and nonconforming code segment branches.
Loaded<SegmentRegister> directCode(Cpu &cpu, FarPointer target, const Descriptor &descriptor) {
    bool allowed = descriptor.conforming()
                       ? descriptor.dpl() <= cpu.cpl
                       : rplOf(target.selector) <= cpu.cpl && descriptor.dpl() == cpu.cpl;
    if (!allowed) {
        raiseSelector(cpu, Vector::GP, target.selector);
        return {};
    }
    if (!descriptor.present()) {
        raiseSelector(cpu, Vector::NP, target.selector);
        return {};
    }
    return enteredCode(cpu, target.selector, descriptor, cpu.cpl, target.offset);
}

/// Gates and TSSs may be named by CPL and RPL up to their DPL.
bool mayName(Cpu &cpu, uint16_t selector, const Descriptor &descriptor) {
    if (descriptor.dpl() < cpu.cpl || descriptor.dpl() < rplOf(selector))
        return raiseSelector(cpu, Vector::GP, selector);
    return descriptor.present() || raiseSelector(cpu, Vector::NP, selector);
}

bool toTask(Cpu &cpu, const Insn *i, uint16_t selector, TaskSwitchCause cause) {
    return switchTask(cpu, {.selector = selector,
                            .cause = cause,
                            .savedEip = cpu.nextEip(i),
                            .leaveOffset = i->offset});
}

/// To a TSS, named by its descriptor or through a task gate.
bool taskTransfer(Cpu &cpu, const Insn *i, uint16_t selector, const Descriptor &descriptor,
                  TaskSwitchCause cause) {
    if (!mayName(cpu, selector, descriptor)) return false;
    bool gate = descriptor.isSystem(SystemType::TaskGate);
    return toTask(cpu, i, gate ? descriptor.gateSelector() : selector, cause);
}

bool namesTask(const Descriptor &descriptor) {
    return descriptor.isTss() || descriptor.isSystem(SystemType::TaskGate);
}

Loaded<Descriptor> targetDescriptor(Cpu &cpu, uint16_t selector) {
    if (isNull(selector)) {
        cpu.raise(Vector::GP, 0);
        return {};
    }
    return fetchDescriptor(cpu, selector, Vector::GP);
}

bool pushReturn(Cpu &cpu, const Insn *i, const SegmentRegister &code, uint32_t offset) {
    StackFrame stack(cpu);
    bool wide = !i->operand16;
    if (!stack.push(cpu.seg[Cs].selector, wide) || !stack.push(cpu.nextEip(i), wide)) return false;
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = offset;
    return true;
}

} // namespace

Loaded<SegmentRegister> enteredCode(Cpu &cpu, uint16_t selector, Descriptor descriptor,
                                    unsigned level, uint32_t offset) {
    auto code = segmentFrom(withRpl(selector, level), descriptor);
    if (!code.contains(offset, 1)) {
        cpu.raise(Vector::GP, 0);
        return {};
    }
    if (!markAccessed(cpu, selector, descriptor)) return {};
    code.rights = descriptor.rights();
    return {code, true};
}

Loaded<GateTarget> gateTarget(Cpu &cpu, const Descriptor &gate, bool mayRaisePrivilege) {
    uint16_t selector = gate.gateSelector();
    auto [descriptor, found] = targetDescriptor(cpu, selector);
    if (!found) return {};
    bool same = descriptor.conforming() ? descriptor.dpl() <= cpu.cpl : descriptor.dpl() == cpu.cpl;
    bool inner = mayRaisePrivilege && !descriptor.conforming() && descriptor.dpl() < cpu.cpl;
    if (!descriptor.isCode() || (!same && !inner)) {
        raiseSelector(cpu, Vector::GP, selector);
        return {};
    }
    if (!descriptor.present()) {
        raiseSelector(cpu, Vector::NP, selector);
        return {};
    }
    return {{selector, descriptor, gate.gateOffset(), inner}, true};
}

bool farJump(Cpu &cpu, const Insn *i, FarPointer target) {
    if (unprotected(cpu)) {
        auto [code, inside] = paragraphCode(cpu, target);
        if (!inside) return false;
        cpu.seg[Cs] = code;
        cpu.eip = target.offset;
        return true;
    }
    auto [descriptor, found] = targetDescriptor(cpu, target.selector);
    if (!found) return false;
    if (namesTask(descriptor))
        return taskTransfer(cpu, i, target.selector, descriptor, TaskSwitchCause::Jump);

    Loaded<SegmentRegister> code;
    uint32_t offset = target.offset;
    if (descriptor.isCode()) {
        code = directCode(cpu, target, descriptor);
    } else if (descriptor.isCallGate()) {
        if (!mayName(cpu, target.selector, descriptor)) return false;
        auto [gated, valid] = gateTarget(cpu, descriptor, false);
        if (!valid) return false;
        offset = gated.offset;
        code = enteredCode(cpu, gated.selector, gated.descriptor, cpu.cpl, offset);
    } else {
        return raiseSelector(cpu, Vector::GP, target.selector);
    }
    if (!code.ok) return false;
    cpu.seg[Cs] = code.value;
    cpu.eip = offset;
    return true;
}

bool farCall(Cpu &cpu, const Insn *i, FarPointer target) {
    if (unprotected(cpu)) {
        // The stack is looked at first, then the offset: SDM vol. 2, CALL, "Operation".
        if (!StackFrame(cpu).hasRoom(2, !i->operand16)) return false;
        auto [code, inside] = paragraphCode(cpu, target);
        return inside && pushReturn(cpu, i, code, target.offset);
    }
    auto [descriptor, found] = targetDescriptor(cpu, target.selector);
    if (!found) return false;
    if (namesTask(descriptor))
        return taskTransfer(cpu, i, target.selector, descriptor, TaskSwitchCause::Call);
    if (descriptor.isCode()) {
        auto [code, valid] = directCode(cpu, target, descriptor);
        return valid && pushReturn(cpu, i, code, target.offset);
    }
    if (!descriptor.isCallGate()) return raiseSelector(cpu, Vector::GP, target.selector);
    return mayName(cpu, target.selector, descriptor) && callThroughGate(cpu, i, descriptor);
}

} // namespace bootglass
