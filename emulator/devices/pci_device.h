// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration space of one PCI function (PCI Local Bus 2.1, chapter 6): 256 bytes of header
// type 0. Each byte has a reset value, a mask of bits that software may write, and a mask of bits
// that are cleared by writing ones. A chip that sits on PCI owns one of these and describes its
// registers to it.
//
// Base address registers tell the board what to map: whenever the decoded range changes (an
// address, or the command register's enable bits), unmap(old) and then map(new) are called.
#pragma once

#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>

namespace bootglass {

struct PciIdentity {
    uint16_t vendor = 0;
    uint16_t device = 0;
    uint32_t classCode = 0; // class, subclass, programming interface: 24 bits
    uint8_t revision = 0;
    bool multifunction = false;
    uint8_t interruptPin = 0; // 0: none, 1: INTA#, ... 4: INTD#
    // QEMU's ids: SeaBIOS and Linux recognise the virtual board by the host bridge's.
    uint16_t subsystemVendor = 0x1af4;
    uint16_t subsystem = 0x1100;
};

struct PciBar {
    enum class Kind : uint8_t { Io, Memory, PrefetchableMemory };
    Kind kind = Kind::Io;
    uint32_t size = 0; // a power of two; at least 4 (I/O), 16 (memory) or 2048 (ROM)
    std::function<void(uint32_t base)> map;
    std::function<void(uint32_t base)> unmap;
};

namespace pci {
// Offsets in the header, and bits of the command register (PCI 2.1, 6.2).
inline constexpr uint8_t command = 0x04;
inline constexpr uint8_t status = 0x06;
inline constexpr uint8_t firstBar = 0x10;
inline constexpr uint8_t expansionRom = 0x30;
inline constexpr uint8_t interruptLine = 0x3c;
inline constexpr uint16_t commandIo = 1 << 0;
inline constexpr uint16_t commandMemory = 1 << 1;
inline constexpr uint16_t commandMaster = 1 << 2;
inline constexpr uint16_t commandSerr = 1 << 8;
inline constexpr uint16_t commandInterruptDisable = 1 << 10;
} // namespace pci

class PciDevice {
  public:
    static constexpr unsigned barCount = 6;
    /// The expansion ROM's base register, as an index; bit 0 of it enables the decoding
    /// (PCI 2.1, 6.2.5.2).
    static constexpr unsigned romBar = barCount;

    explicit PciDevice(const PciIdentity &identity);
    PciDevice(const PciDevice &) = delete;
    PciDevice &operator=(const PciDevice &) = delete;

    // --- the chip's side: what its registers are
    /// Bytes from `offset` on: values after reset, and the bits of each that software writes.
    void define(uint8_t offset, std::initializer_list<uint8_t> resetValues, uint8_t writeMask);
    void setWriteMask(uint8_t offset, uint8_t writeMask) { writeMask_[offset] = writeMask; }
    void addBar(unsigned index, PciBar bar);
    /// Called after each write by software.
    void setWritten(std::function<void(uint8_t offset, unsigned size)> written) {
        written_ = std::move(written);
    }
    uint8_t byte(uint8_t offset) const { return config_[offset]; }
    void setByte(uint8_t offset, uint8_t value) { config_[offset] = value; }
    uint32_t value(uint8_t offset, unsigned size) const;
    uint16_t command() const { return static_cast<uint16_t>(value(pci::command, 2)); }
    bool busMaster() const { return (command() & pci::commandMaster) != 0; }
    /// Drives the function's interrupt pin, unless software has disabled it.
    void setInterrupt(bool level);

    // --- the bus's side; an access past the end reads ones and writes nothing
    uint32_t readConfig(uint8_t offset, unsigned size) const;
    void writeConfig(uint8_t offset, uint32_t value, unsigned size);
    uint8_t interruptPin() const { return config_[0x3d]; }
    void connectInterrupt(IrqLine line) { line_ = std::move(line); }
    /// Calls map() again for everything that is decoded: the board has rebuilt its maps.
    void remap();

    void reset();
    /// Loading maps and unmaps as a guest's writes would.
    void serialize(Archive &archive);

  private:
    static constexpr uint32_t notDecoded = std::numeric_limits<uint32_t>::max();

    static constexpr uint8_t barOffset(unsigned index) {
        return static_cast<uint8_t>(index == romBar ? pci::expansionRom
                                                    : pci::firstBar + 4 * index);
    }
    uint32_t decodedBase(unsigned index) const;
    void updateDecoding();
    void updateInterrupt();

    std::array<uint8_t, 256> config_{};
    std::array<uint8_t, 256> resetValue_{};
    std::array<uint8_t, 256> writeMask_{};
    std::array<uint8_t, 256> clearMask_{};
    std::array<PciBar, barCount + 1> bars_;
    std::array<uint32_t, barCount + 1> mapped_{};
    std::function<void(uint8_t, unsigned)> written_;
    IrqLine line_;
    bool interrupt_ = false;
};

} // namespace bootglass
