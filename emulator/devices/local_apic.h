// SPDX-License-Identifier: GPL-3.0-or-later
// The local APIC of the one CPU, an xAPIC with its registers in the 4 KiB at FEE00000h (Intel SDM
// vol. 3, chapter 10; version 14h with six LVT entries). Interrupts wait in the IRR, are in service
// in the ISR, and the INTR level to the CPU is a pure function of both, the TPR and LINT0. The
// 8259 pair hangs on LINT0: with an ExtINT entry there, or while the APIC is disabled, its
// interrupts pass through and the CPU has to ask it for the vector.
//
// The timer counts a clock of 1 GHz, so one tick is as many ns as the divider says. Its count is
// computed from the virtual time at which it was loaded; nothing runs between two accesses.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/apic_message.h"
#include "emulator/devices/irq_line.h"

#include <array>
#include <functional>

namespace bootglass {

class LocalApic {
  public:
    struct Lines {
        /// INTR: an interrupt waits that the priorities allow, or the 8259's passes through.
        std::function<void(bool level)> interruptRequest;
        std::function<void()> nmi;
        /// Each end of an interrupt; those of level-triggered ones go on to the I/O APIC.
        std::function<void(uint8_t vector, bool levelTriggered)> endOfInterrupt;
    };

    LocalApic(VirtualClock &clock, Lines lines);

    uint64_t read(uint64_t offset, unsigned size);
    void write(uint64_t offset, uint64_t value, unsigned size);
    void reset();
    void serialize(Archive &archive);

    // --- the CPU's side
    struct Acknowledged {
        bool fromPic = false; // the vector is the 8259's to give
        uint8_t vector = 0;

        bool operator==(const Acknowledged &) const = default;
    };
    /// The CPU takes an interrupt: it goes from the IRR to the ISR. If none is left that the
    /// priorities allow, the spurious vector.
    Acknowledged acknowledge();
    /// IA32_APIC_BASE's global enable, bit 11.
    void setEnabled(bool enabled);
    bool enabled() const { return enabled_; }
    /// IA32_TSC_DEADLINE, in TSC ticks, which are ns of virtual time; 0 is disarmed.
    void setTscDeadline(uint64_t deadline);
    uint64_t tscDeadline() const;

    /// Whether this is the vector of the timer's entry.
    bool timerSends(uint8_t vector) const { return static_cast<uint8_t>(lvt_[lvtTimer]) == vector; }
    /// Whether LINT0, of all pins, is an NMI.
    bool lint0SendsNmi() const {
        return !masked(lint0) &&
               static_cast<ApicDelivery>(lvt_[lint0] >> 8 & 7) == ApicDelivery::Nmi;
    }

    // --- the bus' side
    /// False if the message is for somebody else or cannot be accepted now.
    bool deliver(const ApicMessage &message);
    /// INTR of the 8259 pair.
    void setLint0(bool level) { setLint(lint0, level); }
    /// NMI of the board.
    void setLint1(bool level) { setLint(lint1, level); }

  private:
    enum LvtIndex : uint8_t { lvtTimer, lvtThermal, lvtPerformance, lint0, lint1, lvtError };
    enum class TimerMode : uint8_t { OneShot, Periodic, TscDeadline };
    enum class Destination : uint8_t { Named, Self, All, Others };

    /// One bit per vector, as the ISR, TMR and IRR have it.
    struct VectorSet {
        std::array<uint32_t, 8> words{};

        bool test(uint8_t vector) const { return words[vector >> 5] >> (vector & 31) & 1; }
        void set(uint8_t vector) { words[vector >> 5] |= 1U << (vector & 31); }
        void clear(uint8_t vector) { words[vector >> 5] &= ~(1U << (vector & 31)); }
        /// The highest vector, 0 if there is none (vectors below 16 never get in).
        uint8_t highest() const;
    };

    bool softwareEnabled() const { return spurious_ & 0x100; }
    bool working() const { return enabled_ && softwareEnabled(); }
    bool masked(LvtIndex entry) const { return lvt_[entry] & 0x10000; }

    uint32_t readRegister(unsigned number);
    void writeRegister(unsigned number, uint32_t value);
    uint8_t processorPriority() const;
    uint8_t arbitrationPriority() const;
    bool picPassesThrough() const;
    void updateRequest();

    bool accept(uint8_t vector, bool levelTriggered);
    bool isDestination(const ApicMessage &message) const;
    void sendInterrupt();
    void endInterrupt();
    void reportError(uint32_t bit);

    void writeSpurious(uint32_t value);
    void writeLvt(LvtIndex entry, uint32_t value);
    void setLint(LvtIndex pin, bool level);
    void raiseLocal(LvtIndex entry);

    TimerMode timerMode() const;
    uint64_t divider() const;
    uint32_t currentCount() const;
    void startTimer(uint32_t count);
    void armTimer();
    void timerExpired();

    VirtualClock &clock_;
    IrqLine request_;
    Lines lines_;

    bool enabled_ = true;
    uint8_t id_ = 0;
    uint8_t taskPriority_ = 0;
    uint8_t logicalId_ = 0;
    uint8_t destinationFormat_ = 0xF;
    uint32_t spurious_ = 0xFF;
    VectorSet inService_, triggerMode_, requested_;
    uint32_t errors_ = 0;      // since the last write of the ESR
    uint32_t errorStatus_ = 0; // what the ESR shows
    std::array<uint32_t, 2> command_{};
    std::array<uint32_t, 6> lvt_{};
    std::array<bool, 2> lintLevel_{};
    bool extInt_ = false; // one came as a message

    uint32_t initialCount_ = 0;
    uint8_t divideConfiguration_ = 0;
    VirtualNs started_;
    uint32_t startCount_ = 0; // the count at `started_`
    uint64_t tscDeadline_ = 0;
    Timer timer_;
};

} // namespace bootglass
