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

uint32_t kindsOf(TrackKind kind) {
    uint32_t bits = 0;
    for (const EventKindInfo &row : eventKinds) {
        if (trackKindOf(row.kind) == kind) bits |= kindBit(row.kind);
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
