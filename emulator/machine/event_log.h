// SPDX-License-Identifier: GPL-3.0-or-later
// Where everything that happens in the machine becomes an event: stamped with count and time, added
// to the digest, handed to the observer if there is one. Port reads and the like come by the
// million, so the way is short: no allocation, one virtual call in, one out.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/machine/event_chain.h"
#include "emulator/machine/machine_observer.h"
#include "emulator/memory/physical_map.h"
#include "emulator/memory/port_map.h"

namespace bootglass {

class EventLog final : public TimerObserver, public PortObserver, public MmioObserver {
  public:
    explicit EventLog(const VirtualClock &clock) : clock_(clock) {}

    void setObserver(MachineObserver *observer) { observer_ = observer; }
    MachineObserver *observer() const { return observer_; }
    const EventChain &chain() const { return chain_; }

    /// What an event tells beside its time.
    struct What {
        EventKind kind;
        uint16_t source = 0;
        uint32_t address = 0;
        uint64_t value = 0;
        uint64_t detail = 0;
        uint8_t size = 0;
    };
    void add(const What &what) {
        const Icount count = clock_.icount();
        const Event &event =
            chain_.add(count, clock_.at(count), {what.kind, what.size, what.source, what.address},
                       what.value, what.detail);
        if (observer_) observer_->event(event);
    }

    void timerArmed(TimerId timer, VirtualNs deadline) override;
    void timerCancelled(TimerId timer) override;
    void timerFired(TimerId timer, VirtualNs deadline) override;
    void portRead(uint16_t device, uint16_t port, unsigned size, uint32_t value) override;
    void portWrite(uint16_t device, uint16_t port, unsigned size, uint32_t value) override;
    void mmioRead(uint16_t device, PhysicalAddress address, unsigned size, uint64_t value) override;
    void mmioWrite(uint16_t device, PhysicalAddress address, unsigned size,
                   uint64_t value) override;

    void serialize(Archive &archive) { chain_.serialize(archive); }

  private:
    const VirtualClock &clock_;
    EventChain chain_;
    MachineObserver *observer_ = nullptr;
};

} // namespace bootglass
