// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/segmentation.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint16_t localTable = 4; // the TI bit of a selector

bool insideTable(const Cpu &cpu, uint16_t selector) {
    uint32_t last = (selector & 0xFFF8U) + 7;
    if (selector & localTable) return cpu.ldtr.usable() && last <= cpu.ldtr.limit;
    return last <= cpu.gdtr.limit;
}

} // namespace

bool raiseSelector(Cpu &cpu, Vector vector, uint16_t selector) {
    return cpu.raise(vector, selectorError(selector));
}

uint32_t descriptorAddress(const Cpu &cpu, uint16_t selector) {
    uint32_t table = selector & localTable ? cpu.ldtr.base : cpu.gdtr.base;
    return table + (selector & 0xFFF8U);
}

FetchedDescriptor lookUpDescriptor(Cpu &cpu, uint16_t selector) {
    if (isNull(selector) || !insideTable(cpu, selector)) return {};
    auto raw = cpu.readSystem<uint64_t>(descriptorAddress(cpu, selector));
    if (!raw.ok) return {{}, DescriptorFetch::Faulted};
    return {{static_cast<uint32_t>(raw.value), static_cast<uint32_t>(raw.value >> 32)},
            DescriptorFetch::Found};
}

Loaded<Descriptor> fetchDescriptor(Cpu &cpu, uint16_t selector, Vector vector) {
    auto fetched = lookUpDescriptor(cpu, selector);
    if (fetched.state == DescriptorFetch::OutsideTable) raiseSelector(cpu, vector, selector);
    return {fetched.descriptor, fetched.state == DescriptorFetch::Found};
}

bool markAccessed(Cpu &cpu, uint16_t selector, Descriptor &descriptor) {
    if (descriptor.accessed()) return true;
    descriptor.high |= 1U << 8;
    return cpu.writeSystem<uint8_t>(descriptorAddress(cpu, selector) + 5,
                                    static_cast<uint8_t>(descriptor.high >> 8));
}

bool markBusy(Cpu &cpu, uint16_t selector, bool busy) {
    uint32_t address = descriptorAddress(cpu, selector) + 5;
    auto type = cpu.readSystem<uint8_t>(address);
    if (!type.ok) return false;
    auto changed = static_cast<uint8_t>(busy ? type.value | 2 : type.value & ~2);
    return cpu.writeSystem<uint8_t>(address, changed);
}

SegmentRegister segmentFrom(uint16_t selector, const Descriptor &descriptor) {
    SegmentRegister segment;
    segment.selector = selector;
    segment.base = descriptor.base();
    segment.limit = descriptor.limit();
    segment.rights = descriptor.rights();
    segment.refresh();
    return segment;
}

SegmentRegister unusableSegment(uint16_t selector) {
    SegmentRegister segment;
    segment.selector = selector;
    segment.rights |= access_rights::unusable;
    segment.refresh();
    return segment;
}

SegmentRegister virtual8086Segment(uint16_t selector) {
    SegmentRegister segment;
    segment.selector = selector;
    segment.base = uint32_t{selector} << 4;
    segment.rights = 0xF3;
    segment.refresh();
    return segment;
}

SegmentRegister realModeSegment(const SegmentRegister &before, unsigned number, uint16_t selector) {
    SegmentRegister segment = before;
    segment.selector = selector;
    segment.base = uint32_t{selector} << 4;
    segment.rights = number == Cs ? 0x93 : segment.rights & ~access_rights::unusable;
    segment.refresh();
    return segment;
}

Loaded<SegmentRegister> checkedStack(Cpu &cpu, uint16_t selector, unsigned level, Vector vector) {
    if (isNull(selector)) {
        cpu.raise(vector, 0);
        return {};
    }
    auto [descriptor, found] = fetchDescriptor(cpu, selector, vector);
    if (!found) return {};
    if (rplOf(selector) != level || descriptor.dpl() != level || !descriptor.writable()) {
        raiseSelector(cpu, vector, selector);
        return {};
    }
    if (!descriptor.present()) {
        raiseSelector(cpu, Vector::SS, selector);
        return {};
    }
    if (!markAccessed(cpu, selector, descriptor)) return {};
    return {segmentFrom(selector, descriptor), true};
}

Loaded<SegmentRegister> checkedData(Cpu &cpu, uint16_t selector, Vector vector) {
    if (isNull(selector)) return {unusableSegment(selector), true};
    auto [descriptor, found] = fetchDescriptor(cpu, selector, vector);
    if (!found) return {};
    bool visible =
        descriptor.conforming() || descriptor.dpl() >= std::max<unsigned>(cpu.cpl, rplOf(selector));
    if (!descriptor.readable() || !visible) {
        raiseSelector(cpu, vector, selector);
        return {};
    }
    if (!descriptor.present()) {
        raiseSelector(cpu, Vector::NP, selector);
        return {};
    }
    if (!markAccessed(cpu, selector, descriptor)) return {};
    return {segmentFrom(selector, descriptor), true};
}

Loaded<SegmentRegister> checkedSegment(Cpu &cpu, unsigned number, uint16_t selector) {
    if (!cpu.protectedMode()) return {realModeSegment(cpu.seg[number], number, selector), true};
    if (cpu.virtual8086()) return {virtual8086Segment(selector), true};
    if (number == Ss) return checkedStack(cpu, selector, cpu.cpl, Vector::GP);
    return checkedData(cpu, selector, Vector::GP);
}

bool loadSegment(Cpu &cpu, unsigned number, uint16_t selector) {
    auto checked = checkedSegment(cpu, number, selector);
    if (!checked.ok) return false;
    cpu.seg[number] = checked.value;
    return true;
}

bool task32(const Cpu &cpu) {
    return cpu.tr.rights & 8;
}

Loaded<InnerStack> innerStack(Cpu &cpu, unsigned level) {
    // SDM vol. 3, 7.2.1 and 7.6: SS0:ESP0 stand at 4 (32-bit) or 2 (16-bit TSS), level by level.
    bool wide = task32(cpu);
    uint32_t offset = wide ? level * 8 + 4 : level * 4 + 2;
    uint32_t last = offset + (wide ? 5 : 3);
    if (!cpu.tr.usable() || last > cpu.tr.limit) {
        raiseSelector(cpu, Vector::TS, cpu.tr.selector);
        return {};
    }
    InnerStack stack;
    uint32_t linear = cpu.tr.base + offset;
    if (wide) {
        auto esp = cpu.readSystem<uint32_t>(linear);
        if (!esp.ok) return {};
        stack.esp = esp.value;
    } else {
        auto sp = cpu.readSystem<uint16_t>(linear);
        if (!sp.ok) return {};
        stack.esp = sp.value;
    }
    auto selector = cpu.readSystem<uint16_t>(linear + (wide ? 4 : 2));
    if (!selector.ok) return {};
    auto ss = checkedStack(cpu, selector.value, level, Vector::TS);
    stack.ss = ss.value;
    return {stack, ss.ok};
}

void dropInnerSegments(Cpu &cpu) {
    for (unsigned number : {Es, Ds, Fs, Gs}) {
        SegmentRegister &segment = cpu.seg[number];
        bool conforming = segment.isCode() && (segment.rights & access_rights::conformingOrDown);
        if (segment.usable() && !conforming && segment.dpl() < cpu.cpl)
            segment = unusableSegment(0);
    }
}

bool loadLdtr(Cpu &cpu, uint16_t selector) {
    if (isNull(selector)) {
        cpu.ldtr = unusableSegment(selector);
        return true;
    }
    if (selector & localTable) return raiseSelector(cpu, Vector::GP, selector);
    auto [descriptor, found] = fetchDescriptor(cpu, selector, Vector::GP);
    if (!found) return false;
    if (!descriptor.isSystem(SystemType::Ldt)) return raiseSelector(cpu, Vector::GP, selector);
    if (!descriptor.present()) return raiseSelector(cpu, Vector::NP, selector);
    cpu.ldtr = segmentFrom(selector, descriptor);
    return true;
}

bool loadTr(Cpu &cpu, uint16_t selector) {
    if (isNull(selector)) return cpu.raise(Vector::GP, 0);
    if (selector & localTable) return raiseSelector(cpu, Vector::GP, selector);
    auto [descriptor, found] = fetchDescriptor(cpu, selector, Vector::GP);
    if (!found) return false;
    if (!descriptor.isTss() || descriptor.isBusy()) return raiseSelector(cpu, Vector::GP, selector);
    if (!descriptor.present()) return raiseSelector(cpu, Vector::NP, selector);
    if (!markBusy(cpu, selector, true)) return false;
    descriptor.high |= 1U << 9;
    cpu.tr = segmentFrom(selector, descriptor);
    return true;
}

} // namespace bootglass
