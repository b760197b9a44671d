// SPDX-License-Identifier: GPL-3.0-or-later
// The display adapter as a PCI function, QEMU's "-vga std": 1234h:1111h with its memory in base
// register 0, its registers in 2, and the VGA BIOS in the expansion ROM, where the firmware looks
// for it.
#pragma once

#include "emulator/devices/pci_device.h"
#include "emulator/devices/vga.h"
#include "emulator/machine/memory_layout.h"

namespace bootglass {

class VgaCard {
  public:
    /// The ROM's size is rounded up to a power of two, 2 KiB at least; empty: there is none.
    VgaCard(const VirtualClock &clock, PhysicalMap &memory, MemoryLayout &layout,
            std::span<const uint8_t> rom);

    Vga &vga() { return vga_; }
    const Vga &vga() const { return vga_; }
    PciDevice &pci() { return pci_; }
    void serialize(Archive &archive) { archive(pci_, vga_); }

  private:
    void addBar(MemoryLayout &layout, unsigned index, PciBar::Kind kind, uint64_t size,
                MemoryLayout::Movable range);

    Vga vga_;
    PciDevice pci_;
    PageBytes rom_;
};

} // namespace bootglass
