// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/cpu_events.h"

namespace bootglass {

void CpuEvents::interrupt(uint8_t vector) {
    if (halted_) {
        halted_ = false;
        log_.add({.kind = EventKind::Wake,
                  .address = instructionPointer(),
                  .value = cpu_.clock().idleNs() - idleAtHalt_});
    }
    uint16_t line = interrupts_.takeAccepted();
    log_.add({.kind = EventKind::Interrupt,
              .source = line,
              .address = instructionPointer(),
              .value = vector});
    interrupts_.entered(line);
}

void CpuEvents::softwareInterrupt(uint8_t vector) {
    log_.add({.kind = EventKind::SoftwareInterrupt,
              .source = vector,
              .address = instructionPointer(),
              .value = cpu_.gpr[Eax]});
}

void CpuEvents::exception(Fault fault) {
    log_.add({.kind = EventKind::Exception,
              .source = static_cast<uint16_t>(fault.vector),
              .address = instructionPointer(),
              .value = fault.errorCode,
              .detail = fault.vector == Vector::PF ? cpu_.cr2 : 0});
}

void CpuEvents::privilegeSwitch(unsigned before, unsigned now) {
    log_.add({.kind = EventKind::PrivilegeSwitch,
              .address = instructionPointer(),
              .value = now,
              .detail = before});
}

void CpuEvents::modeSwitch(unsigned before, unsigned now) {
    log_.add({.kind = EventKind::ModeSwitch,
              .address = instructionPointer(),
              .value = now,
              .detail = before});
}

void CpuEvents::pageTableSwitch(uint32_t before, uint32_t now) {
    log_.add({.kind = EventKind::PageTableSwitch,
              .address = instructionPointer(),
              .value = now,
              .detail = before});
}

void CpuEvents::halted() {
    halted_ = true;
    idleAtHalt_ = cpu_.clock().idleNs();
    log_.add({.kind = EventKind::Halt, .address = instructionPointer()});
}

/// No event of the machine's: it happens or not by who watches.
void CpuEvents::codeReached(uint32_t linear) {
    if (MachineObserver *observer = log_.observer()) observer->codeReached(linear);
}

} // namespace bootglass
