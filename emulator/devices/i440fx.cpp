// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i440fx.h"

namespace bootglass {

namespace {

// Register offsets, 82441FX data sheet 3.2.18 and 3.2.20.
constexpr uint8_t pam0 = 0x59;
constexpr uint8_t smram = 0x72;
constexpr uint8_t smramReset = 0x02; // C_BASE_SEG: A0000h, the only setting
constexpr uint8_t smramOpen = 1 << 6;
constexpr uint8_t smramLock = 1 << 4;
constexpr uint8_t smramWritable = 0x78;

} // namespace

I440fx::I440fx(PamChanged pamChanged)
    : pamChanged_(std::move(pamChanged)),
      pci_({.vendor = 0x8086, .device = 0x1237, .classCode = 0x060000, .revision = 0x02}) {
    pci_.define(pam0, {0, 0, 0, 0, 0, 0, 0}, 0x33);
    pci_.define(smram, {smramReset}, smramWritable);
    pci_.setWritten([this](uint8_t, unsigned) { update(); });
}

PamRegion I440fx::pamRegion(size_t index) {
    // Region 0 is the BIOS segment (PAM0, high nibble); the others are 16 KiB each from C0000h on,
    // two to a register, low nibble first.
    if (index == 0) return {0xf0000, 0x10000};
    return {static_cast<uint32_t>(0xc0000 + (index - 1) * 0x4000), 0x4000};
}

uint8_t I440fx::attributes(size_t index) const {
    if (index == 0) return pci_.byte(pam0) >> 4 & 3;
    uint8_t both = pci_.byte(static_cast<uint8_t>(pam0 + 1 + (index - 1) / 2));
    return index % 2 == 1 ? both & 3 : both >> 4 & 3;
}

void I440fx::update() {
    lockSmram();
    for (size_t i = 0; i < pamRegions; ++i) {
        if (attributes(i) == reported_[i]) continue;
        reported_[i] = attributes(i);
        if (pamChanged_) pamChanged_(pamRegion(i), readsRam(i), writesRam(i));
    }
}

void I440fx::lockSmram() {
    // D_LCK closes the SMRAM space and stays until reset (data sheet 3.2.20).
    bool locked = (pci_.byte(smram) & smramLock) != 0;
    if (locked) pci_.setByte(smram, static_cast<uint8_t>(pci_.byte(smram) & ~smramOpen));
    pci_.setWriteMask(smram, locked ? 0 : smramWritable);
}

void I440fx::reset() {
    pci_.reset();
    update();
}

void I440fx::serialize(Archive &archive) {
    archive.section("i440fx");
    archive(pci_);
    if (archive.loading() && !archive.failed()) update();
}

} // namespace bootglass
