// SPDX-License-Identifier: GPL-3.0-or-later
// What can happen in a run, as one table: the recorder, the reader, the command line and the tracks
// are all driven by it, so adding a kind is one row. An event is a point in virtual time with
// its exact count. It is a plain value of 40 bytes.
#pragma once

#include "emulator/clock/time_types.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace bootglass {

enum class EventKind : uint8_t {
    Reset,
    TimerArmed,
    TimerCancelled,
    TimerFired,
    InterruptRaised,
    InterruptLowered,
    Interrupt,
    InterruptEnded,
    SoftwareInterrupt,
    Exception,
    PortRead,
    PortWrite,
    MmioRead,
    MmioWrite,
    Halt,
    Wake,
    ModeSwitch,
    PrivilegeSwitch,
    PageTableSwitch,
    Dma,
    Console,
    Marker,
    Sample,
    Input,
    Shutdown,
};

/// What an event's `source` counts: each is a name space of its own, see Source.
enum class SourceGroup : uint8_t {
    Machine,
    Timer,
    IrqLine,
    Vector,
    PortDevice,
    MmioDevice,
    Console
};

struct Event {
    Icount icount;
    VirtualNs ns;
    EventKind kind = EventKind::Reset;
    uint8_t size = 0;     // bytes of an access
    uint16_t source = 0;  // timer, line, vector, device: by the kind's group
    uint32_t address = 0; // port, physical address, instruction pointer
    uint64_t value = 0;   // see the kind's row
    uint64_t detail = 0;  // see the kind's row

    bool operator==(const Event &) const = default;
};

struct EventKindInfo {
    EventKind kind;
    std::string_view name;  // in JSON, SQL and searches
    std::string_view label; // for people
    SourceGroup source;
    std::string_view address; // the columns' meanings; empty: unused
    std::string_view value;
    std::string_view detail;
};

/// In the order of EventKind.
inline constexpr std::array eventKinds = std::to_array<EventKindInfo>({
    {EventKind::Reset, "reset", "reset", SourceGroup::Machine, "", "", ""},
    {EventKind::TimerArmed, "timer_armed", "timer armed", SourceGroup::Timer, "", "deadline (ns)",
     ""},
    {EventKind::TimerCancelled, "timer_cancelled", "timer cancelled", SourceGroup::Timer, "", "",
     ""},
    {EventKind::TimerFired, "timer_fired", "timer fired", SourceGroup::Timer, "", "deadline (ns)",
     ""},
    {EventKind::InterruptRaised, "interrupt_raised", "interrupt line raised", SourceGroup::IrqLine,
     "", "", ""},
    {EventKind::InterruptLowered, "interrupt_lowered", "interrupt line lowered",
     SourceGroup::IrqLine, "", "", ""},
    {EventKind::Interrupt, "interrupt", "interrupt accepted", SourceGroup::IrqLine,
     "instruction pointer", "vector", ""},
    {EventKind::InterruptEnded, "interrupt_ended", "end of interrupt", SourceGroup::IrqLine, "",
     "vector", ""},
    {EventKind::SoftwareInterrupt, "software_interrupt", "software interrupt", SourceGroup::Vector,
     "instruction pointer", "EAX", ""},
    {EventKind::Exception, "exception", "exception", SourceGroup::Vector, "instruction pointer",
     "error code", "CR2"},
    {EventKind::PortRead, "port_read", "port read", SourceGroup::PortDevice, "port", "value", ""},
    {EventKind::PortWrite, "port_write", "port write", SourceGroup::PortDevice, "port", "value",
     ""},
    {EventKind::MmioRead, "mmio_read", "memory-mapped read", SourceGroup::MmioDevice,
     "physical address", "value", ""},
    {EventKind::MmioWrite, "mmio_write", "memory-mapped write", SourceGroup::MmioDevice,
     "physical address", "value", ""},
    {EventKind::Halt, "halt", "halt", SourceGroup::Machine, "instruction pointer", "", ""},
    {EventKind::Wake, "wake", "wake from halt", SourceGroup::Machine, "instruction pointer",
     "idle (ns)", ""},
    {EventKind::ModeSwitch, "mode_switch", "mode switch", SourceGroup::Machine,
     "instruction pointer", "mode (CpuMode)", "mode before"},
    {EventKind::PrivilegeSwitch, "privilege_switch", "privilege switch", SourceGroup::Machine,
     "instruction pointer", "privilege level", "level before"},
    {EventKind::PageTableSwitch, "page_table_switch", "page table switch", SourceGroup::Machine,
     "instruction pointer", "CR3", "CR3 before"},
    {EventKind::Dma, "dma", "bus-master transfer", SourceGroup::PortDevice, "physical address",
     "bytes", "1: to memory"},
    {EventKind::Console, "console", "console line", SourceGroup::Console, "", "line number", ""},
    {EventKind::Marker, "marker", "marker", SourceGroup::Machine, "", "marker number", ""},
    {EventKind::Sample, "sample", "sample", SourceGroup::Machine, "instruction pointer",
     "privilege level", "CR3"},
    {EventKind::Input, "input", "input", SourceGroup::Console, "", "value", ""},
    {EventKind::Shutdown, "shutdown", "shutdown", SourceGroup::Machine, "instruction pointer",
     "cause", ""},
});

constexpr const EventKindInfo &info(EventKind kind) {
    return eventKinds[static_cast<size_t>(kind)];
}

/// Of a chip's registers by the CPU.
constexpr bool isAccess(EventKind kind) {
    return kind == EventKind::PortRead || kind == EventKind::PortWrite ||
           kind == EventKind::MmioRead || kind == EventKind::MmioWrite;
}

/// The name of one source of events.
struct Source {
    SourceGroup group = SourceGroup::Machine;
    uint16_t number = 0;
    std::string name; // "8254 channel 0", "IRQ 4 COM1", "#PF page fault"

    bool operator==(const Source &) const = default;
};

/// What a ModeSwitch tells: how the CPU reads addresses from here on.
enum class CpuMode : uint8_t { Real, Protected, Paged, Virtual8086 };

/// Receives events on the machine's thread, in order. Must return quickly.
struct EventSink {
    virtual ~EventSink() = default;
    virtual void event(const Event &event) = 0;
};

} // namespace bootglass
