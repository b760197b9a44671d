// SPDX-License-Identifier: GPL-3.0-or-later
// The registers of an IBM VGA behind ports 3B0h-3DFh (IBM PS/2 hardware interface technical
// reference, "Video Subsystem"): miscellaneous output, sequencer, graphics controller, attribute
// controller, CRT controller, and the palette DAC. Here they are kept and read and written; what
// they mean is told by short getters that memory, text and picture share.
#pragma once

#include "emulator/memory/archive.h"

#include <array>

namespace bootglass {

/// The 256 colours behind ports 3C6h-3C9h.
struct VgaDac {
    std::array<uint8_t, 768> palette{};
    uint8_t mask = 0xFF;
    uint8_t readIndex = 0;
    uint8_t writeIndex = 0;
    uint8_t component = 0; // which of red, green, blue comes next
    bool reading = false;
    bool eightBit = false;            // Bochs VBE's 8-bit palette
    std::array<uint8_t, 2> pending{}; // red and green, until blue comes

    uint8_t readData();
    void writeData(uint8_t value);
    /// 00RRGGBB.
    uint32_t colour(uint8_t index) const;
    void serialize(Archive &archive);
};

struct VgaRegisters {
    uint8_t miscellaneous = 0;
    uint8_t featureControl = 0;
    uint8_t sequencerIndex = 0, graphicsIndex = 0, crtcIndex = 0;
    uint8_t attributeIndex = 0; // bit 5: the palette belongs to the screen, not to software
    bool attributeData = false; // the flip-flop: the next write to 3C0h is data
    std::array<uint8_t, 5> sequencer{};
    std::array<uint8_t, 9> graphics{};
    std::array<uint8_t, 21> attribute{};
    std::array<uint8_t, 25> crtc{};
    VgaDac dac;

    /// port: 3B0h to 3DFh. Input status 1 is the caller's to add, since it is a matter of time.
    uint8_t read(uint16_t port);
    void write(uint16_t port, uint8_t value);
    void serialize(Archive &archive);

    // --- what they say
    bool colourPorts() const { return miscellaneous & 1; } // CRTC at 3D4h, not 3B4h
    bool isStatusPort(uint16_t port) const { return port == (colourPorts() ? 0x3DA : 0x3BA); }
    bool graphicsMode() const { return graphics[6] & 1; }
    bool chain4() const { return sequencer[4] & 8; }
    /// A mode has been set: the CRTC has the timing of a picture.
    bool programmed() const { return crtc[1] != 0 && verticalDisplay() > 1; }
    bool blanked() const { return !(attributeIndex & 0x20) || sequencer[1] & 0x20; }

    unsigned charWidth() const { return sequencer[1] & 1 ? 8 : 9; }
    unsigned columns() const { return crtc[1] + 1U; }
    /// Counter steps from one row of characters or dots to the next.
    unsigned pitch() const { return crtc[0x13] * 2U; }
    unsigned startAddress() const { return crtc[0x0C] << 8 | crtc[0x0D]; }
    unsigned cursorAddress() const { return crtc[0x0E] << 8 | crtc[0x0F]; }
    /// Scan lines of a row.
    unsigned rowHeight() const { return (crtc[9] & 0x1FU) + 1; }
    bool scanDoubled() const { return crtc[9] & 0x80; }
    unsigned verticalTotal() const { return withOverflow(crtc[6], 0, 5) + 2; }
    unsigned verticalDisplay() const { return withOverflow(crtc[0x12], 1, 6) + 1; }
    unsigned verticalRetraceStart() const { return withOverflow(crtc[0x10], 2, 7); }
    unsigned lineCompare() const {
        return crtc[0x18] | (crtc[7] >> 4 & 1U) << 8 | (crtc[9] >> 6 & 1U) << 9;
    }
    unsigned dotClockHz() const { return miscellaneous & 4 ? 28'322'000 : 25'175'000; }

    /// Where the CRTC's counter fetches: the plane address by byte, word or double-word mode (CR14,
    /// CR17), before the row scan bits of the CGA modes.
    unsigned planeAddress(unsigned counter) const;

  private:
    unsigned withOverflow(uint8_t low, unsigned bit8, unsigned bit9) const {
        return low | (crtc[7] >> bit8 & 1U) << 8 | (crtc[7] >> bit9 & 1U) << 9;
    }
    uint8_t readCrtc() const;
    void writeCrtc(uint8_t value);
    void writeAttribute(uint8_t value);
};

} // namespace bootglass
