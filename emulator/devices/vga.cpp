// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/vga.h"

#include "emulator/devices/vga_render.h"
#include "emulator/devices/vga_timing.h"

#include <algorithm>

namespace bootglass {

namespace {

// BAR 2, as QEMU's specification "standard-vga" lays it out.
constexpr uint64_t mmioPorts = 0x400;
constexpr uint64_t mmioPortsEnd = 0x420;
constexpr uint64_t mmioVbe = 0x500;
constexpr uint64_t mmioVbeEnd = mmioVbe + 2 * VgaVbe::registers;
constexpr uint64_t mmioExtensionSize = 0x600;
constexpr uint64_t mmioByteOrder = 0x604;
constexpr uint32_t littleEndianMark = 0x1E1E1E1E;
constexpr uint32_t bigEndianMark = 0xBEBEBEBE;

} // namespace

Vga::Vga(const VirtualClock &clock) : clock_(clock) {}

void Vga::reset() {
    // The memory keeps what it holds.
    registers_ = {};
    vbe_.reset();
    window_.reset();
    bigEndian_ = false;
    layoutStale_ = true;
}

// --- ports

uint8_t Vga::readPort(uint16_t port) {
    if (!registers_.isStatusPort(port)) return registers_.read(port);
    registers_.attributeData = false; // reading it sets the flip-flop back
    return VgaTiming::of(registers_).status(clock_.now());
}

void Vga::writePort(uint16_t port, uint8_t value) {
    registers_.write(port, value);
    // Moving the cursor, by far the most frequent, does not move the page.
    bool cursor = (port == 0x3D5 || port == 0x3B5) &&
                  (registers_.crtcIndex == 0x0E || registers_.crtcIndex == 0x0F);
    if (!cursor) layoutStale_ = true;
}

uint32_t Vga::read(uint16_t offset, unsigned size) {
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= static_cast<uint32_t>(readPort(static_cast<uint16_t>(firstPort + offset + i)))
                 << 8 * i;
    return value;
}

void Vga::write(uint16_t offset, uint32_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i)
        writePort(static_cast<uint16_t>(firstPort + offset + i),
                  static_cast<uint8_t>(value >> 8 * i));
}

uint32_t Vga::readVbe(uint16_t offset, unsigned size) const {
    uint16_t value = offset == 0 ? vbe_.index() : vbe_.read(vbe_.index());
    if (offset > 2) return size == 1 ? 0xFF : 0xFFFF;
    return size == 1 ? value & 0xFFU : value;
}

void Vga::writeVbe(uint16_t offset, uint32_t value, unsigned) {
    if (offset == 0)
        vbe_.setIndex(static_cast<uint16_t>(value));
    else if (offset <= 2)
        writeVbeRegister(vbe_.index(), static_cast<uint16_t>(value));
}

void Vga::writeVbeRegister(uint16_t index, uint16_t value) {
    bool switchedOn = vbe_.write(index, value);
    registers_.dac.eightBit = vbe_.eightBitDac();
    layoutStale_ = true;
    if (!switchedOn) return;
    // The window shows banks of 64 KiB at A0000h, all planes can be written.
    registers_.graphics[6] = static_cast<uint8_t>((registers_.graphics[6] & ~0x0C) | 0x05);
    registers_.sequencer[2] = 0x0F;
    if (vbe_.keepsMemory()) return;
    VbeMode mode = vbe_.mode();
    size_t bytes = size_t{mode.height} * mode.bytesPerLine * (vbe_.planar() ? 4 : 1);
    std::ranges::fill(memory_.bytes().first(std::min(bytes, memory_.size())), uint8_t{0});
}

// --- memory

uint64_t Vga::readWindow(uint64_t offset, unsigned size) {
    uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= static_cast<uint64_t>(window_.read(static_cast<uint32_t>(offset) + i)) << 8 * i;
    return value;
}

void Vga::writeWindow(uint64_t offset, uint64_t value, unsigned size) {
    constexpr uint32_t cellPlanes = 0xFFFF; // characters and attributes
    if (layoutStale_) {
        layout_ = VgaTextLayout::of(registers_, vbe_);
        layoutStale_ = false;
    }
    std::optional<unsigned> written;
    for (unsigned i = 0; i < size; ++i) {
        VgaWindow::Change change =
            window_.write(static_cast<uint32_t>(offset) + i, static_cast<uint8_t>(value >> 8 * i));
        if (!change.any || !(change.bits & cellPlanes) || !textRowWritten_) continue;
        std::optional<unsigned> row = layout_.rowOf(change.planeAddress, registers_);
        if (!row) continue;
        if (written && written != row) textRowWritten_(*written);
        written = row;
    }
    if (written) textRowWritten_(*written);
}

uint64_t Vga::readMmio(uint64_t offset, unsigned size) {
    if (offset >= mmioPorts && offset + size <= mmioPortsEnd) {
        size = std::min(size, 4U);
        return read(static_cast<uint16_t>(offset - mmioPorts + 0x3C0 - firstPort), size);
    }
    if (offset >= mmioVbe && offset + size <= mmioVbeEnd) {
        uint64_t value = 0;
        for (unsigned i = 0; i < size; ++i) {
            auto at = static_cast<unsigned>(offset - mmioVbe) + i;
            uint64_t byte = vbe_.read(static_cast<uint16_t>(at / 2)) >> (at % 2 * 8) & 0xFFU;
            value |= byte << 8 * i;
        }
        return value;
    }
    if (offset == mmioExtensionSize) return 8;
    if (offset == mmioByteOrder) return bigEndian_ ? bigEndianMark : littleEndianMark;
    return 0;
}

void Vga::writeMmio(uint64_t offset, uint64_t value, unsigned size) {
    if (offset >= mmioPorts && offset + size <= mmioPortsEnd) {
        write(static_cast<uint16_t>(offset - mmioPorts + 0x3C0 - firstPort),
              static_cast<uint32_t>(value), std::min(size, 4U));
    } else if (offset >= mmioVbe && offset + size <= mmioVbeEnd && size >= 2) {
        for (unsigned i = 0; i + 1 < size; i += 2)
            writeVbeRegister(static_cast<uint16_t>((offset - mmioVbe + i) / 2),
                             static_cast<uint16_t>(value >> 8 * i));
    } else if (offset == mmioByteOrder && size >= 4) {
        auto mark = static_cast<uint32_t>(value);
        if (mark == bigEndianMark || mark == littleEndianMark) bigEndian_ = mark == bigEndianMark;
    }
}

// --- for people

ScreenImage Vga::render() const {
    uint64_t frame = VgaTiming::of(registers_).frame(clock_.now());
    return renderVga({registers_, vbe_, memory_, frame, bigEndian_});
}

std::optional<TextPage> Vga::text() const {
    VgaTextLayout layout = VgaTextLayout::of(registers_, vbe_);
    if (!layout.active) return std::nullopt;
    return vgaTextPage(layout, registers_, memory_);
}

std::string Vga::textRow(unsigned row) const {
    VgaTextLayout layout = VgaTextLayout::of(registers_, vbe_);
    if (!layout.active || row >= layout.rows) return {};
    std::vector<TextCell> cells = vgaTextRow(layout, row, registers_, memory_);
    return utf8FromCells(cells.data(), cells.size());
}

void Vga::serialize(Archive &archive) {
    archive.section("VGA");
    archive(registers_, vbe_, window_, bigEndian_, memory_);
    if (archive.loading()) layoutStale_ = true;
}

} // namespace bootglass
