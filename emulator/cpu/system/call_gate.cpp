// SPDX-License-Identifier: GPL-3.0-or-later
// CALL through a call gate: SDM vol. 3, 5.8.4 and 5.8.5. A transfer to an inner level takes its
// stack from the TSS and copies the gate's number of parameters to it.
#include "emulator/cpu/system/far_transfer.h"
#include "emulator/cpu/system/segmentation.h"
#include "emulator/cpu/system/stack_frame.h"

#include <array>

namespace bootglass {

namespace {

/// Parameters from the caller's stack, in the order in which they are pushed.
struct Parameters {
    std::array<uint32_t, 31> values{};
    unsigned count = 0;
};

Loaded<Parameters> readParameters(Cpu &cpu, unsigned count, bool wide) {
    Parameters parameters{{}, count};
    StackFrame stack(cpu);
    for (unsigned n = count; n-- > 0;) {
        auto value = stack.pop(wide);
        if (!value.ok) return {};
        parameters.values[n] = value.value;
    }
    return {parameters, true};
}

bool callInner(Cpu &cpu, const Insn *i, const Descriptor &gate, const GateTarget &target) {
    bool wide = gate.isGate32();
    unsigned level = target.descriptor.dpl();
    auto [inner, haveStack] = innerStack(cpu, level);
    if (!haveStack) return false;
    auto [code, inside] =
        enteredCode(cpu, target.selector, target.descriptor, level, target.offset);
    if (!inside) return false;
    auto [parameters, haveParameters] = readParameters(cpu, gate.gateParameters(), wide);
    if (!haveParameters) return false;

    StackFrame stack(cpu, inner.ss, inner.esp, level);
    bool pushed = stack.push(cpu.seg[Ss].selector, wide) && stack.push(cpu.gpr[Esp], wide);
    for (unsigned n = 0; pushed && n < parameters.count; ++n)
        pushed = stack.push(parameters.values[n], wide);
    pushed = pushed && stack.push(cpu.seg[Cs].selector, wide) && stack.push(cpu.nextEip(i), wide);
    if (!pushed) return false;

    cpu.seg[Ss] = inner.ss;
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = target.offset;
    cpu.setCpl(level);
    return true;
}

bool callSame(Cpu &cpu, const Insn *i, const Descriptor &gate, const GateTarget &target) {
    auto [code, inside] =
        enteredCode(cpu, target.selector, target.descriptor, cpu.cpl, target.offset);
    if (!inside) return false;
    StackFrame stack(cpu);
    bool wide = gate.isGate32();
    if (!stack.push(cpu.seg[Cs].selector, wide) || !stack.push(cpu.nextEip(i), wide)) return false;
    stack.commit();
    cpu.seg[Cs] = code;
    cpu.eip = target.offset;
    return true;
}

} // namespace

bool callThroughGate(Cpu &cpu, const Insn *i, const Descriptor &gate) {
    auto [target, valid] = gateTarget(cpu, gate, true);
    if (!valid) return false;
    return target.inner ? callInner(cpu, i, gate, target) : callSame(cpu, i, gate, target);
}

} // namespace bootglass
