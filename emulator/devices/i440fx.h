// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 82441FX, the host bridge of the 440FX set (PMC and DBX data sheet, 1996): slot 0 of bus 0.
// What software uses of it is the programmable attribute map (PAM, registers 59h–5Fh): for each of
// thirteen pieces of C0000h–FFFFFh, whether reads and whether writes go to RAM or to the ROM
// behind it. That is how a BIOS makes its shadow copy. SMRAM (72h) is kept, but there is no SMM.
#pragma once

#include "emulator/devices/pci_device.h"

#include <array>
#include <cstdint>
#include <functional>

namespace bootglass {

/// A piece of the first megabyte that a PAM register controls.
struct PamRegion {
    uint32_t first = 0;
    uint32_t size = 0;

    bool operator==(const PamRegion &) const = default;
};

class I440fx {
  public:
    static constexpr size_t pamRegions = 13;
    /// Told when a region's attributes change; a side that is not RAM goes to ROM (reads) or
    /// nowhere (writes).
    using PamChanged = std::function<void(PamRegion region, bool readRam, bool writeRam)>;

    explicit I440fx(PamChanged pamChanged);

    PciDevice &pci() { return pci_; }
    static PamRegion pamRegion(size_t index);
    bool readsRam(size_t index) const { return (attributes(index) & 1) != 0; }
    bool writesRam(size_t index) const { return (attributes(index) & 2) != 0; }

    void reset();
    /// Loading reports every region whose attributes differ from the present ones.
    void serialize(Archive &archive);

  private:
    uint8_t attributes(size_t index) const;
    void update();
    void lockSmram();

    PamChanged pamChanged_;
    PciDevice pci_;
    std::array<uint8_t, pamRegions> reported_{};
};

} // namespace bootglass
