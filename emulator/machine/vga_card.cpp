// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/vga_card.h"

#include <algorithm>
#include <bit>

namespace bootglass {

namespace {

constexpr unsigned memoryBar = 0;
constexpr unsigned registersBar = 2;
constexpr PhysicalAddress window = 0xA0000;
constexpr uint64_t windowSize = 0x20000;

} // namespace

VgaCard::VgaCard(const VirtualClock &clock, PhysicalMap &memory, MemoryLayout &layout,
                 std::span<const uint8_t> rom)
    : vga_(clock),
      pci_({.vendor = 0x1234, .device = 0x1111, .classCode = 0x030000, .revision = 0x02}),
      rom_(std::bit_ceil(std::max<uint64_t>(rom.size(), pageSize)), 0xFF) {
    layout.addChip(
        window, windowSize,
        memory.addDevice("VGA memory", {[this](uint64_t offset, unsigned size) {
                                            return vga_.readWindow(offset, size);
                                        },
                                        [this](uint64_t offset, uint64_t value, unsigned size) {
                                            vga_.writeWindow(offset, value, size);
                                        }}));
    uint16_t registers = memory.addDevice(
        "VGA registers",
        {[this](uint64_t offset, unsigned size) { return vga_.readMmio(offset, size); },
         [this](uint64_t offset, uint64_t value, unsigned size) {
             vga_.writeMmio(offset, value, size);
         }});
    addBar(layout, memoryBar, PciBar::Kind::PrefetchableMemory, Vga::memoryBytes,
           layout.addMemory(vga_.frameBuffer()));
    addBar(layout, registersBar, PciBar::Kind::Memory, Vga::mmioBytes,
           layout.addRegisters(Vga::mmioBytes, registers));
    if (rom.empty()) return;
    std::ranges::copy(rom, rom_.bytes().begin());
    addBar(layout, PciDevice::romBar, PciBar::Kind::Memory, rom_.bytes().size(),
           layout.addRom(rom_.bytes()));
}

void VgaCard::addBar(MemoryLayout &layout, unsigned index, PciBar::Kind kind, uint64_t size,
                     MemoryLayout::Movable range) {
    pci_.addBar(index, {.kind = kind,
                        .size = static_cast<uint32_t>(size),
                        .map = [&layout, range](uint32_t base) { layout.place(range, base); },
                        .unmap = [&layout, range](uint32_t) { layout.place(range, {}); }});
}

} // namespace bootglass
