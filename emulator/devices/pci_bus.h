// SPDX-License-Identifier: GPL-3.0-or-later
// The PCI bus as software reaches it: configuration mechanism 1 (PCI 2.1, 3.2.2.3.2). A dword
// written to port CF8h selects bus, slot, function and register; ports CFCh–CFFh are a window onto
// that register. Among them lies CF9h, PIIX3's reset control register, seen by byte accesses only.
// One bus, number 0; where no function answers, reads give ones.
//
// Interrupt pins are wired as on QEMU's `pc`: INTA# of slot s goes to PIRQ (s − 1) & 3, and the
// following pins to the following PIRQs. Several functions share a wire.
#pragma once

#include "emulator/devices/pci_device.h"

#include <array>
#include <functional>

namespace bootglass {

class PciBus {
  public:
    /// pirqChanged: the level of PIRQ A–D (0–3). resetMachine: the guest asks by port CF9h.
    PciBus(std::function<void(unsigned pirq, bool level)> pirqChanged,
           std::function<void()> resetMachine);

    /// Puts a function on the bus and connects its interrupt pin; it must outlive the bus.
    void attach(unsigned slot, unsigned function, PciDevice &device);

    /// Ports CF8h–CFFh, offset from CF8h.
    uint32_t read(uint16_t offset, unsigned size);
    void write(uint16_t offset, uint32_t value, unsigned size);
    /// Calls map() again for every decoded range of every function.
    void remap();

    void reset();
    void serialize(Archive &archive);

  private:
    PciDevice *selected() const;
    void drive(unsigned pirq, unsigned source, bool level);

    std::function<void(unsigned, bool)> pirqChanged_;
    std::function<void()> resetMachine_;
    std::array<PciDevice *, 256> functions_{}; // by slot << 3 | function
    uint32_t address_ = 0;
    uint8_t resetControl_ = 0;
    // Which functions pull each PIRQ, a bit per function in order of attachment.
    std::array<uint32_t, 4> asserted_{};
    unsigned sources_ = 0;
};

} // namespace bootglass
