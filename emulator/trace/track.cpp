// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/track.h"

#include "emulator/trace/detail.h"
#include "emulator/trace/run_types.h"

#include <algorithm>

namespace bootglass {

namespace {

struct TrackKindInfo {
    std::string_view name;
    std::string_view label;
    SourceGroup source;
};

// In the order of TrackKind.
constexpr std::array<TrackKindInfo, trackKinds> kinds = {{
    {"cpu", "CPU", SourceGroup::Machine},
    {"irq", "Interrupt lines", SourceGroup::IrqLine},
    {"timer", "Timers", SourceGroup::Timer},
    {"exception", "Exceptions", SourceGroup::Vector},
    {"software_interrupt", "Software interrupts", SourceGroup::Vector},
    {"port", "Port devices", SourceGroup::PortDevice},
    {"mmio", "Memory-mapped devices", SourceGroup::MmioDevice},
    {"halt", "Halts", SourceGroup::Machine},
    {"address_space", "Address spaces", SourceGroup::Machine},
    {"privilege", "Privilege switches", SourceGroup::Machine},
    {"mode", "Mode switches", SourceGroup::Machine},
    {"console", "Consoles", SourceGroup::Console},
    {"sample", "Samples", SourceGroup::Machine},
    {"machine", "Machine", SourceGroup::Machine},
}};

} // namespace

TrackId trackOf(const Event &event) {
    switch (event.kind) {
    case EventKind::TimerArmed:
    case EventKind::TimerCancelled:
    case EventKind::TimerFired: return {TrackKind::Timer, event.source};
    case EventKind::InterruptRaised:
    case EventKind::InterruptLowered:
    case EventKind::Interrupt:
    case EventKind::InterruptEnded: return {TrackKind::IrqLine, event.source};
    case EventKind::SoftwareInterrupt: return {TrackKind::SoftwareInterrupt, event.source};
    case EventKind::Exception: return {TrackKind::Exception, event.source};
    case EventKind::PortRead:
    case EventKind::PortWrite:
    case EventKind::Dma: return {TrackKind::PortDevice, event.source};
    case EventKind::MmioRead:
    case EventKind::MmioWrite: return {TrackKind::MmioDevice, event.source};
    case EventKind::Halt:
    case EventKind::Wake: return {TrackKind::Halt, 0};
    case EventKind::ModeSwitch: return {TrackKind::ModeSwitch, 0};
    case EventKind::PrivilegeSwitch: return {TrackKind::PrivilegeSwitch, 0};
    case EventKind::PageTableSwitch: return {TrackKind::AddressSpace, 0};
    case EventKind::Console:
    case EventKind::Input: return {TrackKind::Console, event.source};
    case EventKind::Sample: return {TrackKind::Sample, 0};
    case EventKind::Reset:
    case EventKind::Marker:
    case EventKind::Shutdown: break;
    }
    return {TrackKind::Machine, 0};
}

uint32_t kindsOf(TrackKind kind) {
    uint32_t bits = 0;
    for (const EventKindInfo &row : eventKinds) {
        Event event;
        event.kind = row.kind;
        if (trackOf(event).kind == kind) bits |= kindBit(row.kind);
    }
    return bits;
}

std::string_view name(TrackKind kind) {
    return kinds[static_cast<size_t>(kind)].name;
}

std::string_view label(TrackKind kind) {
    return kinds[static_cast<size_t>(kind)].label;
}

SourceGroup sourceGroup(TrackKind kind) {
    return kinds[static_cast<size_t>(kind)].source;
}

std::optional<Detail> detailOf(std::string_view text) {
    for (const Detail detail : {Detail::Markers, Detail::Events, Detail::Full})
        if (text == name(detail)) return detail;
    return {};
}

void Bin::candidate(uint64_t lengthNs, uint64_t id) {
    // The longest wins; of equals the first that is stored.
    if (lengthNs > longestNs) {
        longestNs = lengthNs;
        longestId = id;
    } else if (lengthNs == longestNs && id && (!longestId || id < longestId)) {
        longestId = id;
    }
}

void Bin::merge(const Bin &other) {
    count += other.count;
    busyNs += other.busyNs;
    kinds |= other.kinds;
    candidate(other.longestNs, other.longestId);
}

} // namespace bootglass
