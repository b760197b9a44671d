// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/piix3.h"

namespace bootglass {

namespace {

constexpr uint8_t pirqRoute = 0x60;
constexpr uint8_t routeOff = 0x80;
constexpr uint16_t reservedIrqs = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 8 | 1 << 13;

} // namespace

Piix3::Piix3(std::function<void(unsigned, bool)> irqChanged)
    : irqChanged_(std::move(irqChanged)),
      pci_({.vendor = 0x8086, .device = 0x7000, .classCode = 0x060100, .multifunction = true}) {
    // The bridge always decodes and always may be master (data sheet 2.2.3).
    pci_.define(0x04, {0x07, 0x00}, 0x00);
    pci_.setWriteMask(0x05, 0x01);
    pci_.define(0x06, {0x00, 0x02}, 0x00); // DEVSEL# timing: medium
    pci_.define(0x4c, {0x4d}, 0xff);       // ISA I/O recovery timer
    pci_.define(0x4e, {0x03, 0x00}, 0xff); // X-bus chip select
    pci_.define(pirqRoute, {routeOff, routeOff, routeOff, routeOff}, 0x8f);
    pci_.define(0x69, {0x02}, 0xfe);                   // top of memory
    pci_.define(0x6a, {0x00, 0x00}, 0xff);             // miscellaneous status
    pci_.define(0x70, {0x80}, 0xef);                   // motherboard device interrupt steering
    pci_.define(0x76, {0x0c, 0x0c}, 0x8f);             // motherboard device DMA
    pci_.define(0x78, {0x02, 0x00}, 0xff);             // programmable chip select
    pci_.define(0x80, {0x00}, 0x7f);                   // APIC base relocation
    pci_.define(0x82, {0x00}, 0x0f);                   // deterministic latency
    pci_.define(0xa0, {0x08}, 0x1f);                   // SMI control
    pci_.define(0xa2, {0x00, 0x00}, 0xff);             // SMI enable
    pci_.define(0xa4, {0x00, 0x00, 0x00, 0x00}, 0xff); // system event enable
    pci_.define(0xa8, {0x0f}, 0xff);                   // fast-off timer
    pci_.define(0xaa, {0x00, 0x00}, 0xff);             // SMI request
    pci_.define(0xac, {0x00}, 0xff);                   // clock throttle, low
    pci_.define(0xae, {0x00}, 0xff);                   // clock throttle, high
    pci_.setWritten([this](uint8_t, unsigned) { update(); });
}

unsigned Piix3::route(unsigned pirq) const {
    uint8_t value = pci_.byte(static_cast<uint8_t>(pirqRoute + (pirq & 3)));
    unsigned irq = value & 0x0f;
    if ((value & routeOff) != 0 || (reservedIrqs >> irq & 1) != 0) return 16;
    return irq;
}

void Piix3::setPirq(unsigned pirq, bool level) {
    levels_[pirq & 3] = level;
    update();
}

uint16_t Piix3::irqLevels() const {
    uint32_t irqs = 0;
    for (unsigned i = 0; i < pirqs; ++i)
        if (levels_[i]) irqs |= uint32_t{1} << route(i);
    return static_cast<uint16_t>(irqs);
}

void Piix3::update() {
    uint16_t now = irqLevels();
    auto changed = static_cast<uint16_t>(now ^ reported_);
    reported_ = now;
    for (unsigned irq = 0; irq < 16; ++irq)
        if ((changed >> irq & 1) != 0 && irqChanged_) irqChanged_(irq, (now >> irq & 1) != 0);
}

void Piix3::reset() {
    pci_.reset();
    update();
}

void Piix3::serialize(Archive &archive) {
    archive.section("piix3");
    archive(pci_, levels_);
    // The 8259s have their own saved state and are not told.
    if (archive.loading() && !archive.failed()) reported_ = irqLevels();
}

} // namespace bootglass
