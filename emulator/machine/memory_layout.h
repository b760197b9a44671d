// SPDX-License-Identifier: GPL-3.0-or-later
// Who answers at which physical address: RAM from 0 up, the VGA's window at A0000h, the firmware's
// last 128 KiB behind C0000h-FFFFFh (RAM or ROM there, as the host bridge's PAM registers say), the
// PCI hole from the end of RAM to FEC00000h, chips above it, the whole firmware below 4 GiB.
//
// The one idea: a list of fixed segments that cover the space without overlap, and ranges that
// software moves over them (PCI base registers, the local APIC). When one moves, what it uncovers
// is mapped again from the list, and all of them in one order: so the map is a function of the
// registers, not of their history.
#pragma once

#include "emulator/devices/i440fx.h"
#include "emulator/machine/boot/byte_writer.h"
#include "emulator/memory/physical_map.h"

#include <optional>
#include <span>
#include <vector>

namespace bootglass {

inline constexpr PhysicalAddress pciHoleEnd = 0xFEC00000;

/// Bytes at a page boundary, a whole number of pages.
class PageBytes {
  public:
    PageBytes(uint64_t size, uint8_t fill);
    std::span<uint8_t> bytes() { return {pages_.front().bytes, pages_.size() * pageSize}; }

  private:
    struct alignas(pageSize) Page {
        uint8_t bytes[pageSize];
    };
    std::vector<Page> pages_;
};

class MemoryLayout {
  public:
    /// bios: a multiple of the page size.
    MemoryLayout(PhysicalMap &map, std::span<const uint8_t> bios);
    MemoryLayout(const MemoryLayout &) = delete;
    MemoryLayout &operator=(const MemoryLayout &) = delete;

    /// A chip's registers at a place of its own.
    void addChip(PhysicalAddress first, uint64_t size, uint16_t device);
    void setPam(PamRegion region, bool readRam, bool writeRam);

    // --- ranges that software moves; in case of overlap the one added last wins
    enum class Movable : size_t {};
    Movable addMemory(std::span<uint8_t> bytes);
    Movable addRom(std::span<uint8_t> bytes);
    Movable addRegisters(uint64_t size, uint16_t device);
    /// Registers that answer anywhere, not in the PCI hole only: the local APIC.
    Movable addAnywhere(uint64_t size, uint16_t device);
    /// Nowhere: not decoded.
    void place(Movable range, std::optional<PhysicalAddress> first);

  private:
    enum class Kind : uint8_t { Ram, ReadOnlyRam, RomOverRam, Rom, Memory, Device };
    struct Segment {
        PhysicalAddress first = 0;
        uint64_t size = 0;
        Kind kind = Kind::Ram;
        std::span<uint8_t> bytes{}; // of ROM and memory
        uint16_t device = 0;
    };
    struct Range {
        Segment segment;
        bool anywhere = false;
        bool placed = false;
    };

    Movable add(Segment segment, bool anywhere = false);
    void map(const Segment &segment, PhysicalAddress first, PhysicalAddress end);
    void restore(PhysicalAddress first, uint64_t size);
    void mapMovables();

    PhysicalMap &map_;
    PageBytes bios_;
    PageBytes shadowed_; // the ROM behind C0000h-FFFFFh; ones where there is none
    std::vector<Segment> segments_;
    std::vector<Range> movables_;
};

} // namespace bootglass
