// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ide_controller.h"

namespace bootglass {

IdeController::IdeController(VirtualClock &clock, PhysicalMap &memory, IrqLine primary,
                             IrqLine secondary, std::function<void(uint32_t)> mapBusMaster,
                             std::function<void(uint32_t)> unmapBusMaster)
    // Programming interface 80h: bus master, both channels at the old ports for good.
    : pci_({.vendor = 0x8086, .device = 0x7010, .classCode = 0x010180}),
      primary_(clock, "IDE primary", std::move(primary), memory,
               [this] { return pci_.busMaster(); }),
      secondary_(clock, "IDE secondary", std::move(secondary), memory,
                 [this] { return pci_.busMaster(); }) {
    pci_.define(0x06, {0x80, 0x02}, 0x00);
    pci_.define(0x40, {0x00, 0x00, 0x00, 0x00}, 0xff); // IDETIM, primary and secondary
    pci_.define(0x44, {0x00}, 0xff);                   // SIDETIM
    pci_.addBar(4, {.kind = PciBar::Kind::Io,
                    .size = busMasterPorts,
                    .map = std::move(mapBusMaster),
                    .unmap = std::move(unmapBusMaster)});
}

uint32_t IdeController::readBusMaster(uint16_t offset, unsigned size) {
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
        unsigned at = offset + i;
        uint32_t byte = channel(at >> 3 & 1).busMaster().read(at & 7);
        value |= byte << 8 * i;
    }
    return value;
}

void IdeController::writeBusMaster(uint16_t offset, uint32_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) {
        unsigned at = offset + i;
        channel(at >> 3 & 1).busMaster().write(at & 7, static_cast<uint8_t>(value >> 8 * i));
    }
}

void IdeController::reset() {
    pci_.reset();
    primary_.reset();
    secondary_.reset();
}

void IdeController::serialize(Archive &archive) {
    archive.section("ide controller");
    archive(pci_, primary_, secondary_);
}

} // namespace bootglass
