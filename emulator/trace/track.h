// SPDX-License-Identifier: GPL-3.0-or-later
// A track is one lane of the timeline: one interrupt line, one timer, one device, … Every event
// belongs to exactly one track, and roll-ups are kept by track. Some tracks hold spans (an
// interrupt from its raising to its end, a timer from arming to firing), others only points.
#pragma once

#include "emulator/probe/event.h"

#include <array>
#include <compare>
#include <string>

namespace bootglass {

enum class TrackKind : uint8_t {
    CpuShare,          // number: CpuShare; spans, no events of its own
    IrqLine,           // spans: raised, accepted, ended
    Timer,             // spans: armed to fired, cancelled or armed anew
    Exception,         // number: vector
    SoftwareInterrupt, // number: vector
    PortDevice,        // port reads and writes, bus-master transfers
    MmioDevice,
    Halt,            // spans: halt to wake
    AddressSpace,    // number: AddressSpace; spans: from a CR3 load to the next
    PrivilegeSwitch, // points; counts only, below Detail::Full
    ModeSwitch,      // real, protected, paged, virtual-8086
    Console,         // number: console; console lines and input
    Sample,
    Machine, // reset, markers, shutdown
};
inline constexpr size_t trackKinds = 14;

/// Who had the CPU: what the filled share per pixel is made of.
enum class CpuShare : uint8_t { Firmware, Loader, Kernel, User, Idle };
inline constexpr size_t cpuShares = 5;

constexpr std::string_view name(CpuShare share) {
    constexpr std::string_view names[] = {"firmware", "loader", "kernel", "user", "idle"};
    return names[static_cast<size_t>(share)];
}

struct TrackId {
    TrackKind kind = TrackKind::Machine;
    uint16_t number = 0;

    constexpr auto operator<=>(const TrackId &) const = default;
    /// As in the run file's `track` columns.
    constexpr uint32_t packed() const { return static_cast<uint32_t>(kind) << 16 | number; }
    static constexpr TrackId unpack(uint32_t packed) {
        return {static_cast<TrackKind>(packed >> 16), static_cast<uint16_t>(packed)};
    }
};

/// Address spaces are numbered as their CR3 is first loaded; those after the last share one lane.
inline constexpr uint16_t mostAddressSpaces = 256;

constexpr TrackKind trackKindOf(EventKind kind) {
    switch (kind) {
    case EventKind::TimerArmed:
    case EventKind::TimerCancelled:
    case EventKind::TimerFired: return TrackKind::Timer;
    case EventKind::InterruptRaised:
    case EventKind::InterruptLowered:
    case EventKind::Interrupt:
    case EventKind::InterruptEnded: return TrackKind::IrqLine;
    case EventKind::SoftwareInterrupt: return TrackKind::SoftwareInterrupt;
    case EventKind::Exception: return TrackKind::Exception;
    case EventKind::PortRead:
    case EventKind::PortWrite:
    case EventKind::Dma: return TrackKind::PortDevice;
    case EventKind::MmioRead:
    case EventKind::MmioWrite: return TrackKind::MmioDevice;
    case EventKind::Halt:
    case EventKind::Wake: return TrackKind::Halt;
    case EventKind::ModeSwitch: return TrackKind::ModeSwitch;
    case EventKind::PrivilegeSwitch: return TrackKind::PrivilegeSwitch;
    case EventKind::PageTableSwitch: return TrackKind::AddressSpace;
    case EventKind::Console:
    case EventKind::Input: return TrackKind::Console;
    case EventKind::Sample: return TrackKind::Sample;
    case EventKind::Reset:
    case EventKind::Marker:
    case EventKind::Shutdown: break;
    }
    return TrackKind::Machine;
}

/// The track of an event, but for page-table switches: whose number is not in the event (see
/// SpanPairing), here 0.
inline TrackId trackOf(const Event &event) {
    struct Row {
        TrackKind kind;
        bool numbered; // by the event's source
    };
    static constexpr auto rows = [] {
        std::array<Row, eventKinds.size()> all{};
        for (const EventKindInfo &of : eventKinds)
            all[static_cast<size_t>(of.kind)] = {trackKindOf(of.kind),
                                                 of.source != SourceGroup::Machine};
        return all;
    }();
    const Row row = rows[static_cast<size_t>(event.kind)];
    return {row.kind, row.numbered ? event.source : uint16_t{0}};
}

/// The kinds of event that a track can hold: bits as in Bin::kinds.
uint32_t kindsOf(TrackKind kind);

/// Do events of this track pair up into spans?
constexpr bool hasSpans(TrackKind kind) {
    return kind == TrackKind::CpuShare || kind == TrackKind::IrqLine || kind == TrackKind::Timer ||
           kind == TrackKind::Halt || kind == TrackKind::AddressSpace;
}

/// "irq", "timer", …: in searches, JSON and SQL.
std::string_view name(TrackKind kind);
/// "Interrupt lines", "Timers", …: a group's heading.
std::string_view label(TrackKind kind);
/// The name space of the track's number, for its source's name.
SourceGroup sourceGroup(TrackKind kind);

} // namespace bootglass
