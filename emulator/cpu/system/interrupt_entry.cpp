// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/interrupt_entry.h"

#include "emulator/cpu/system/far_transfer.h"
#include "emulator/cpu/system/io_permission.h"
#include "emulator/cpu/system/segmentation.h"
#include "emulator/cpu/system/stack_frame.h"
#include "emulator/cpu/system/task_switch.h"

namespace bootglass {

namespace {

/// Called when nothing can fail any more.
void announce(Cpu &cpu, const InterruptEntry &entry) {
    if (!entry.bySoftware() || !cpu.observer()) return;
    cpu.eip = entry.ownEip;
    cpu.observer()->softwareInterrupt(entry.vector);
}

uint32_t savedFlags(const Cpu &cpu, const InterruptEntry &entry) {
    return cpu.eflags() | (entry.isFault ? eflags::RF : 0);
}

// --- real mode and redirection in virtual-8086 mode: CS:IP from a table of far pointers

/// FLAGS, CS and IP are saved on the current stack; `newFlags` is what EFLAGS become.
bool enterFromTable(Cpu &cpu, const InterruptEntry &entry, uint32_t table, uint32_t pushedFlags,
                    uint32_t newFlags) {
    auto pointer = cpu.readSystem<uint32_t>(table + entry.vector * 4U);
    if (!pointer.ok) return false;
    auto selector = static_cast<uint16_t>(pointer.value >> 16);
    uint32_t offset = pointer.value & 0xFFFF;
    auto code = cpu.virtual8086() ? virtual8086Segment(selector)
                                  : realModeSegment(cpu.seg[Cs], Cs, selector);
    StackFrame stack(cpu);
    if (!stack.push(pushedFlags, false) || !stack.push(cpu.seg[Cs].selector, false) ||
        !stack.push(entry.returnEip, false))
        return false;
    if (!code.contains(offset, 1)) return cpu.raise(Vector::GP);
    announce(cpu, entry);
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = offset;
    cpu.setEflags(newFlags);
    return true;
}

bool enterRealMode(Cpu &cpu, const InterruptEntry &entry) {
    if (entry.vector * 4U + 3 > cpu.idtr.limit) return cpu.raise(Vector::GP);
    uint32_t cleared = eflags::IF | eflags::TF | eflags::AC | eflags::RF;
    return enterFromTable(cpu, entry, cpu.idtr.base, cpu.eflags(), cpu.eflags() & ~cleared);
}

/// Whether the redirection map sends INT n to the program's own handler. Not ok: a fault is noted.
Loaded<bool> redirected(Cpu &cpu, uint8_t vector) {
    if (!(cpu.cr4 & cr4::VME) || !task32(cpu) || cpu.tr.limit < ioMapBaseOffset + 1)
        return {false, true};
    auto map = cpu.readSystem<uint16_t>(cpu.tr.base + ioMapBaseOffset);
    if (!map.ok) return {};
    uint32_t at = map.value - 32U + vector / 8U;
    if (map.value < 32 || at > cpu.tr.limit) {
        cpu.raise(Vector::GP);
        return {};
    }
    auto bits = cpu.readSystem<uint8_t>(cpu.tr.base + at);
    return {(bits.value >> (vector & 7) & 1) == 0, bits.ok};
}

/// SDM vol. 3, table 20-2, methods 5 and 6.
bool enterRedirected(Cpu &cpu, const InterruptEntry &entry) {
    uint32_t flags = cpu.eflags();
    uint32_t kept = flags & ~(eflags::TF | eflags::RF);
    if (cpu.iopl() == 3) return enterFromTable(cpu, entry, 0, flags, kept & ~eflags::IF);
    uint32_t pushed = (flags & ~eflags::IF) | eflags::IOPL;
    if (flags & eflags::VIF) pushed |= eflags::IF;
    return enterFromTable(cpu, entry, 0, pushed, kept & ~eflags::VIF);
}

// --- protected mode: gates

/// Error codes about IDT entries: SDM vol. 3, 6.13.
bool raiseGate(Cpu &cpu, Vector vector, const InterruptEntry &entry) {
    return cpu.raise(vector, entry.vector * 8U + 2);
}

bool isInterruptOrTrapGate(const Descriptor &gate) {
    return gate.isSystem(SystemType::InterruptGate16) || gate.isSystem(SystemType::TrapGate16) ||
           gate.isSystem(SystemType::InterruptGate32) || gate.isSystem(SystemType::TrapGate32);
}

Loaded<Descriptor> fetchGate(Cpu &cpu, const InterruptEntry &entry) {
    if (entry.vector * 8U + 7 > cpu.idtr.limit) return {{}, raiseGate(cpu, Vector::GP, entry)};
    auto raw = cpu.readSystem<uint64_t>(cpu.idtr.base + entry.vector * 8U);
    if (!raw.ok) return {};
    Descriptor gate{static_cast<uint32_t>(raw.value), static_cast<uint32_t>(raw.value >> 32)};
    bool known = isInterruptOrTrapGate(gate) || gate.isSystem(SystemType::TaskGate);
    bool checksLevel = entry.bySoftware() && entry.cause != EntryCause::Int1;
    if (!known || (checksLevel && gate.dpl() < cpu.cpl))
        return {{}, raiseGate(cpu, Vector::GP, entry)};
    if (!gate.present()) return {{}, raiseGate(cpu, Vector::NP, entry)};
    return {gate, true};
}

bool enterTask(Cpu &cpu, const InterruptEntry &entry, const Descriptor &gate) {
    if (!cpu.ioAllowed()) return cpu.needAlone();
    announce(cpu, entry);
    if (entry.bySoftware()) cpu.eip = entry.ownEip - entry.leaveOffset;
    return switchTask(cpu, {.selector = gate.gateSelector(),
                            .cause = TaskSwitchCause::Call,
                            .savedEip = entry.returnEip,
                            .leaveOffset = entry.leaveOffset,
                            .savedFlags = entry.isFault ? eflags::RF : 0,
                            .pushesError = entry.pushesError,
                            .errorCode = entry.errorCode});
}

/// What gates do to the flags: interrupt gates mask interrupts as well.
uint32_t flagsInHandler(const Cpu &cpu, const Descriptor &gate) {
    bool trap = gate.isSystem(SystemType::TrapGate16) || gate.isSystem(SystemType::TrapGate32);
    return cpu.eflags() &
           ~(eflags::TF | eflags::VM | eflags::RF | eflags::NT | (trap ? 0 : eflags::IF));
}

bool pushFrame(Cpu &cpu, StackFrame &stack, const InterruptEntry &entry, bool wide) {
    return stack.push(savedFlags(cpu, entry), wide) && stack.push(cpu.seg[Cs].selector, wide) &&
           stack.push(entry.returnEip, wide) &&
           (!entry.pushesError || stack.push(entry.errorCode, wide));
}

bool enterInner(Cpu &cpu, const InterruptEntry &entry, const Descriptor &gate,
                const GateTarget &target) {
    bool wide = gate.isGate32();
    bool fromVirtual8086 = cpu.virtual8086();
    unsigned level = target.descriptor.dpl();
    auto [inner, haveStack] = innerStack(cpu, level);
    if (!haveStack) return false;
    auto [code, inside] =
        enteredCode(cpu, target.selector, target.descriptor, level, target.offset);
    if (!inside) return false;
    StackFrame stack(cpu, inner.ss, inner.esp, level);
    if (fromVirtual8086)
        for (unsigned number : {Gs, Fs, Ds, Es})
            if (!stack.push(cpu.seg[number].selector, wide)) return false;
    if (!stack.push(cpu.seg[Ss].selector, wide) || !stack.push(cpu.gpr[Esp], wide) ||
        !pushFrame(cpu, stack, entry, wide))
        return false;

    announce(cpu, entry);
    if (fromVirtual8086)
        for (unsigned number : {Gs, Fs, Ds, Es})
            cpu.seg[number] = unusableSegment(0);
    cpu.seg[Ss] = inner.ss;
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = target.offset;
    cpu.setEflags(flagsInHandler(cpu, gate));
    cpu.setCpl(level);
    return true;
}

bool enterSame(Cpu &cpu, const InterruptEntry &entry, const Descriptor &gate,
               const GateTarget &target) {
    auto [code, inside] =
        enteredCode(cpu, target.selector, target.descriptor, cpu.cpl, target.offset);
    if (!inside) return false;
    StackFrame stack(cpu);
    if (!pushFrame(cpu, stack, entry, gate.isGate32())) return false;
    announce(cpu, entry);
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = target.offset;
    cpu.setEflags(flagsInHandler(cpu, gate));
    return true;
}

bool enterThroughIdt(Cpu &cpu, const InterruptEntry &entry) {
    auto [gate, valid] = fetchGate(cpu, entry);
    if (!valid) return false;
    if (gate.isSystem(SystemType::TaskGate)) return enterTask(cpu, entry, gate);
    auto [target, reachable] = gateTarget(cpu, gate, true);
    if (!reachable) return false;
    // Virtual-8086 mode is left to level 0 only.
    if (cpu.virtual8086() && (!target.inner || target.descriptor.dpl() != 0))
        return raiseSelector(cpu, Vector::GP, target.selector);
    return target.inner ? enterInner(cpu, entry, gate, target)
                        : enterSame(cpu, entry, gate, target);
}

} // namespace

bool enterHandler(Cpu &cpu, const InterruptEntry &entry) {
    if (!cpu.protectedMode()) return enterRealMode(cpu, entry);
    if (cpu.virtual8086() && entry.cause == EntryCause::Int) {
        auto redirect = redirected(cpu, entry.vector);
        if (!redirect.ok) return false;
        if (redirect.value) return enterRedirected(cpu, entry);
        if (cpu.iopl() < 3) return cpu.raise(Vector::GP);
    }
    return enterThroughIdt(cpu, entry);
}

} // namespace bootglass
