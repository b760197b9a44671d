// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/memory_layout.h"

#include <algorithm>
#include <cstring>

namespace bootglass {

namespace {

constexpr PhysicalAddress lowRamEnd = 0xA0000;
constexpr PhysicalAddress shadowFirst = 0xC0000;
constexpr PhysicalAddress oneMiB = 0x100000;
constexpr uint64_t isaRomSize = 0x20000; // what the ISA bus shows of the firmware
constexpr PhysicalAddress fourGiB = uint64_t{1} << 32;

} // namespace

PageBytes::PageBytes(uint64_t size, uint8_t fill) : pages_((size + pageMask) >> pageShift) {
    std::ranges::fill(bytes(), fill);
}

MemoryLayout::MemoryLayout(PhysicalMap &map, std::span<const uint8_t> bios)
    : map_(map), bios_(bios.size(), 0xFF), shadowed_(oneMiB - shadowFirst, 0xFF) {
    std::ranges::copy(bios, bios_.bytes().begin());
    auto low = bios.last(std::min<size_t>(bios.size(), isaRomSize));
    std::ranges::copy(low, shadowed_.bytes().last(low.size()).begin());

    segments_.push_back({.first = 0, .size = lowRamEnd});
    segments_.push_back({.first = oneMiB, .size = map.ram().size() - oneMiB});
    for (size_t i = 0; i < I440fx::pamRegions; ++i) {
        PamRegion region = I440fx::pamRegion(i);
        segments_.push_back(
            {.first = region.first,
             .size = region.size,
             .kind = Kind::Rom,
             .bytes = shadowed_.bytes().subspan(region.first - shadowFirst, region.size)});
    }
    std::span<uint8_t> rom = bios_.bytes();
    segments_.push_back(
        {.first = fourGiB - rom.size(), .size = rom.size(), .kind = Kind::Rom, .bytes = rom});
    for (const Segment &segment : segments_)
        this->map(segment, segment.first, segment.first + segment.size);
}

void MemoryLayout::addChip(PhysicalAddress first, uint64_t size, uint16_t device) {
    segments_.push_back({.first = first, .size = size, .kind = Kind::Device, .device = device});
    map(segments_.back(), first, first + size);
}

void MemoryLayout::setPam(PamRegion region, bool readRam, bool writeRam) {
    for (Segment &segment : segments_) {
        if (segment.first != region.first || segment.size != region.size) continue;
        if (readRam)
            segment.kind = writeRam ? Kind::Ram : Kind::ReadOnlyRam;
        else
            segment.kind = writeRam ? Kind::RomOverRam : Kind::Rom;
        map(segment, segment.first, segment.first + segment.size);
    }
    mapMovables();
}

MemoryLayout::Movable MemoryLayout::add(Segment segment, bool anywhere) {
    movables_.push_back({segment, anywhere, false});
    return static_cast<Movable>(movables_.size() - 1);
}

MemoryLayout::Movable MemoryLayout::addMemory(std::span<uint8_t> bytes) {
    return add({.size = bytes.size(), .kind = Kind::Memory, .bytes = bytes});
}

MemoryLayout::Movable MemoryLayout::addRom(std::span<uint8_t> bytes) {
    return add({.size = bytes.size(), .kind = Kind::Rom, .bytes = bytes});
}

MemoryLayout::Movable MemoryLayout::addRegisters(uint64_t size, uint16_t device) {
    return add({.size = size, .kind = Kind::Device, .device = device});
}

MemoryLayout::Movable MemoryLayout::addAnywhere(uint64_t size, uint16_t device) {
    return add({.size = size, .kind = Kind::Device, .device = device}, true);
}

void MemoryLayout::place(Movable range, std::optional<PhysicalAddress> first) {
    Range &movable = movables_[static_cast<size_t>(range)];
    Segment before = movable.segment;
    bool was = movable.placed;
    movable.placed = first && *first < fourGiB && movable.segment.size <= fourGiB - *first;
    if (movable.placed) movable.segment.first = *first & ~pageMask;
    if (was) restore(before.first, before.size);
    mapMovables();
}

/// Maps the part of a segment that lies in [first, end).
void MemoryLayout::map(const Segment &segment, PhysicalAddress first, PhysicalAddress end) {
    first = std::max(first, segment.first);
    end = std::min(end, segment.first + segment.size);
    if (first >= end) return;
    uint64_t offset = first - segment.first;
    uint64_t size = end - first;
    switch (segment.kind) {
    case Kind::Ram: return map_.mapRam(first, size, first);
    case Kind::ReadOnlyRam: return map_.mapRom(first, map_.ram().subspan(first, size));
    case Kind::RomOverRam:
        return map_.mapRomOverRam(first, segment.bytes.subspan(offset, size), first);
    case Kind::Rom: return map_.mapRom(first, segment.bytes.subspan(offset, size));
    case Kind::Memory: return map_.mapMemory(first, segment.bytes.subspan(offset, size));
    case Kind::Device: return map_.mapDevice(first, size, segment.device, offset);
    }
}

void MemoryLayout::restore(PhysicalAddress first, uint64_t size) {
    map_.unmap(first, size);
    for (const Segment &segment : segments_)
        map(segment, first, first + size);
}

void MemoryLayout::mapMovables() {
    for (const Range &range : movables_) {
        if (!range.placed) continue;
        // The host bridge gives the PCI bus only what is neither RAM nor above the hole.
        if (range.anywhere)
            map(range.segment, 0, fourGiB);
        else
            map(range.segment, map_.ram().size(), pciHoleEnd);
    }
}

} // namespace bootglass
