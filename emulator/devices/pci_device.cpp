// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/pci_device.h"

#include <cassert>
#include <utility>

namespace bootglass {

namespace {

constexpr uint8_t low(uint32_t value, unsigned byte) {
    return static_cast<uint8_t>(value >> 8 * byte);
}

constexpr uint8_t statusInterrupt = 1 << 3;
constexpr uint8_t romEnable = 1 << 0;

} // namespace

PciDevice::PciDevice(const PciIdentity &id) {
    mapped_.fill(notDecoded);
    define(0x00, {low(id.vendor, 0), low(id.vendor, 1), low(id.device, 0), low(id.device, 1)}, 0);
    define(0x08, {id.revision, low(id.classCode, 0), low(id.classCode, 1), low(id.classCode, 2)},
           0);
    define(0x0e, {static_cast<uint8_t>(id.multifunction ? 0x80 : 0x00)}, 0);
    define(0x2c,
           {low(id.subsystemVendor, 0), low(id.subsystemVendor, 1), low(id.subsystem, 0),
            low(id.subsystem, 1)},
           0);
    define(0x3d, {id.interruptPin}, 0);
    writeMask_[0x04] = low(pci::commandIo | pci::commandMemory | pci::commandMaster, 0);
    writeMask_[0x05] = low(pci::commandSerr | pci::commandInterruptDisable, 1);
    writeMask_[0x0c] = 0xff; // cache line size: kept, of no effect
    writeMask_[pci::interruptLine] = 0xff;
    clearMask_[0x07] = 0xf9; // errors seen and signalled (PCI 2.1, 6.2.3)
}

void PciDevice::define(uint8_t offset, std::initializer_list<uint8_t> resetValues,
                       uint8_t writeMask) {
    size_t at = offset;
    for (uint8_t value : resetValues) {
        assert(at < config_.size());
        config_[at] = resetValue_[at] = value;
        writeMask_[at++] = writeMask;
    }
}

void PciDevice::addBar(unsigned index, PciBar bar) {
    assert(index <= romBar && (bar.size & (bar.size - 1)) == 0 && bar.size >= 4);
    uint8_t offset = barOffset(index);
    uint8_t type = 0;
    if (bar.kind == PciBar::Kind::Io) type = 1;
    if (bar.kind == PciBar::Kind::PrefetchableMemory) type = 8;
    define(offset, {type, 0, 0, 0}, 0);
    for (unsigned i = 0; i < 4; ++i)
        writeMask_[offset + i] = low(~(bar.size - 1), i);
    if (index == romBar) writeMask_[offset] |= romEnable;
    bars_[index] = std::move(bar);
}

uint32_t PciDevice::value(uint8_t offset, unsigned size) const {
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= uint32_t{config_[(offset + i) & 0xff]} << 8 * i;
    return value;
}

uint32_t PciDevice::readConfig(uint8_t offset, unsigned size) const {
    if (offset + size > config_.size()) return ~uint32_t{0} >> (32 - 8 * size);
    return value(offset, size);
}

void PciDevice::writeConfig(uint8_t offset, uint32_t value, unsigned size) {
    if (offset + size > config_.size()) return;
    for (unsigned i = 0; i < size; ++i) {
        size_t at = offset + i;
        uint8_t written = low(value, i);
        config_[at] =
            static_cast<uint8_t>(((config_[at] & ~writeMask_[at]) | (written & writeMask_[at])) &
                                 ~(written & clearMask_[at]));
    }
    if (offset < pci::expansionRom + 4) {
        updateDecoding();
        updateInterrupt();
    }
    if (written_) written_(offset, size);
}

uint32_t PciDevice::decodedBase(unsigned index) const {
    const PciBar &bar = bars_[index];
    if (bar.size == 0) return notDecoded;
    bool io = bar.kind == PciBar::Kind::Io;
    if ((command() & (io ? pci::commandIo : pci::commandMemory)) == 0) return notDecoded;
    uint32_t written = value(barOffset(index), 4);
    if (index == romBar && (written & romEnable) == 0) return notDecoded;
    uint32_t base = written & ~(bar.size - 1);
    uint64_t last = uint64_t{base} + bar.size - 1;
    // An address of zero is "not set" (PCI 2.1, 6.2.5.1, implementation note). One that ends at the
    // top is software asking for the size while decoding is on.
    uint64_t top = io ? 0xffff : 0xfffffffe;
    return base == 0 || last > top ? notDecoded : base;
}

void PciDevice::updateDecoding() {
    for (unsigned i = 0; i < mapped_.size(); ++i) {
        uint32_t base = decodedBase(i);
        if (base == mapped_[i]) continue;
        uint32_t old = std::exchange(mapped_[i], base);
        if (old != notDecoded && bars_[i].unmap) bars_[i].unmap(old);
        if (base != notDecoded && bars_[i].map) bars_[i].map(base);
    }
}

void PciDevice::remap() {
    for (unsigned i = 0; i < mapped_.size(); ++i)
        if (mapped_[i] != notDecoded && bars_[i].map) bars_[i].map(mapped_[i]);
}

void PciDevice::setInterrupt(bool level) {
    interrupt_ = level;
    updateInterrupt();
}

void PciDevice::updateInterrupt() {
    // The status bit shows the request even while the pin is disabled (PCI 2.3, 6.2.3).
    config_[pci::status] = static_cast<uint8_t>((config_[pci::status] & ~statusInterrupt) |
                                                (interrupt_ ? statusInterrupt : 0));
    line_.set(interrupt_ && (command() & pci::commandInterruptDisable) == 0);
}

void PciDevice::reset() {
    config_ = resetValue_;
    interrupt_ = false;
    updateDecoding();
    updateInterrupt();
}

void PciDevice::serialize(Archive &archive) {
    archive.section("pci device");
    bool level = line_.level();
    archive(config_, interrupt_, level);
    if (!archive.loading() || archive.failed()) return;
    line_.restore(level);
    updateDecoding();
}

} // namespace bootglass
