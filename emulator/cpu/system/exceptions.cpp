// SPDX-License-Identifier: GPL-3.0-or-later
// Delivery of exceptions and interrupts: SDM vol. 3, ch. 6. A fault on the way to a handler is
// delivered instead, or with the first one becomes a double fault (table 6-5), or a triple fault.
#include "emulator/cpu/cpu.h"
#include "emulator/cpu/system/debug_bits.h"
#include "emulator/cpu/system/interrupt_entry.h"

namespace bootglass {

namespace {

enum class FaultClass : uint8_t { Benign, Contributory, PageFault, DoubleFault };

FaultClass classOf(Vector vector) {
    switch (vector) {
    case Vector::DE:
    case Vector::TS:
    case Vector::NP:
    case Vector::SS:
    case Vector::GP: return FaultClass::Contributory;
    case Vector::PF: return FaultClass::PageFault;
    case Vector::DF: return FaultClass::DoubleFault;
    default: return FaultClass::Benign;
    }
}

enum class Combination : uint8_t { Serial, Double, Triple };

/// What becomes of a fault while another event was being delivered.
Combination combine(FaultClass first, FaultClass second) {
    if (second == FaultClass::Benign || first == FaultClass::Benign) return Combination::Serial;
    if (first == FaultClass::DoubleFault) return Combination::Triple;
    bool serial = first == FaultClass::Contributory && second == FaultClass::PageFault;
    return serial ? Combination::Serial : Combination::Double;
}

bool pushesError(Vector vector) {
    switch (vector) {
    case Vector::DF:
    case Vector::TS:
    case Vector::NP:
    case Vector::SS:
    case Vector::GP:
    case Vector::PF:
    case Vector::AC: return true;
    default: return false;
    }
}

/// Bit 0 of an error code says: while an event was delivered that the program did not ask for.
bool hasExtBit(Vector vector) {
    return pushesError(vector) && vector != Vector::PF && vector != Vector::DF;
}

/// Deliveries may reach chips and code: they happen between instructions.
class IoWindow {
  public:
    explicit IoWindow(Cpu &cpu) : cpu_(cpu), before_(cpu.ioAllowed()) { cpu.allowIo(true); }
    ~IoWindow() { cpu_.allowIo(before_); }
    IoWindow(const IoWindow &) = delete;
    IoWindow &operator=(const IoWindow &) = delete;

  private:
    Cpu &cpu_;
    bool before_;
};

/// #AC and #DB are benign, so a handler that cannot be reached without another one never is; real
/// CPUs hang then. This many attempts are a shutdown.
constexpr unsigned mostAttempts = 16;

InterruptEntry entryOf(const Cpu &cpu, Fault fault) {
    // #DF is an abort. Traps do not come this way.
    bool isFault = fault.vector != Vector::DF;
    return {.vector = static_cast<uint8_t>(fault.vector),
            .cause = EntryCause::Exception,
            .pushesError = cpu.protectedMode() && pushesError(fault.vector),
            .errorCode = fault.errorCode,
            .isFault = isFault,
            .returnEip = cpu.eip,
            .ownEip = cpu.eip};
}

void announce(Cpu &cpu, Fault fault) {
    if (fault.vector == Vector::DB) cpu.dr[7] &= ~dr7::GD;
    if (cpu.observer()) cpu.observer()->exception(fault);
}

bool deliver(Cpu &cpu, InterruptEntry entry, FaultClass first) {
    IoWindow window(cpu);
    for (unsigned attempt = 0; attempt < mostAttempts; ++attempt) {
        if (enterHandler(cpu, entry)) return true;
        Fault fault = cpu.pendingFault();
        cpu.dropFault();
        switch (combine(first, classOf(fault.vector))) {
        case Combination::Triple: return false;
        case Combination::Double: fault = {Vector::DF, 0}; break;
        case Combination::Serial:
            if (hasExtBit(fault.vector)) fault.errorCode |= 1;
            break;
        }
        announce(cpu, fault);
        first = classOf(fault.vector);
        entry = entryOf(cpu, fault);
    }
    return false;
}

} // namespace

bool deliverFault(Cpu &cpu, Fault fault) {
    // A handler that faults at its first instruction executes nothing, perhaps for ever. So that
    // time goes on, a fault that comes right after another counts as an instruction.
    if (cpu.clock().icount() == cpu.lastFault && cpu.remaining() > 0) --cpu.remaining();
    cpu.lastFault = cpu.clock().icount();
    announce(cpu, fault);
    return deliver(cpu, entryOf(cpu, fault), classOf(fault.vector));
}

bool deliverInterrupt(Cpu &cpu, uint8_t vector) {
    if (cpu.observer()) cpu.observer()->interrupt(vector);
    InterruptEntry entry{
        .vector = vector, .cause = EntryCause::External, .returnEip = cpu.eip, .ownEip = cpu.eip};
    return deliver(cpu, entry, FaultClass::Benign);
}

bool deliverDebug(Cpu &cpu, uint32_t dr6Bits) {
    cpu.dr[6] |= dr6Bits;
    announce(cpu, {Vector::DB, 0});
    // RF is saved as it is, even for instruction breakpoints (SDM vol. 3, 18.3.1.1): their handler
    // sets it.
    InterruptEntry entry = entryOf(cpu, {Vector::DB, 0});
    entry.isFault = false;
    return deliver(cpu, entry, FaultClass::Benign);
}

} // namespace bootglass
