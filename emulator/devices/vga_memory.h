// SPDX-License-Identifier: GPL-3.0-or-later
// The VGA's memory and the data path between it and the CPU's window at A0000h-BFFFFh (IBM PS/2
// hardware interface technical reference, "Video Memory Organization", "Graphics Controller").
//
// The four planes are interleaved: plane p of plane address a is byte 4a + p. A plane address is
// thus one 32-bit word, and the graphics controller works on all planes at once with the latch,
// the masks and the operands widened to words. With chain 4, and in linear modes, CPU address and
// byte are the same, so that the window and the linear frame buffer show the same memory.
#pragma once

#include "emulator/devices/vga_registers.h"
#include "emulator/devices/vga_vbe.h"

#include <cstring>
#include <span>

namespace bootglass {

/// Zeroed bytes at a page boundary, which cost host memory only where they are touched.
class VideoMemory {
  public:
    explicit VideoMemory(size_t bytes);
    ~VideoMemory();
    VideoMemory(const VideoMemory &) = delete;
    VideoMemory &operator=(const VideoMemory &) = delete;

    std::span<uint8_t> bytes() { return {bytes_, size_}; }
    std::span<const uint8_t> bytes() const { return {bytes_, size_}; }
    size_t size() const { return size_; }
    size_t planeSize() const { return size_ / 4; }
    /// All planes at one plane address below planeSize(), plane 0 in the low byte.
    uint32_t word(size_t planeAddress) const {
        uint32_t value;
        std::memcpy(&value, bytes_ + 4 * planeAddress, 4);
        return value;
    }
    void setWord(size_t planeAddress, uint32_t value) {
        std::memcpy(bytes_ + 4 * planeAddress, &value, 4);
    }
    /// Pages that are all zero are left out.
    void serialize(Archive &archive);

  private:
    uint8_t *bytes_;
    size_t size_;
};

/// The CPU's way to the memory.
class VgaWindow {
  public:
    VgaWindow(VideoMemory &memory, const VgaRegisters &registers, const VgaVbe &vbe)
        : memory_(memory), registers_(registers), vbe_(vbe) {}

    /// What a write did: nothing, or it changed some planes at a plane address.
    struct Change {
        bool any = false;
        size_t planeAddress = 0;
        uint32_t bits = 0;
    };
    static constexpr uint32_t windowSize = 0x20000;

    /// offset: from A0000h.
    uint8_t read(uint32_t offset);
    Change write(uint32_t offset, uint8_t value);
    void reset() { latch_ = 0; }
    void serialize(Archive &archive) { archive(latch_); }

  private:
    /// The offset within the part of the window that is mapped, or false.
    bool locate(uint32_t &offset) const;
    bool linear() const { return registers_.chain4() || (vbe_.enabled() && !vbe_.planar()); }
    uint32_t combine(uint8_t value) const;

    VideoMemory &memory_;
    const VgaRegisters &registers_;
    const VgaVbe &vbe_;
    uint32_t latch_ = 0;
};

} // namespace bootglass
