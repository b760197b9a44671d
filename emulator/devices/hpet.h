// SPDX-License-Identifier: GPL-3.0-or-later
// The high precision event timer (IA-PC HPET specification 1.0a) with its registers in the 1 KiB at
// FED00000h: a 64-bit counter of 10 ns ticks and three comparators, each with an interrupt when the
// counter equals it. The counter is computed from the virtual time at which it was switched on.
//
// An edge-triggered comparator leaves its output high up to its next match, as an 8254 in mode 2
// does: an 8259 forgets a request whose line falls before it is acknowledged.
#pragma once

#include "emulator/clock/virtual_clock.h"

#include <array>
#include <functional>

namespace bootglass {

class Hpet {
  public:
    static constexpr unsigned comparators = 3;
    static constexpr uint64_t nsPerTick = 10;

    struct Lines {
        /// An input of the I/O APIC.
        std::function<void(unsigned gsi, bool level)> interrupt;
        /// Comparators 0 and 1 under the legacy replacement route: the wires of the 8254 and the
        /// RTC.
        std::function<void(bool level)> irq0;
        std::function<void(bool level)> irq8;
        /// The legacy replacement route is on: 8254 and RTC are cut off from IRQ 0 and IRQ 8.
        std::function<void(bool on)> legacyReplacement;
    };

    Hpet(VirtualClock &clock, Lines lines);

    /// 4 or 8 bytes, aligned; others read zero and write nothing (specification 2.3.2).
    uint64_t read(uint64_t offset, unsigned size);
    void write(uint64_t offset, uint64_t value, unsigned size);
    void reset();
    void serialize(Archive &archive);

    bool legacyReplacement() const { return configuration_ & 2; }

  private:
    struct Comparator {
        uint64_t configuration = 0;
        uint64_t value = 0;
        uint64_t period = 0;
        uint64_t messageRoute = 0;
        bool risen = false; // edge-triggered: there has been a match

        bool levelTriggered() const { return configuration & 0x002; }
        bool interruptEnabled() const { return configuration & 0x004; }
        bool periodic() const { return configuration & 0x008; }
        bool valueSet() const { return configuration & 0x040; }
        bool narrow() const { return configuration & 0x100; }
        unsigned route() const { return configuration >> 9 & 0x1F; }
        uint64_t width() const { return narrow() ? 0xFFFFFFFF : ~uint64_t{0}; }
        void serialize(Archive &archive) {
            archive(configuration, value, period, messageRoute, risen);
        }
    };
    /// The interrupt outputs: one bit per I/O APIC input, then IRQ 0 and IRQ 8.
    using Outputs = uint64_t;

    bool running() const { return configuration_ & 1; }
    uint64_t counter() const;
    uint64_t readRegister(uint64_t offset);
    void writeRegister(uint64_t offset, uint64_t value, uint64_t written);
    void writeConfiguration(uint64_t value);
    void writeComparator(unsigned index, uint64_t value, uint64_t written);
    void writeTimerConfiguration(unsigned index, uint64_t value);
    void catchUp(Comparator &comparator) const;
    void arm(unsigned index);
    void matched(unsigned index);
    Outputs outputOf(unsigned index) const;
    void raiseEdge(unsigned index);
    void updateOutputs();
    void drive(Outputs outputs, bool level);

    VirtualClock &clock_;
    Lines lines_;
    uint64_t configuration_ = 0;
    uint64_t status_ = 0;
    uint64_t counterBase_ = 0; // the counter when it was switched on, or its value while off
    VirtualNs started_;
    std::array<Comparator, comparators> comparators_;
    Outputs outputs_ = 0; // that are high
    std::array<Timer, comparators> timers_;
};

} // namespace bootglass
