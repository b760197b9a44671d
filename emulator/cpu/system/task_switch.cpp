// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/task_switch.h"

#include "emulator/cpu/system/segmentation.h"
#include "emulator/cpu/system/stack_frame.h"
#include "emulator/cpu/system/task_state.h"

namespace bootglass {

namespace {

constexpr uint32_t debugStatusTask = 1U << 15; // DR6.BT
constexpr uint32_t localBreakpoints = 0x155;   // DR7.L0-L3 and LE

/// SDM vol. 3, 7.3, steps 1 to 3: the new TSS's descriptor.
Loaded<Descriptor> checkedTss(Cpu &cpu, const TaskSwitch &request) {
    bool isReturn = request.cause == TaskSwitchCause::Return;
    Vector invalid = isReturn ? Vector::TS : Vector::GP;
    uint16_t selector = request.selector;
    if (isNull(selector) || (selector & 4)) {
        raiseSelector(cpu, invalid, selector);
        return {};
    }
    auto [descriptor, found] = fetchDescriptor(cpu, selector, invalid);
    if (!found) return {};
    if (!descriptor.isTss() || descriptor.isBusy() != isReturn) {
        raiseSelector(cpu, invalid, selector);
        return {};
    }
    if (!descriptor.present()) {
        raiseSelector(cpu, Vector::NP, selector);
        return {};
    }
    if (descriptor.limit() < TaskState::leastLimit(descriptor.isTask32())) {
        raiseSelector(cpu, Vector::TS, selector);
        return {};
    }
    return {descriptor, true};
}

/// Step 4: everything that the switch writes is there.
bool probeWrites(Cpu &cpu, const TaskSwitch &request, const Descriptor &tss) {
    if (!cpu.tr.usable() || cpu.tr.limit < TaskState::leastLimit(task32(cpu)))
        return raiseSelector(cpu, Vector::TS, cpu.tr.selector);
    return TaskState::probeSave(cpu, cpu.tr.base, task32(cpu)) &&
           cpu.probeSystemWrite(descriptorAddress(cpu, cpu.tr.selector) + 5, 1) &&
           cpu.probeSystemWrite(descriptorAddress(cpu, request.selector) + 5, 1) &&
           (request.cause != TaskSwitchCause::Call ||
            cpu.probeSystemWrite(tss.base() + TaskState::linkOffset, 2));
}

/// Steps 5 to 9: busy bits, the old task's registers, the link.
bool saveOldTask(Cpu &cpu, const TaskSwitch &request, const Descriptor &tss) {
    TaskState old = TaskState::current(cpu);
    old.eip = request.savedEip;
    old.eflags |= request.savedFlags;
    if (request.cause == TaskSwitchCause::Return) old.eflags &= ~eflags::NT;
    uint16_t oldSelector = cpu.tr.selector;
    if (request.cause != TaskSwitchCause::Call && !markBusy(cpu, oldSelector, false)) return false;
    if (!old.save(cpu, cpu.tr.base, task32(cpu))) return false;
    if (request.cause == TaskSwitchCause::Call &&
        !cpu.writeSystem<uint16_t>(tss.base() + TaskState::linkOffset, oldSelector))
        return false;
    return request.cause == TaskSwitchCause::Return || markBusy(cpu, request.selector, true);
}

bool loadNewLdtr(Cpu &cpu, uint16_t selector) {
    if (isNull(selector)) return true;
    if (selector & 4) return raiseSelector(cpu, Vector::TS, selector);
    auto [descriptor, found] = fetchDescriptor(cpu, selector, Vector::TS);
    if (!found) return false;
    if (!descriptor.isSystem(SystemType::Ldt) || !descriptor.present())
        return raiseSelector(cpu, Vector::TS, selector);
    cpu.ldtr = segmentFrom(selector, descriptor);
    return true;
}

bool loadNewCs(Cpu &cpu, uint16_t selector) {
    if (isNull(selector)) return raiseSelector(cpu, Vector::TS, selector);
    auto [descriptor, found] = fetchDescriptor(cpu, selector, Vector::TS);
    if (!found) return false;
    unsigned rpl = rplOf(selector);
    bool level = descriptor.conforming() ? descriptor.dpl() <= rpl : descriptor.dpl() == rpl;
    if (!descriptor.isCode() || !level) return raiseSelector(cpu, Vector::TS, selector);
    if (!descriptor.present()) return raiseSelector(cpu, Vector::NP, selector);
    if (!markAccessed(cpu, selector, descriptor)) return false;
    cpu.seg[Cs] = segmentFrom(selector, descriptor);
    return true;
}

/// Step 11 and the checks of SDM vol. 3, table 7-1, in the new task.
bool loadNewSegments(Cpu &cpu, const TaskState &task) {
    if (!loadNewLdtr(cpu, task.ldt)) return false;
    if (cpu.virtual8086()) {
        for (unsigned n = Es; n <= Gs; ++n)
            cpu.seg[n] = virtual8086Segment(task.selectors[n]);
    } else {
        if (!loadNewCs(cpu, task.selectors[Cs])) return false;
        auto ss = checkedStack(cpu, task.selectors[Ss], cpu.cpl, Vector::TS);
        if (!ss.ok) return false;
        cpu.seg[Ss] = ss.value;
        for (unsigned n : {Es, Ds, Fs, Gs}) {
            auto data = checkedData(cpu, task.selectors[n], Vector::TS);
            if (!data.ok) return false;
            cpu.seg[n] = data.value;
        }
    }
    return cpu.seg[Cs].contains(task.eip, 1) || cpu.raise(Vector::GP, 0);
}

/// The point of commitment: registers are the new task's, segments are named but not yet loaded.
void commit(Cpu &cpu, const TaskSwitch &request, const Descriptor &tss, const TaskState &task) {
    cpu.tr = segmentFrom(request.selector, tss);
    cpu.tr.rights |= 2; // busy
    if (tss.isTask32() && (cpu.cr0 & cr0::PG)) cpu.setCr3(task.cr3);
    cpu.setCr0(cpu.cr0 | cr0::TS);
    cpu.dr[7] &= ~localBreakpoints;
    for (size_t n = 0; n < task.gpr.size(); ++n)
        cpu.gpr[n] = task.gpr[n];
    for (unsigned n = Es; n <= Gs; ++n)
        cpu.seg[n] = unusableSegment(task.selectors[n]);
    cpu.ldtr = unusableSegment(task.ldt);
    cpu.eip = task.eip;
    uint32_t flags = task.eflags;
    if (request.cause == TaskSwitchCause::Call) flags |= eflags::NT;
    if (!tss.isTask32()) flags &= 0xFFFF;
    cpu.setEflags(flags);
    cpu.setCpl(flags & eflags::VM ? 3 : rplOf(task.selectors[Cs]));
}

} // namespace

bool switchTask(Cpu &cpu, const TaskSwitch &request) {
    // Too much is written for a second attempt: start where every byte can be reached.
    if (!cpu.ioAllowed()) return cpu.needAlone();
    auto [tss, valid] = checkedTss(cpu, request);
    if (!valid || !probeWrites(cpu, request, tss)) return false;
    bool wide = tss.isTask32();
    auto [task, read] = TaskState::read(cpu, tss.base(), wide);
    if (!read) return false;
    bool pae = wide && (cpu.cr0 & cr0::PG) && (cpu.cr4 & cr4::PAE);
    if (pae && !cpu.loadPdptrs(task.cr3)) return cpu.raise(Vector::GP, 0);
    if (!saveOldTask(cpu, request, tss)) return false;
    commit(cpu, request, tss, task);

    bool good = loadNewSegments(cpu, task);
    if (good && request.pushesError) {
        StackFrame stack(cpu);
        good = stack.push(request.errorCode, wide);
        if (good) stack.commit();
    }
    if (task.debugTrap) cpu.noteDebugTrap(debugStatusTask);
    if (!good) cpu.eip -= request.leaveOffset;
    return good;
}

bool returnFromTask(Cpu &cpu, const Insn *i) {
    auto link = cpu.readSystem<uint16_t>(cpu.tr.base + TaskState::linkOffset);
    if (!link.ok) return false;
    return switchTask(cpu, {.selector = link.value,
                            .cause = TaskSwitchCause::Return,
                            .savedEip = cpu.nextEip(i),
                            .leaveOffset = i->offset});
}

} // namespace bootglass
