// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/event_log.h"

namespace bootglass {

void EventLog::timerArmed(TimerId timer, VirtualNs deadline) {
    add({.kind = EventKind::TimerArmed,
         .source = static_cast<uint16_t>(timer),
         .value = deadline.value});
}

void EventLog::timerCancelled(TimerId timer) {
    add({.kind = EventKind::TimerCancelled, .source = static_cast<uint16_t>(timer)});
}

void EventLog::timerFired(TimerId timer, VirtualNs deadline) {
    add({.kind = EventKind::TimerFired,
         .source = static_cast<uint16_t>(timer),
         .value = deadline.value});
}

void EventLog::portRead(uint16_t device, uint16_t port, unsigned size, uint32_t value) {
    add({.kind = EventKind::PortRead,
         .source = device,
         .address = port,
         .value = value,
         .size = static_cast<uint8_t>(size)});
}

void EventLog::portWrite(uint16_t device, uint16_t port, unsigned size, uint32_t value) {
    add({.kind = EventKind::PortWrite,
         .source = device,
         .address = port,
         .value = value,
         .size = static_cast<uint8_t>(size)});
}

void EventLog::mmioRead(uint16_t device, PhysicalAddress address, unsigned size, uint64_t value) {
    add({.kind = EventKind::MmioRead,
         .source = device,
         .address = static_cast<uint32_t>(address),
         .value = value,
         .size = static_cast<uint8_t>(size)});
}

void EventLog::mmioWrite(uint16_t device, PhysicalAddress address, unsigned size, uint64_t value) {
    add({.kind = EventKind::MmioWrite,
         .source = device,
         .address = static_cast<uint32_t>(address),
         .value = value,
         .size = static_cast<uint8_t>(size)});
}

} // namespace bootglass
