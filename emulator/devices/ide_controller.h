// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 82371SB (PIIX3), function 1: the IDE controller (data sheet 290550, 2.3 and 2.7). Two
// channels at the PC's old ports with interrupts 14 and 15, and in base address register 4 sixteen
// ports of bus master registers. The old ports are always decoded, as QEMU does; the timing
// registers (IDETIM) are kept, since drivers look for the enable bit in them.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/ide_channel.h"
#include "emulator/devices/irq_line.h"
#include "emulator/devices/pci_device.h"

#include <functional>
#include <memory>

namespace bootglass {

class IdeController {
  public:
    static constexpr uint16_t busMasterPorts = 16;

    /// Where the board finds the channels' ports: 1F0h and 3F6h, 170h and 376h.
    static constexpr uint16_t commandPort(unsigned channel) { return channel == 0 ? 0x1f0 : 0x170; }
    static constexpr uint16_t controlPort(unsigned channel) { return channel == 0 ? 0x3f6 : 0x376; }

    /// mapBusMaster, unmapBusMaster: sixteen ports at a base that software chooses.
    IdeController(VirtualClock &clock, PhysicalMap &memory, IrqLine primary, IrqLine secondary,
                  std::function<void(uint32_t base)> mapBusMaster,
                  std::function<void(uint32_t base)> unmapBusMaster);

    PciDevice &pci() { return pci_; }
    /// 0 primary, 1 secondary.
    IdeChannel &channel(unsigned number) { return number == 0 ? primary_ : secondary_; }

    /// The bus master ports: 0–7 primary, 8–15 secondary.
    uint32_t readBusMaster(uint16_t offset, unsigned size);
    void writeBusMaster(uint16_t offset, uint32_t value, unsigned size);

    void reset();
    void serialize(Archive &archive);

  private:
    PciDevice pci_;
    IdeChannel primary_;
    IdeChannel secondary_;
};

} // namespace bootglass
