// SPDX-License-Identifier: GPL-3.0-or-later
// National Semiconductor DP8390 network controller on an NE2000-compatible PCI card (Realtek
// RTL8029AS, as QEMU's ne2k_pci): 32 ports, a station address ROM, 16 KiB of packet memory that the
// processor reaches by remote DMA, and a link on which nobody ever speaks. What is sent takes its
// time on a wire of 10 Mbit/s and arrives nowhere; in loopback it comes back.
//
// Ports: 0 to Fh the controller's registers in three pages, 10h to 17h the data port, 18h to 1Fh
// the reset port.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/pci_device.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace bootglass {

class Dp8390 {
  public:
    using StationAddress = std::array<uint8_t, 6>;

    static constexpr uint16_t ports = 32;
    /// Buffer memory, in the card's address space.
    static constexpr uint16_t memoryStart = 0x4000;
    static constexpr uint16_t memoryEnd = 0xC000;

    /// map, unmap: where software puts the ports.
    Dp8390(VirtualClock &clock, StationAddress address, std::function<void(uint32_t base)> map,
           std::function<void(uint32_t base)> unmap);

    PciDevice &pci() { return pci_; }

    /// size: 1, 2 or 4 bytes; more than one at the data port only.
    uint32_t read(uint16_t offset, unsigned size);
    void write(uint16_t offset, uint32_t value, unsigned size);
    /// What was sent, whole: for those who want to know. Nobody answers.
    void setSent(std::function<void(const std::vector<uint8_t> &frame)> sent) {
        sent_ = std::move(sent);
    }

    void reset();
    void serialize(Archive &archive);

  private:
    uint8_t readRegister(uint16_t offset);
    void writeRegister(uint16_t offset, uint8_t value);
    uint8_t readPage0(uint16_t offset);
    void writePage0(uint16_t offset, uint8_t value);
    uint8_t readPage2(uint16_t offset) const;
    void writeCommand(uint8_t value);
    void resetChip();
    uint8_t memory(uint16_t address) const;
    void setMemory(uint16_t address, uint8_t value);
    uint32_t readData(unsigned size);
    void writeData(uint32_t value, unsigned size);
    uint16_t advanceRemote(unsigned bytes);
    void transmit();
    void transmitted();
    bool wanted(const std::vector<uint8_t> &frame) const;
    void receive(const std::vector<uint8_t> &frame);
    void setInterrupt(uint8_t bits);
    void updateInterrupt();

    PciDevice pci_;
    Timer timer_;
    std::function<void(const std::vector<uint8_t> &)> sent_;
    StationAddress rom_;

    // Registers by their names in the data sheet
    uint8_t command_ = 0;      // CR
    uint8_t pageStart_ = 0;    // PSTART, the ring's first page of 256 bytes
    uint8_t pageStop_ = 0;     // PSTOP, the one behind its last
    uint8_t boundary_ = 0;     // BNRY, the first page that the processor has not read
    uint8_t current_ = 0;      // CURR, where the next frame goes
    uint8_t transmitPage_ = 0; // TPSR
    uint16_t transmitCount_ = 0;
    uint16_t remoteAddress_ = 0; // RSAR, as it counts: CRDA
    uint16_t remoteCount_ = 0;
    uint16_t localAddress_ = 0; // CLDA
    uint8_t interruptStatus_ = 0;
    uint8_t interruptMask_ = 0;
    uint8_t receiveConfiguration_ = 0;
    uint8_t transmitConfiguration_ = 0;
    uint8_t dataConfiguration_ = 0;
    uint8_t receiveStatus_ = 0;
    uint8_t transmitStatus_ = 0;
    std::array<uint8_t, 3> errorCounts_{}; // CNTR0 to CNTR2
    StationAddress physical_{};
    std::array<uint8_t, 8> multicast_{};
    std::vector<uint8_t> buffer_;
};

} // namespace bootglass
