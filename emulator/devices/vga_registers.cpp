// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/vga_registers.h"

namespace bootglass {

namespace {

constexpr std::array<uint8_t, 5> sequencerWritable = {0x03, 0x3D, 0x0F, 0x3F, 0x0E};
constexpr std::array<uint8_t, 9> graphicsWritable = {0x0F, 0x0F, 0x0F, 0x1F, 0x03,
                                                     0x7B, 0x0F, 0x0F, 0xFF};

} // namespace

// --- DAC

uint8_t VgaDac::readData() {
    uint8_t value = palette[readIndex * 3U + component];
    if (++component == 3) {
        component = 0;
        ++readIndex;
    }
    return value;
}

void VgaDac::writeData(uint8_t value) {
    if (!eightBit) value &= 0x3F;
    if (component < 2) {
        pending[component++] = value;
        return;
    }
    // The three components of a colour change together.
    palette[writeIndex * 3U] = pending[0];
    palette[writeIndex * 3U + 1] = pending[1];
    palette[writeIndex * 3U + 2] = value;
    component = 0;
    ++writeIndex;
}

uint32_t VgaDac::colour(uint8_t index) const {
    uint32_t rgb = 0;
    for (unsigned i = 0; i < 3; ++i) {
        unsigned value = palette[index * 3U + i];
        if (!eightBit) value = (value & 0x3F) << 2 | (value >> 4 & 3);
        rgb = rgb << 8 | value;
    }
    return rgb;
}

void VgaDac::serialize(Archive &archive) {
    archive(palette, mask, readIndex, writeIndex, component, reading, eightBit, pending);
    if (archive.loading() && component > 2) archive.fail("the saved state has a fourth colour");
}

// --- ports

uint8_t VgaRegisters::read(uint16_t port) {
    switch (port) {
    case 0x3B4:
    case 0x3D4: return colourPorts() == (port == 0x3D4) ? crtcIndex : 0xFF;
    case 0x3B5:
    case 0x3D5: return colourPorts() == (port == 0x3D5) ? readCrtc() : 0xFF;
    case 0x3C0: return attributeIndex;
    case 0x3C1: {
        unsigned index = attributeIndex & 0x1F;
        return index < attribute.size() ? attribute[index] : 0;
    }
    case 0x3C2: return 0; // input status 0: no interrupt, no monitor sensed
    case 0x3C4: return sequencerIndex;
    case 0x3C5: return sequencerIndex < sequencer.size() ? sequencer[sequencerIndex] : 0;
    case 0x3C6: return dac.mask;
    case 0x3C7: return dac.reading ? 3 : 0;
    case 0x3C8: return dac.writeIndex;
    case 0x3C9: return dac.readData();
    case 0x3CA: return featureControl;
    case 0x3CC: return miscellaneous;
    case 0x3CE: return graphicsIndex;
    case 0x3CF: return graphicsIndex < graphics.size() ? graphics[graphicsIndex] : 0;
    default: return 0xFF;
    }
}

void VgaRegisters::write(uint16_t port, uint8_t value) {
    switch (port) {
    case 0x3B4:
    case 0x3D4:
        if (colourPorts() == (port == 0x3D4)) crtcIndex = value;
        break;
    case 0x3B5:
    case 0x3D5:
        if (colourPorts() == (port == 0x3D5)) writeCrtc(value);
        break;
    case 0x3BA:
    case 0x3DA:
        if (isStatusPort(port)) featureControl = value & 0x08;
        break;
    case 0x3C0: writeAttribute(value); break;
    case 0x3C2: miscellaneous = value & 0xEF; break;
    case 0x3C4: sequencerIndex = value & 0x07; break;
    case 0x3C5:
        if (sequencerIndex < sequencer.size())
            sequencer[sequencerIndex] = value & sequencerWritable[sequencerIndex];
        break;
    case 0x3C6: dac.mask = value; break;
    case 0x3C7:
        dac.readIndex = value;
        dac.component = 0;
        dac.reading = true;
        break;
    case 0x3C8:
        dac.writeIndex = value;
        dac.component = 0;
        dac.reading = false;
        break;
    case 0x3C9: dac.writeData(value); break;
    case 0x3CE: graphicsIndex = value & 0x0F; break;
    case 0x3CF:
        if (graphicsIndex < graphics.size())
            graphics[graphicsIndex] = value & graphicsWritable[graphicsIndex];
        break;
    default: break;
    }
}

uint8_t VgaRegisters::readCrtc() const {
    return crtcIndex < crtc.size() ? crtc[crtcIndex] : 0;
}

void VgaRegisters::writeCrtc(uint8_t value) {
    if (crtcIndex >= crtc.size()) return;
    // CR11 bit 7 protects the horizontal timing and the overflow register but for line compare.
    if (crtcIndex < 8 && crtc[0x11] & 0x80) {
        if (crtcIndex == 7) crtc[7] = static_cast<uint8_t>((crtc[7] & ~0x10) | (value & 0x10));
        return;
    }
    crtc[crtcIndex] = value;
}

void VgaRegisters::writeAttribute(uint8_t value) {
    if (!attributeData) {
        attributeIndex = value & 0x3F;
    } else {
        unsigned index = attributeIndex & 0x1F;
        // The 16 palette registers listen only while the screen does not use them.
        bool open = index >= 16 || !(attributeIndex & 0x20);
        if (index < attribute.size() && open) attribute[index] = index < 16 ? value & 0x3F : value;
    }
    attributeData = !attributeData;
}

unsigned VgaRegisters::planeAddress(unsigned counter) const {
    // Double words: with chain 4 the CPU's address is kept divided by four, and so is this.
    if (crtc[0x14] & 0x40) return chain4() ? counter : counter << 2;
    if (crtc[0x17] & 0x40) return counter;
    // Words: rotated left, and MA15 or MA13 comes in at the bottom.
    unsigned bit = crtc[0x17] & 0x20 ? 15 : 13;
    return counter << 1 | (counter >> bit & 1);
}

void VgaRegisters::serialize(Archive &archive) {
    archive(miscellaneous, featureControl, sequencerIndex, graphicsIndex, crtcIndex);
    archive(attributeIndex, attributeData, sequencer, graphics, attribute, crtc, dac);
    if (!archive.loading()) return;
    // Others index tables with these; a damaged state must not get past their width.
    for (size_t i = 0; i < sequencer.size(); ++i)
        sequencer[i] &= sequencerWritable[i];
    for (size_t i = 0; i < graphics.size(); ++i)
        graphics[i] &= graphicsWritable[i];
}

} // namespace bootglass
