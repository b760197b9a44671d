// SPDX-License-Identifier: GPL-3.0-or-later
// How interrupts find the CPU on this board: each ISA line goes to the 8259 pair and to the I/O
// APIC (IRQ 0 to its input 2, the others to the input of their number); the pair's INTR goes to the
// local APIC's LINT0, which passes it on in virtual-wire mode (MP specification 3.6.2.2); the local
// APIC drives the CPU's INTR. Several sources may pull one line, PCI by way of PIIX3's steering:
// they are ORed here.
//
// Beside the chips it remembers which line a vector came from, for the events.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/devices/i8259.h"
#include "emulator/devices/io_apic.h"
#include "emulator/devices/local_apic.h"
#include "emulator/machine/event_log.h"
#include "emulator/machine/irq_lines.h"

#include <array>
#include <functional>

namespace bootglass {

class InterruptRouter final : public InterruptController {
  public:
    InterruptRouter(VirtualClock &clock, Cpu &cpu, EventLog &log);
    InterruptRouter(const InterruptRouter &) = delete;
    InterruptRouter &operator=(const InterruptRouter &) = delete;

    /// Who pulls an ISA line; bits.
    enum Source : uint8_t { Chip = 1, Pci = 2, HpetLegacy = 4 };
    void setIrq(unsigned irq, Source source, bool level);
    /// A wire from a chip to an ISA line.
    IrqLine wire(unsigned irq);
    /// The HPET's outputs outside its legacy replacement.
    void setIoApicInput(unsigned input, bool level);
    /// The HPET takes the places of the 8254 and the RTC, which are cut off.
    void setLegacyReplacement(bool on);
    /// The board's NMI.
    void setNmi(bool level) { apic_.setLint1(level); }

    I8259Pair &pic() { return pic_; }
    LocalApic &apic() { return apic_; }
    IoApic &ioApic() { return ioApic_; }

    // --- the CPU's side
    uint8_t acknowledge() override;
    void apicBaseWritten(uint64_t value) override;
    void setApicBaseChanged(std::function<void(uint64_t value)> changed) {
        apicBaseChanged_ = std::move(changed);
    }

    /// The line of the interrupt that the CPU is entering: the one acknowledged last, or NMI if
    /// there was none since the last call.
    uint16_t takeAccepted();
    /// To be called after the entry's event: an interrupt in automatic-end mode is over with it.
    void entered(uint16_t line);
    /// Whether a line or timer could wake a CPU that has halted with interrupts disabled.
    bool mayWakeByNmi() const;

    void serialize(Archive &archive);

  private:
    void updateIrq(unsigned irq);
    void updateInput2();
    uint16_t lineOf(uint8_t vector) const;
    void picEnded(unsigned irq);
    void apicEnded(uint8_t vector, bool levelTriggered);

    EventLog &log_;
    std::function<void(uint64_t)> apicBaseChanged_;
    LocalApic apic_;
    IoApic ioApic_;
    I8259Pair pic_;

    std::array<uint8_t, 16> asserted_{}; // sources that pull each line
    uint16_t levels_ = 0;                // the lines
    bool hpetInput2_ = false;
    bool input2IsHpet_ = false; // who raised it last
    bool legacyReplacement_ = false;
    uint16_t accepted_ = irq_line::nmi;
    bool endsAtOnce_ = false;
    std::array<uint8_t, 16> picVector_{}; // as last acknowledged
    std::array<uint8_t, 256> apicLine_{}; // likewise, by vector
};

} // namespace bootglass
