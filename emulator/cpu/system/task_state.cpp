// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/task_state.h"

namespace bootglass {

namespace {

/// Where the fields stand; general and segment registers follow each other in encoding order.
struct Layout {
    uint32_t cr3, eip, eflags, gpr, selectors, ldt, trap;
    uint32_t selectorCount, selectorStride;
};
constexpr Layout layout32{0x1C, 0x20, 0x24, 0x28, 0x48, 0x60, 0x64, 6, 4};
constexpr Layout layout16{0, 0x0E, 0x10, 0x12, 0x22, 0x2A, 0, 4, 2};

constexpr const Layout &layoutOf(bool wide) {
    return wide ? layout32 : layout16;
}

bool readField(Cpu &cpu, uint32_t linear, bool wide, uint32_t &value) {
    if (wide) {
        auto field = cpu.readSystem<uint32_t>(linear);
        value = field.value;
        return field.ok;
    }
    auto field = cpu.readSystem<uint16_t>(linear);
    value = field.value;
    return field.ok;
}

bool writeField(Cpu &cpu, uint32_t linear, bool wide, uint32_t value) {
    return wide ? cpu.writeSystem<uint32_t>(linear, value)
                : cpu.writeSystem<uint16_t>(linear, static_cast<uint16_t>(value));
}

} // namespace

Loaded<TaskState> TaskState::read(Cpu &cpu, uint32_t base, bool wide) {
    const Layout &at = layoutOf(wide);
    uint32_t size = wide ? 4 : 2;
    TaskState task;
    if (!readField(cpu, base + at.eip, wide, task.eip) ||
        !readField(cpu, base + at.eflags, wide, task.eflags))
        return {};
    for (uint32_t n = 0; n < task.gpr.size(); ++n) {
        if (!readField(cpu, base + at.gpr + n * size, wide, task.gpr[n])) return {};
        // What a 16-bit TSS leaves in the upper halves is undefined; this is what P6 shows.
        if (!wide) task.gpr[n] |= 0xFFFF0000;
    }
    for (uint32_t n = 0; n < at.selectorCount; ++n) {
        auto selector = cpu.readSystem<uint16_t>(base + at.selectors + n * at.selectorStride);
        if (!selector.ok) return {};
        task.selectors[n] = selector.value;
    }
    auto ldt = cpu.readSystem<uint16_t>(base + at.ldt);
    if (!ldt.ok) return {};
    task.ldt = ldt.value;
    if (wide) {
        auto trap = cpu.readSystem<uint16_t>(base + at.trap);
        if (!trap.ok || !readField(cpu, base + at.cr3, true, task.cr3)) return {};
        task.debugTrap = trap.value & 1;
    }
    return {task, true};
}

TaskState TaskState::current(const Cpu &cpu) {
    TaskState task;
    task.eip = cpu.eip;
    task.eflags = cpu.eflags();
    for (size_t n = 0; n < task.gpr.size(); ++n)
        task.gpr[n] = cpu.gpr[n];
    for (size_t n = 0; n < task.selectors.size(); ++n)
        task.selectors[n] = cpu.seg[n].selector;
    return task;
}

bool TaskState::save(Cpu &cpu, uint32_t base, bool wide) const {
    const Layout &at = layoutOf(wide);
    uint32_t size = wide ? 4 : 2;
    if (!writeField(cpu, base + at.eip, wide, eip) ||
        !writeField(cpu, base + at.eflags, wide, eflags))
        return false;
    for (uint32_t n = 0; n < gpr.size(); ++n)
        if (!writeField(cpu, base + at.gpr + n * size, wide, gpr[n])) return false;
    for (uint32_t n = 0; n < at.selectorCount; ++n)
        if (!cpu.writeSystem<uint16_t>(base + at.selectors + n * at.selectorStride, selectors[n]))
            return false;
    return true;
}

bool TaskState::probeSave(Cpu &cpu, uint32_t base, bool wide) {
    const Layout &at = layoutOf(wide);
    uint32_t end = at.selectors + at.selectorCount * at.selectorStride;
    return cpu.probeSystemWrite(base + at.eip, end - at.eip);
}

} // namespace bootglass
