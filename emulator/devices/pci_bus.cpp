// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/pci_bus.h"

#include <cassert>

namespace bootglass {

namespace {

constexpr uint32_t enable = uint32_t{1} << 31;
constexpr uint32_t addressBits = enable | 0x00fffffc;
constexpr uint8_t resetCpu = 1 << 2; // RC register, PIIX3 data sheet 2.5.4
constexpr uint8_t hardReset = 1 << 1;
constexpr uint16_t dataPort = 4;
constexpr uint16_t resetPort = 1;

} // namespace

PciBus::PciBus(std::function<void(unsigned, bool)> pirqChanged, std::function<void()> resetMachine)
    : pirqChanged_(std::move(pirqChanged)), resetMachine_(std::move(resetMachine)) {}

void PciBus::attach(unsigned slot, unsigned function, PciDevice &device) {
    assert(slot < 32 && function < 8 && !functions_[slot << 3 | function]);
    functions_[slot << 3 | function] = &device;
    if (device.interruptPin() == 0) return;
    assert(sources_ < 32);
    unsigned pin = device.interruptPin() - 1u;
    unsigned pirq = (slot + pin + 3) & 3; // slot − 1 + pin, kept positive
    device.connectInterrupt(
        IrqLine([this, pirq, source = sources_](bool level) { drive(pirq, source, level); }));
    ++sources_;
}

void PciBus::drive(unsigned pirq, unsigned source, bool level) {
    bool before = asserted_[pirq] != 0;
    uint32_t bit = uint32_t{1} << source;
    if (level)
        asserted_[pirq] |= bit;
    else
        asserted_[pirq] &= ~bit;
    bool after = asserted_[pirq] != 0;
    if (before != after && pirqChanged_) pirqChanged_(pirq, after);
}

PciDevice *PciBus::selected() const {
    if ((address_ & enable) == 0 || (address_ >> 16 & 0xff) != 0) return nullptr;
    return functions_[address_ >> 8 & 0xff];
}

uint32_t PciBus::read(uint16_t offset, unsigned size) {
    uint32_t nobody = ~uint32_t{0} >> (32 - 8 * size);
    if (offset == 0 && size == 4) return address_;
    if (offset == resetPort && size == 1) return resetControl_;
    PciDevice *device = offset >= dataPort ? selected() : nullptr;
    if (!device) return nobody;
    return device->readConfig(static_cast<uint8_t>((address_ & 0xfc) + offset - dataPort), size);
}

void PciBus::write(uint16_t offset, uint32_t value, unsigned size) {
    if (offset == 0 && size == 4) {
        address_ = value & addressBits;
    } else if (offset == resetPort && size == 1) {
        resetControl_ = static_cast<uint8_t>(value) & hardReset;
        if ((value & resetCpu) != 0 && resetMachine_) resetMachine_();
    } else if (offset >= dataPort) {
        if (PciDevice *device = selected())
            device->writeConfig(static_cast<uint8_t>((address_ & 0xfc) + offset - dataPort), value,
                                size);
    }
}

void PciBus::remap() {
    for (PciDevice *device : functions_)
        if (device) device->remap();
}

void PciBus::reset() {
    address_ = 0;
    resetControl_ = 0;
}

void PciBus::serialize(Archive &archive) {
    archive.section("pci bus");
    archive(address_, resetControl_, asserted_);
}

} // namespace bootglass
