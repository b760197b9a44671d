// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/piix4_pm.h"

#include <utility>

namespace bootglass {

namespace {

// Configuration registers.
constexpr uint8_t pmBase = 0x40;
constexpr uint8_t deviceActivityB = 0x58;
constexpr uint8_t pmMiscellaneous = 0x80; // bit 0: PMBASE is decoded
constexpr uint8_t smbusBase = 0x90;
constexpr uint8_t smbusConfiguration = 0xd2; // bit 0: enabled; bits 3–1: 100b for IRQ 9
constexpr uint8_t smbusIrq9 = 0x08;

// PM1 status and enable share their bit positions (ACPI 1.0, 4.7.3.1).
constexpr uint16_t timerBit = 1 << 0;
constexpr uint16_t globalBit = 1 << 5;
constexpr uint16_t powerButtonBit = 1 << 8;
constexpr uint16_t rtcBit = 1 << 10;
constexpr uint16_t wakeStatus = 1 << 15;
constexpr uint16_t eventBits = timerBit | globalBit | powerButtonBit | rtcBit;

constexpr uint16_t controlSciEnable = 1 << 0;
constexpr uint16_t controlSleepEnable = 1 << 13;
constexpr uint16_t controlWritable = controlSciEnable | 1 << 1 | 7 << 10; // and BM_RLD, SLP_TYP
// SLP_TYP values, as the tables of QEMU's `pc` name them.
constexpr unsigned sleepS5 = 0;
constexpr unsigned sleepS4 = 2;

constexpr uint8_t apmAcpiDisable = 0xf0;
constexpr uint8_t apmAcpiEnable = 0xf1;

constexpr uint64_t timerMask = 0xffffff;
constexpr uint64_t halfPeriod = 0x800000;

constexpr uint64_t nextHalf(uint64_t ticks) {
    return (ticks | (halfPeriod - 1)) + 1;
}

} // namespace

Piix4Pm::Piix4Pm(VirtualClock &clock, IrqLine sci, Ports ports, std::function<void()> powerOff)
    : clock_(clock),
      sci_(std::move(sci)),
      ports_(std::move(ports)),
      powerOff_(std::move(powerOff)),
      pci_({.vendor = 0x8086,
            .device = 0x7113,
            .classCode = 0x068000,
            .revision = 0x03,
            .interruptPin = 1}),
      smbus_(IrqLine([this](bool level) {
          smbusRequest_ = level;
          update();
      })),
      carryTimer_(clock, "ACPI PM timer", [this] { update(); }) {
    pci_.define(0x06, {0x80, 0x02}, 0x00);
    pci_.define(pmBase, {0x01, 0x00, 0x00, 0x00}, 0x00);
    pci_.setWriteMask(pmBase, 0xc0);
    pci_.setWriteMask(pmBase + 1, 0xff);
    // Device resources B, D–J and activity enables; firmware and operating systems set and read
    // them.
    pci_.define(0x44, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0xff);
    pci_.define(0x50, {0, 0, 0}, 0xff);
    pci_.define(0x54, {0, 0, 0, 0}, 0xff);
    pci_.define(deviceActivityB, {0, 0, 0, 0x02}, 0xff); // APMC_EN
    // Which ISA ports are decoded here; QEMU's DSDT reads these bits: no parallel port, COM1.
    pci_.define(0x5c, {0, 0, 0, 0x10, 0, 0, 0, 0x60, 0, 0, 0, 0x08}, 0xff);
    pci_.define(0x68, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0xff);
    pci_.define(0x78, {0, 0}, 0xff);
    pci_.define(pmMiscellaneous, {0x00}, 0x01);
    pci_.define(smbusBase, {0x01, 0x00, 0x00, 0x00}, 0x00);
    pci_.setWriteMask(smbusBase, 0xf0);
    pci_.setWriteMask(smbusBase + 1, 0xff);
    pci_.define(smbusConfiguration, {0x00, 0, 0, 0}, 0xff);
    pci_.setWritten([this](uint8_t, unsigned) {
        updateDecoding();
        update();
    });
    nextCarry_ = nextHalf(0);
}

void Piix4Pm::updateDecoding() {
    auto base = [this](uint8_t offset, uint16_t mask, bool enabled) {
        return static_cast<uint16_t>(enabled ? pci_.value(offset, 2) & mask : 0);
    };
    auto move = [](uint16_t &mapped, uint16_t now, const auto &map, const auto &unmap) {
        if (now == mapped) return;
        uint16_t old = std::exchange(mapped, now);
        if (old != 0 && unmap) unmap(old);
        if (now != 0 && map) map(now);
    };
    bool pm = (pci_.byte(pmMiscellaneous) & 1) != 0;
    bool smb = (pci_.byte(smbusConfiguration) & 1) != 0;
    move(mappedPm_, base(pmBase, 0xffc0, pm), ports_.mapPm, ports_.unmapPm);
    move(mappedSmbus_, base(smbusBase, 0xfff0, smb), ports_.mapSmbus, ports_.unmapSmbus);
}

void Piix4Pm::remap() {
    if (mappedPm_ != 0 && ports_.mapPm) ports_.mapPm(mappedPm_);
    if (mappedSmbus_ != 0 && ports_.mapSmbus) ports_.mapSmbus(mappedSmbus_);
}

uint64_t Piix4Pm::ticks() const {
    return mulDiv(clock_.now().value, timerHz, nsPerSecond);
}

uint16_t Piix4Pm::status() {
    if (ticks() >= nextCarry_) status_ |= timerBit;
    return status_;
}

void Piix4Pm::update() {
    bool acpi = (control_ & controlSciEnable) != 0;
    bool fixed = (status() & enable_ & eventBits) != 0;
    bool general = (gpe_[0] & gpe_[2]) != 0 || (gpe_[1] & gpe_[3]) != 0;
    bool smbus = smbusRequest_ && (pci_.byte(smbusConfiguration) & 0x0e) == smbusIrq9;
    sci_.set((acpi && (fixed || general)) || smbus);
    bool carryMatters = (enable_ & timerBit) != 0 && (status_ & timerBit) == 0;
    if (!carryMatters) return carryTimer_.cancel();
    VirtualNs carry{mulDivUp(nextCarry_, nsPerSecond, timerHz)};
    if (carryTimer_.deadline() != carry) carryTimer_.arm(carry);
}

uint8_t Piix4Pm::readPmByte(uint16_t offset) {
    auto part = [offset](uint64_t value) {
        return static_cast<uint8_t>(value >> 8 * (offset & 3));
    };
    switch (offset & ~3) {
    case 0x00: return part(status() | uint32_t{enable_} << 16);
    case 0x04: return part(control_);
    case 0x08: return part(ticks() & timerMask);
    default: return 0;
    }
}

uint32_t Piix4Pm::readPm(uint16_t offset, unsigned size) {
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= uint32_t{readPmByte(static_cast<uint16_t>(offset + i))} << 8 * i;
    return value;
}

void Piix4Pm::writePm(uint16_t offset, uint32_t value, unsigned size) {
    // The registers are 16 bits wide; a byte leaves the other half as it is.
    for (unsigned i = 0; i < size; ++i) {
        unsigned at = offset + i;
        unsigned shift = 8 * (at & 1);
        auto byte = static_cast<uint16_t>((value >> 8 * i & 0xff) << shift);
        auto merged = [&](uint16_t old) {
            return static_cast<uint16_t>((old & ~(0xff << shift)) | byte);
        };
        switch (at & ~1u) {
        case 0x00: writeStatus(byte); break;
        case 0x02: enable_ = merged(enable_) & eventBits; break;
        case 0x04:
            // SLP_TYP and SLP_EN sit in the same byte, so they always come together.
            writeControl(merged(control_));
            break;
        default: break; // the timer is read only
        }
    }
    update();
}

void Piix4Pm::writeStatus(uint16_t clear) {
    if ((status() & clear & timerBit) != 0) nextCarry_ = nextHalf(ticks());
    status_ = static_cast<uint16_t>(status_ & ~clear);
}

void Piix4Pm::writeControl(uint16_t value) {
    control_ = value & controlWritable;
    if ((value & controlSleepEnable) == 0) return;
    unsigned type = value >> 10 & 7;
    if (type == sleepS5 || type == sleepS4) {
        if (powerOff_) powerOff_();
        return;
    }
    // The other types stop the clock until something wakes the machine. Nothing here would, so the
    // sleep ends as it begins.
    status_ |= wakeStatus;
}

uint8_t Piix4Pm::readGpe(uint16_t offset) const {
    return offset < gpePorts ? gpe_[offset] : 0xff;
}

void Piix4Pm::writeGpe(uint16_t offset, uint8_t value) {
    if (offset >= gpePorts) return;
    if (offset < 2)
        gpe_[offset] = static_cast<uint8_t>(gpe_[offset] & ~value);
    else
        gpe_[offset] = value;
    update();
}

void Piix4Pm::writeApm(uint16_t offset, uint8_t value) {
    apm_[offset & 1] = value;
    if ((offset & 1) != 0) return;
    // In place of the SMI handler of a BIOS, which would do just this.
    if (value == apmAcpiEnable) control_ |= controlSciEnable;
    if (value == apmAcpiDisable) control_ = static_cast<uint16_t>(control_ & ~controlSciEnable);
    update();
}

void Piix4Pm::pressPowerButton() {
    status_ |= powerButtonBit;
    update();
}

void Piix4Pm::reset() {
    pci_.reset();
    smbus_.reset();
    status_ = enable_ = control_ = 0;
    nextCarry_ = nextHalf(ticks());
    gpe_.fill(0);
    apm_.fill(0);
    updateDecoding();
    update();
}

void Piix4Pm::serialize(Archive &archive) {
    archive.section("piix4 pm");
    bool level = sci_.level();
    archive(pci_, smbus_, smbusRequest_, status_, enable_, control_, nextCarry_, gpe_, apm_, level);
    if (!archive.loading() || archive.failed()) return;
    sci_.restore(level);
    updateDecoding();
}

} // namespace bootglass
