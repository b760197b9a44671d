// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 82371AB (PIIX4), function 3: power management (data sheet 290562, sections 6 and 7), the
// ACPI fixed hardware of QEMU's `pc`. Slot 1. At the base in configuration register 40h: PM1
// status, enable, control and the PM timer; at 90h the SMBus; the general-purpose events at fixed
// ports; the APM command port B2h, by which an operating system turns ACPI on and off. The board
// has no SMM: APMC_EN is set after reset, by which SeaBIOS sees that there is nothing to set up.
//
// The PM timer counts virtual time at 3.579545 MHz, 24 bits; its host timer is armed only while a
// carry would interrupt.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/irq_line.h"
#include "emulator/devices/pci_device.h"
#include "emulator/devices/piix4_smbus.h"

#include <array>
#include <cstdint>
#include <functional>

namespace bootglass {

class Piix4Pm {
  public:
    static constexpr uint64_t timerHz = 3'579'545;
    static constexpr uint16_t pmPorts = 64;
    static constexpr uint16_t gpePort = 0xafe0;
    static constexpr uint16_t gpePorts = 4;
    static constexpr uint16_t apmPort = 0xb2; // B2h and B3h

    /// What the board maps when software moves or enables the two port ranges.
    struct Ports {
        std::function<void(uint16_t base)> mapPm; // pmPorts ports
        std::function<void(uint16_t base)> unmapPm;
        std::function<void(uint16_t base)> mapSmbus; // Piix4Smbus::ports ports
        std::function<void(uint16_t base)> unmapSmbus;
    };

    /// sci: to ISA interrupt 9. powerOff: the guest has asked for S5 (or S4).
    Piix4Pm(VirtualClock &clock, IrqLine sci, Ports ports, std::function<void()> powerOff);

    PciDevice &pci() { return pci_; }
    Piix4Smbus &smbus() { return smbus_; }

    /// The registers at PMBASE; 1, 2 and 4 bytes.
    uint32_t readPm(uint16_t offset, unsigned size);
    void writePm(uint16_t offset, uint32_t value, unsigned size);
    /// The general-purpose event block: two bytes of status, two of enable.
    uint8_t readGpe(uint16_t offset) const;
    void writeGpe(uint16_t offset, uint8_t value);
    /// Ports B2h (APMC) and B3h (APMS).
    uint8_t readApm(uint16_t offset) const { return apm_[offset & 1]; }
    void writeApm(uint16_t offset, uint8_t value);
    /// Somebody presses the power button.
    void pressPowerButton();

    /// Calls mapPm and mapSmbus again if they are decoded.
    void remap();
    void reset();
    void serialize(Archive &archive);

  private:
    uint64_t ticks() const;
    uint16_t status();
    uint8_t readPmByte(uint16_t offset);
    void writeStatus(uint16_t clear);
    void writeControl(uint16_t value);
    void update();
    void updateDecoding();

    VirtualClock &clock_;
    IrqLine sci_;
    Ports ports_;
    std::function<void()> powerOff_;
    PciDevice pci_;
    bool smbusRequest_ = false;
    Piix4Smbus smbus_;
    Timer carryTimer_;

    uint16_t status_ = 0;    // PM1_STS
    uint16_t enable_ = 0;    // PM1_EN
    uint16_t control_ = 0;   // PM1_CNT
    uint64_t nextCarry_ = 0; // in ticks: when bit 23 changes next after TMR_STS was cleared
    std::array<uint8_t, gpePorts> gpe_{};
    std::array<uint8_t, 2> apm_{};
    uint16_t mappedPm_ = 0; // 0: not decoded
    uint16_t mappedSmbus_ = 0;
};

} // namespace bootglass
