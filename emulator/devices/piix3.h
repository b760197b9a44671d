// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 82371SB (PIIX3), function 0: the bridge from PCI to ISA (data sheet 290550, 1997). Slot 1.
// It steers the four PCI interrupt wires PIRQA#–PIRQD# to inputs of the 8259 pair by the registers
// 60h–63h; wires steered to the same input are ORed. Its other registers are kept, with the values
// that they have after reset.
#pragma once

#include "emulator/devices/pci_device.h"

#include <array>
#include <cstdint>
#include <functional>

namespace bootglass {

class Piix3 {
  public:
    static constexpr unsigned pirqs = 4;

    /// irqChanged: the level of an ISA interrupt line as driven by PCI.
    explicit Piix3(std::function<void(unsigned irq, bool level)> irqChanged);

    PciDevice &pci() { return pci_; }
    /// The level of a PCI interrupt wire, 0 (PIRQA#) to 3.
    void setPirq(unsigned pirq, bool level);
    /// The ISA line that a wire is steered to; 16 if to none.
    unsigned route(unsigned pirq) const;

    void reset();
    void serialize(Archive &archive);

  private:
    uint16_t irqLevels() const;
    void update();

    std::function<void(unsigned, bool)> irqChanged_;
    PciDevice pci_;
    std::array<bool, pirqs> levels_{};
    uint16_t reported_ = 0; // by ISA line
};

} // namespace bootglass
