// SPDX-License-Identifier: GPL-3.0-or-later
// IRET: SDM vol. 2, IRET/IRETD. Which flags come from the stack depends on where it returns from.
#include "emulator/cpu/system/far_transfer.h"
#include "emulator/cpu/system/segmentation.h"
#include "emulator/cpu/system/stack_frame.h"
#include "emulator/cpu/system/task_switch.h"

#include <array>

namespace bootglass {

namespace {

struct ReturnFrame {
    uint32_t eip = 0;
    uint16_t cs = 0;
    uint32_t flags = 0;
};

Loaded<ReturnFrame> popFrame(StackFrame &stack, bool wide) {
    auto eip = stack.pop(wide);
    auto cs = eip.ok ? stack.pop(wide) : Loaded<uint32_t>{};
    auto flags = cs.ok ? stack.pop(wide) : Loaded<uint32_t>{};
    return {{eip.value, static_cast<uint16_t>(cs.value), flags.value}, flags.ok};
}

/// Flags in `taken` come from the stack, the others stay; 16-bit returns leave the upper half.
uint32_t mergedFlags(const Cpu &cpu, uint32_t popped, uint32_t taken, bool wide) {
    if (!wide) taken &= 0xFFFF;
    return (cpu.eflags() & ~taken) | (popped & taken);
}

constexpr uint32_t everyLevel = eflags::arithmetic | eflags::TF | eflags::DF | eflags::NT |
                                eflags::RF | eflags::AC | eflags::ID;

/// What a return from protected mode at the current level may change, VM apart.
uint32_t protectedFlags(const Cpu &cpu) {
    uint32_t taken = everyLevel;
    if (cpu.cpl <= cpu.iopl()) taken |= eflags::IF;
    if (cpu.cpl == 0) taken |= eflags::IOPL | eflags::VIF | eflags::VIP;
    return taken;
}

bool finish(Cpu &cpu, StackFrame &stack, const SegmentRegister &code, const ReturnFrame &frame,
            uint32_t flags) {
    if (!code.contains(frame.eip, 1)) return cpu.raise(Vector::GP, 0);
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = frame.eip;
    cpu.setEflags(flags);
    return true;
}

bool fromRealMode(Cpu &cpu, bool wide) {
    StackFrame stack(cpu);
    auto [frame, popped] = popFrame(stack, wide);
    if (!popped) return false;
    uint32_t taken = everyLevel | eflags::IF | eflags::IOPL;
    return finish(cpu, stack, realModeSegment(cpu.seg[Cs], Cs, frame.cs), frame,
                  mergedFlags(cpu, frame.flags, taken, wide));
}

bool fromVirtual8086(Cpu &cpu, bool wide) {
    bool virtualInterrupts = cpu.iopl() < 3;
    // Without the extensions the monitor does it, after #GP.
    if (virtualInterrupts && (wide || !(cpu.cr4 & cr4::VME)))
        return cpu.raiseDecoded(Vector::GP, 0);
    StackFrame stack(cpu);
    auto [frame, popped] = popFrame(stack, wide);
    if (!popped) return false;
    uint32_t flags;
    if (virtualInterrupts) {
        bool enable = frame.flags & eflags::IF;
        if ((enable && (cpu.systemFlags & eflags::VIP)) || (frame.flags & eflags::TF))
            return cpu.raise(Vector::GP, 0);
        flags = mergedFlags(cpu, frame.flags, everyLevel, wide) & ~eflags::VIF;
        if (enable) flags |= eflags::VIF;
    } else {
        flags = mergedFlags(cpu, frame.flags, everyLevel | eflags::IF, wide);
    }
    return finish(cpu, stack, virtual8086Segment(frame.cs), frame, flags);
}

bool toVirtual8086(Cpu &cpu, StackFrame &stack, const ReturnFrame &frame) {
    auto esp = stack.pop(true);
    if (!esp.ok) return false;
    std::array<uint16_t, 6> selectors{};
    for (unsigned number : {Ss, Es, Ds, Fs, Gs}) {
        auto selector = stack.pop(true);
        if (!selector.ok) return false;
        selectors[number] = static_cast<uint16_t>(selector.value);
    }
    selectors[Cs] = frame.cs;
    if (frame.eip > 0xFFFF) return cpu.raise(Vector::GP, 0);

    for (unsigned n = Es; n <= Gs; ++n)
        cpu.seg[n] = virtual8086Segment(selectors[n]);
    cpu.gpr[Esp] = esp.value;
    cpu.eip = frame.eip;
    cpu.setEflags(frame.flags);
    cpu.setCpl(3);
    return true;
}

bool toOuterLevel(Cpu &cpu, StackFrame &stack, const SegmentRegister &code,
                  const ReturnFrame &frame, bool wide) {
    unsigned level = rplOf(frame.cs);
    auto esp = stack.pop(wide);
    auto selector = esp.ok ? stack.pop(wide) : Loaded<uint32_t>{};
    if (!selector.ok) return false;
    auto [ss, valid] = checkedStack(cpu, static_cast<uint16_t>(selector.value), level, Vector::GP);
    if (!valid) return false;
    if (!code.contains(frame.eip, 1)) return cpu.raise(Vector::GP, 0);

    uint32_t flags = mergedFlags(cpu, frame.flags, protectedFlags(cpu), wide);
    cpu.seg[Cs] = code;
    cpu.seg[Ss] = ss;
    // A 16-bit stack keeps ESP's upper half, as far as the frame did not bring a new one.
    uint32_t kept = wide && ss.big() ? 0 : 0xFFFF0000;
    cpu.gpr[Esp] = (cpu.gpr[Esp] & kept) | (esp.value & ~kept);
    cpu.eip = frame.eip;
    cpu.setEflags(flags);
    cpu.setCpl(level);
    dropInnerSegments(cpu);
    return true;
}

bool fromProtectedMode(Cpu &cpu, const Insn *i, bool wide) {
    if (cpu.systemFlags & eflags::NT) return returnFromTask(cpu, i);
    StackFrame stack(cpu);
    auto [frame, popped] = popFrame(stack, wide);
    if (!popped) return false;
    if (wide && (frame.flags & eflags::VM) && cpu.cpl == 0) return toVirtual8086(cpu, stack, frame);
    auto [code, valid] = returnedCode(cpu, frame.cs);
    if (!valid) return false;
    if (rplOf(frame.cs) > cpu.cpl) return toOuterLevel(cpu, stack, code, frame, wide);
    return finish(cpu, stack, code, frame,
                  mergedFlags(cpu, frame.flags, protectedFlags(cpu), wide));
}

} // namespace

bool interruptReturn(Cpu &cpu, const Insn *i) {
    bool wide = !i->operand16;
    if (!cpu.protectedMode()) return fromRealMode(cpu, wide);
    if (cpu.virtual8086()) return fromVirtual8086(cpu, wide);
    return fromProtectedMode(cpu, i, wide);
}

} // namespace bootglass
