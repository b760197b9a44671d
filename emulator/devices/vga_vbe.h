// SPDX-License-Identifier: GPL-3.0-or-later
// The Bochs display interface ("VBE dispi"): a 16-bit index at port 1CEh and data at 1CFh (or
// 1D0h) set modes of any size and depth, in a linear frame buffer or through 64 KiB banks at
// A0000h.
#pragma once

#include "emulator/memory/archive.h"

#include <array>

namespace bootglass {

/// A linear mode in effect, checked against the memory there is.
struct VbeMode {
    unsigned width = 0;
    unsigned height = 0;
    unsigned bitsPerPixel = 0;
    unsigned bytesPerLine = 0; // with 4 bits per pixel: of one plane
    size_t start = 0;          // likewise
    unsigned firstPixel = 0;   // with 4 bits per pixel: dots into the first byte

    bool operator==(const VbeMode &) const = default;
};

class VgaVbe {
  public:
    enum Index : uint8_t {
        Id,
        XRes,
        YRes,
        Bpp,
        Enable,
        Bank,
        VirtWidth,
        VirtHeight,
        XOffset,
        YOffset,
        VideoMemory64K,
        registers,
    };
    static constexpr uint16_t enabledBit = 0x01;
    static constexpr uint16_t getCapabilitiesBit = 0x02;
    static constexpr uint16_t eightBitDacBit = 0x20;
    static constexpr uint16_t linearBit = 0x40;
    static constexpr uint16_t keepMemoryBit = 0x80;

    explicit VgaVbe(size_t memoryBytes) : memoryBytes_(memoryBytes) { reset(); }
    void reset();

    uint16_t index() const { return index_; }
    void setIndex(uint16_t index) { index_ = index; }
    uint16_t read(uint16_t index) const;
    /// True if this write switched a mode on.
    bool write(uint16_t index, uint16_t value);

    bool enabled() const { return registers_[Enable] & enabledBit; }
    bool eightBitDac() const { return registers_[Enable] & eightBitDacBit; }
    bool keepsMemory() const { return registers_[Enable] & keepMemoryBit; }
    bool planar() const { return registers_[Bpp] == 4; }
    size_t bankOffset() const { return size_t{registers_[Bank]} << 16; }
    VbeMode mode() const;

    void serialize(Archive &archive) { archive(index_, registers_); }

  private:
    unsigned bytesFor(unsigned pixels) const;
    unsigned virtualHeight() const;

    size_t memoryBytes_;
    uint16_t index_ = 0;
    std::array<uint16_t, registers> registers_{};
};

} // namespace bootglass
