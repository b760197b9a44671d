// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/memory/physical_map.h"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace bootglass {

namespace {

void *mapAnonymous(uint64_t size, int flags) {
    void *address =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (address == MAP_FAILED) throw std::bad_alloc();
    return address;
}

/// Address space for RAM, at a low address if there is room: translated code reaches it there with
/// a displacement of 32 bits, wherever a guest's kernel has its memory.
uint8_t *reserve(uint64_t bytes) {
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    for (uintptr_t low = 0x70000000; low >= 0x40000000; low -= 0x10000000) {
        auto *wanted = reinterpret_cast<void *>(low - pageSize);
        void *got = mmap(wanted, bytes, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
        if (got == wanted) return static_cast<uint8_t *>(got);
        if (got != MAP_FAILED) munmap(got, bytes);
    }
    void *anywhere = mmap(nullptr, bytes, PROT_NONE, flags, -1, 0);
    if (anywhere == MAP_FAILED) throw std::bad_alloc();
    return static_cast<uint8_t *>(anywhere);
}

uint64_t load(const uint8_t *from, unsigned size) {
    uint64_t value = 0;
    std::memcpy(&value, from, size);
    return value;
}

} // namespace

PhysicalMap::PhysicalMap(uint64_t ramBytes)
    : ramBytes_(ramBytes), populated_((ramBytes >> pieceShift) + 1) {
    uint8_t *whole = reserve(ramBytes + 2 * pageSize);
    void *inner = mmap(whole + pageSize, ramBytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    if (inner == MAP_FAILED) {
        munmap(whole, ramBytes + 2 * pageSize);
        throw std::bad_alloc();
    }
    ram_ = whole + pageSize;
    pages_ = static_cast<Page *>(
        mapAnonymous((addressSpace >> pageShift) * sizeof(Page), MAP_NORESERVE));
    codeWords_ = static_cast<uint64_t *>(
        mapAnonymous((addressSpace >> codeWordShift) * sizeof(uint64_t), MAP_NORESERVE));
    codePages_ = static_cast<uint64_t *>(
        mapAnonymous((addressSpace >> pageShift) * sizeof(uint64_t), MAP_NORESERVE));
}

PhysicalMap::~PhysicalMap() {
    munmap(ram_ - pageSize, ramBytes_ + 2 * pageSize);
    munmap(pages_, (addressSpace >> pageShift) * sizeof(Page));
    munmap(codeWords_, (addressSpace >> codeWordShift) * sizeof(uint64_t));
    munmap(codePages_, (addressSpace >> pageShift) * sizeof(uint64_t));
}

/// A host that cannot do it at once does it page by page.
void PhysicalMap::populatePiece(uint64_t offset) {
    populated_[offset >> pieceShift] = 1;
    const uint64_t first = offset >> pieceShift << pieceShift;
    const uint64_t bytes = std::min(ramBytes_ - first, uint64_t{1} << pieceShift);
    madvise(ram_ + first, bytes, MADV_POPULATE_WRITE);
}

/// What was never used reads as one huge page of zeros, if the host has such.
void PhysicalMap::populateToRead() const {
    for (uint64_t first = 0; first < ramBytes_; first += uint64_t{1} << pieceShift) {
        if (populated_[first >> pieceShift]) continue;
        const uint64_t bytes = std::min(ramBytes_ - first, uint64_t{1} << pieceShift);
        madvise(ram_ + first, bytes, MADV_HUGEPAGE);
        madvise(ram_ + first, bytes, MADV_POPULATE_READ);
        madvise(ram_ + first, bytes, MADV_NOHUGEPAGE);
    }
}

template<typename Change>
void PhysicalMap::change(PhysicalAddress first, uint64_t size, Change change) {
    assert((first & pageMask) == 0 && (size & pageMask) == 0 && first + size <= addressSpace);
    for (uint64_t at = 0; at < size; at += pageSize)
        change(pages_[(first + at) >> pageShift], at);
    if (mapChanged_) mapChanged_();
}

void PhysicalMap::mapRam(PhysicalAddress first, uint64_t size, uint64_t ramOffset) {
    assert(ramOffset + size <= ramBytes_);
    change(first, size, [&](Page &page, uint64_t at) {
        uint8_t *host = ram_ + ramOffset + at;
        page = {host, host, 0, 0};
    });
}

void PhysicalMap::mapRom(PhysicalAddress first, std::span<uint8_t> bytes) {
    change(first, bytes.size(), [&](Page &page, uint64_t at) {
        page = {bytes.data() + at, nullptr, 0, 0};
    });
}

void PhysicalMap::mapRomOverRam(PhysicalAddress first, std::span<uint8_t> rom, uint64_t ramOffset) {
    change(first, rom.size(), [&](Page &page, uint64_t at) {
        page = {rom.data() + at, ram_ + ramOffset + at, 0, 0};
    });
}

void PhysicalMap::mapMemory(PhysicalAddress first, std::span<uint8_t> bytes) {
    change(first, bytes.size(), [&](Page &page, uint64_t at) {
        page = {bytes.data() + at, bytes.data() + at, 0, 0};
    });
}

uint16_t PhysicalMap::addDevice(std::string name, MmioHandler handler) {
    devices_.push_back({std::move(name), std::move(handler)});
    return static_cast<uint16_t>(devices_.size() - 1);
}

void PhysicalMap::mapDevice(PhysicalAddress first, uint64_t size, uint16_t device,
                            uint64_t offset) {
    // Stored with one added, so that zeroed pages have no device.
    change(first, size, [&](Page &page, uint64_t at) {
        page = {nullptr, nullptr, offset + at, static_cast<uint16_t>(device + 1)};
    });
}

void PhysicalMap::unmap(PhysicalAddress first, uint64_t size) {
    change(first, size, [](Page &page, uint64_t) { page = {nullptr, nullptr, 0, 0}; });
}

uint64_t PhysicalMap::readDevice(uint16_t device, uint64_t offset, unsigned size) {
    const During during(*activity_, HostActivity::Devices);
    return devices_[device].handler.read(offset, size);
}

uint64_t PhysicalMap::read(PhysicalAddress address, unsigned size) {
    const Page *page = find(address);
    if (page && page->read) return load(page->read + (address & pageMask), size);
    if (!page || page->device == 0) return size == 8 ? ~uint64_t{0} : (uint64_t{1} << 8 * size) - 1;
    auto device = static_cast<uint16_t>(page->device - 1);
    uint64_t value = readDevice(device, page->deviceOffset + (address & pageMask), size);
    if (size < 8) value &= (uint64_t{1} << 8 * size) - 1;
    if (observer_) observer_->mmioRead(device, address, size, value);
    return value;
}

void PhysicalMap::write(PhysicalAddress address, uint64_t value, unsigned size) {
    const Page *page = find(address);
    if (page && page->write) {
        if (codeWritten_ && holdsCode(address, size)) codeWritten_(address, size);
        std::memcpy(page->write + (address & pageMask), &value, size);
        return;
    }
    if (!page || page->device == 0) return;
    auto device = static_cast<uint16_t>(page->device - 1);
    if (size < 8) value &= (uint64_t{1} << 8 * size) - 1;
    if (observer_) observer_->mmioWrite(device, address, size, value);
    const During during(*activity_, HostActivity::Devices);
    devices_[device].handler.write(page->deviceOffset + (address & pageMask), value, size);
}

void PhysicalMap::readBytes(PhysicalAddress address, std::span<uint8_t> bytes) {
    while (!bytes.empty()) {
        size_t chunk = std::min<size_t>(bytes.size(), pageSize - (address & pageMask));
        if (const uint8_t *host = page(address).read) {
            std::memcpy(bytes.data(), host + (address & pageMask), chunk);
        } else {
            for (size_t i = 0; i < chunk; ++i)
                bytes[i] = static_cast<uint8_t>(read(address + i, 1));
        }
        address += chunk;
        bytes = bytes.subspan(chunk);
    }
}

void PhysicalMap::writeBytes(PhysicalAddress address, std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
        size_t chunk = std::min<size_t>(bytes.size(), pageSize - (address & pageMask));
        populate(address);
        if (uint8_t *host = page(address).write) {
            if (codeWritten_ && holdsCode(address, chunk)) codeWritten_(address, chunk);
            std::memcpy(host + (address & pageMask), bytes.data(), chunk);
        } else {
            for (size_t i = 0; i < chunk; ++i)
                write(address + i, bytes[i], 1);
        }
        address += chunk;
        bytes = bytes.subspan(chunk);
    }
}

/// Calls function(word's number, bits of it) for the words of a range, until it returns true.
template<typename Function>
bool PhysicalMap::anyCodeWord(PhysicalAddress address, uint64_t size, Function function) {
    constexpr uint64_t bits = 64;
    if (address >= addressSpace) return false;
    while (size != 0) {
        uint64_t from = address % bits;
        uint64_t count = std::min(size, bits - from);
        if (function(address >> codeWordShift, ~uint64_t{0} >> (bits - count) << from)) return true;
        address += count;
        size -= count;
    }
    return false;
}

bool PhysicalMap::holdsCode(PhysicalAddress address, uint64_t size) const {
    return pageHoldsCode(address) && anyCodeWord(address, size, [this](uint64_t n, uint64_t mask) {
               return (codeWords_[n] & mask) != 0;
           });
}

bool PhysicalMap::pageHoldsCode(PhysicalAddress address) const {
    return address < addressSpace && codePages_[address >> pageShift] != 0;
}

void PhysicalMap::markCode(PhysicalAddress address, uint64_t size) {
    anyCodeWord(address, size, [this](uint64_t n, uint64_t mask) {
        codeWords_[n] |= mask;
        codePages_[n >> (pageShift - codeWordShift)] |= uint64_t{1} << n % 64;
        return false;
    });
}

void PhysicalMap::clearCode(PhysicalAddress address, uint64_t size) {
    anyCodeWord(address, size, [this](uint64_t n, uint64_t mask) {
        codeWords_[n] &= ~mask;
        if (codeWords_[n] == 0)
            codePages_[n >> (pageShift - codeWordShift)] &= ~(uint64_t{1} << n % 64);
        return false;
    });
}

void PhysicalMap::serialize(Archive &archive) {
    archive.section("memory");
    uint64_t size = ramBytes_;
    archive(size);
    if (archive.loading() && size != ramBytes_)
        return archive.fail("the saved state is of a machine with another memory size");
    // Each page that is not all zero follows its number; ~0 ends the list.
    constexpr uint64_t end = ~uint64_t{0};
    uint64_t pages = ramBytes_ >> pageShift;
    if (archive.loading()) {
        madvise(ram_, ramBytes_, MADV_DONTNEED); // zeros again
        std::ranges::fill(populated_, uint8_t{0});
        for (uint64_t number = 0;;) {
            archive(number);
            if (archive.failed() || number == end) break;
            if (number >= pages) return archive.fail("the saved state has memory beyond its size");
            archive.bytes({ram_ + (number << pageShift), pageSize});
        }
    } else {
        populateToRead();
        for (uint64_t number = 0; number < pages; ++number) {
            std::span<uint8_t> bytes{ram_ + (number << pageShift), pageSize};
            if (std::all_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b == 0; })) continue;
            archive(number);
            archive.bytes(bytes);
        }
        uint64_t last = end;
        archive(last);
    }
    // What code was decoded is its owner's business; after loading there is none.
    if (archive.loading()) {
        for (uint64_t number = 0; number < addressSpace >> pageShift; ++number)
            if (codePages_[number] != 0) clearCode(number << pageShift, pageSize);
    }
}

} // namespace bootglass
