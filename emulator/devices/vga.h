// SPDX-License-Identifier: GPL-3.0-or-later
// The display adapter: an IBM VGA with 16 MiB of memory and the Bochs display interface, as QEMU's
// "-vga std" (PCI 1234h:1111h). What is where: vga_registers (the VGA's ports and DAC), vga_vbe
// (the Bochs registers), vga_memory (planes, and the CPU's window to them), vga_timing (retrace),
// vga_text (the page of cells), vga_render (the picture). This class ties them to the bus.
//
// Pictures and text are made when asked for and change nothing; there are no timers.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/screen_image.h"
#include "emulator/devices/vga_memory.h"
#include "emulator/devices/vga_text.h"

#include <functional>
#include <optional>

namespace bootglass {

class Vga {
  public:
    static constexpr size_t memoryBytes = 16 << 20; // BAR 0
    static constexpr size_t mmioBytes = 4096;       // BAR 2
    static constexpr uint16_t firstPort = 0x3B0;
    static constexpr uint16_t portCount = 0x30;
    static constexpr uint16_t firstVbePort = 0x1CE;
    static constexpr uint16_t vbePortCount = 4;

    explicit Vga(const VirtualClock &clock);

    /// Ports 3B0h-3DFh, byte wide; offset from 3B0h.
    uint32_t read(uint16_t offset, unsigned size);
    void write(uint16_t offset, uint32_t value, unsigned size);
    /// Ports 1CEh-1D1h, 16 bits wide; offset from 1CEh.
    uint32_t readVbe(uint16_t offset, unsigned size) const;
    void writeVbe(uint16_t offset, uint32_t value, unsigned size);
    /// Memory at A0000h-BFFFFh; offset from A0000h.
    uint64_t readWindow(uint64_t offset, unsigned size);
    void writeWindow(uint64_t offset, uint64_t value, unsigned size);
    /// BAR 2: the VGA's ports from 3C0h at 400h, the Bochs registers at 500h, byte order at 600h.
    uint64_t readMmio(uint64_t offset, unsigned size);
    void writeMmio(uint64_t offset, uint64_t value, unsigned size);
    /// BAR 0: the memory itself.
    std::span<uint8_t> frameBuffer() { return memory_.bytes(); }

    void reset();
    void serialize(Archive &archive);

    /// What the monitor shows.
    ScreenImage render() const;
    /// The page of text; none in graphics modes.
    std::optional<TextPage> text() const;
    /// One row of it as UTF-8, without the blanks at its end; empty if there is none.
    std::string textRow(unsigned row) const;
    /// Called after a write through the window changed cells of a row that is displayed.
    void setTextRowWritten(std::function<void(unsigned row)> written) {
        textRowWritten_ = std::move(written);
    }

  private:
    void writePort(uint16_t port, uint8_t value);
    uint8_t readPort(uint16_t port);
    void writeVbeRegister(uint16_t index, uint16_t value);

    const VirtualClock &clock_;
    VideoMemory memory_{memoryBytes};
    VgaRegisters registers_;
    VgaVbe vbe_{memoryBytes};
    VgaWindow window_{memory_, registers_, vbe_};
    bool bigEndian_ = false;

    VgaTextLayout layout_; // follows from the registers
    bool layoutStale_ = true;
    std::function<void(unsigned row)> textRowWritten_;
};

} // namespace bootglass
