// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/vga_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <new>

namespace bootglass {

static_assert(std::endian::native == std::endian::little, "plane 0 is the low byte of a word");

namespace {

/// A bit per plane, widened to the bytes of a word.
constexpr auto planeBytes = [] {
    std::array<uint32_t, 16> words{};
    for (unsigned planes = 0; planes < 16; ++planes)
        for (unsigned p = 0; p < 4; ++p)
            if (planes >> p & 1) words[planes] |= 0xFFU << 8 * p;
    return words;
}();

constexpr uint32_t inAllPlanes(uint8_t value) {
    return value * 0x01010101U;
}

} // namespace

// --- VideoMemory

VideoMemory::VideoMemory(size_t bytes) : size_(bytes) {
    void *address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED) throw std::bad_alloc();
    bytes_ = static_cast<uint8_t *>(address);
}

VideoMemory::~VideoMemory() {
    munmap(bytes_, size_);
}

void VideoMemory::serialize(Archive &archive) {
    archive.section("video memory");
    constexpr size_t page = 4096;
    constexpr uint32_t end = ~0U;
    auto pages = static_cast<uint32_t>(size_ / page);
    auto bytesOf = [&](uint32_t number) { return bytes().subspan(number * page, page); };
    auto isZero = [](std::span<const uint8_t> part) {
        return part[0] == 0 && std::memcmp(part.data(), part.data() + 1, part.size() - 1) == 0;
    };
    if (!archive.loading()) {
        for (uint32_t number = 0; number < pages; ++number) {
            if (isZero(bytesOf(number))) continue;
            archive(number);
            archive.bytes(bytesOf(number));
        }
        uint32_t last = end;
        archive(last);
        return;
    }
    for (uint32_t number = 0; number < pages; ++number)
        if (!isZero(bytesOf(number))) std::ranges::fill(bytesOf(number), uint8_t{0});
    for (uint32_t number = 0;;) {
        archive(number);
        if (archive.failed() || number == end) return;
        if (number >= pages) return archive.fail("the saved state has video memory beyond its end");
        archive.bytes(bytesOf(number));
    }
}

// --- VgaWindow

bool VgaWindow::locate(uint32_t &offset) const {
    if (!(registers_.miscellaneous & 2)) return false; // memory is switched off
    size_t bank = vbe_.enabled() ? vbe_.bankOffset() : 0;
    switch (registers_.graphics[6] >> 2 & 3) {
    case 0: break;
    case 1:
        if (offset >= 0x10000) return false;
        offset += static_cast<uint32_t>(bank);
        break;
    case 2:
        if (offset < 0x10000 || offset >= 0x18000) return false;
        offset -= 0x10000;
        break;
    default:
        if (offset < 0x18000 || offset >= 0x20000) return false;
        offset -= 0x18000;
        break;
    }
    return true;
}

uint8_t VgaWindow::read(uint32_t offset) {
    if (!locate(offset)) return 0xFF;
    if (linear()) {
        if (offset >= memory_.size()) return 0xFF;
        latch_ = memory_.word(offset / 4);
        return static_cast<uint8_t>(latch_ >> (offset & 3) * 8);
    }
    const auto &graphics = registers_.graphics;
    unsigned plane = graphics[4];
    // Odd/even: the address' lowest bit chooses between planes 0 and 1, or 2 and 3.
    if (graphics[5] & 0x10) plane = (plane & 2) | (offset & 1);
    if (graphics[6] & 0x02) offset &= ~1U;
    if (offset >= memory_.planeSize()) return 0xFF;
    latch_ = memory_.word(offset);
    if (!(graphics[5] & 0x08)) return static_cast<uint8_t>(latch_ >> 8 * plane);
    // Read mode 1: which dots have the colour to compare, in the planes that matter.
    uint32_t differ = (latch_ ^ planeBytes[graphics[2]]) & planeBytes[graphics[7]];
    differ |= differ >> 16;
    differ |= differ >> 8;
    return static_cast<uint8_t>(~differ);
}

uint32_t VgaWindow::combine(uint8_t value) const {
    const auto &graphics = registers_.graphics;
    uint32_t setReset = planeBytes[graphics[0]];
    uint32_t mask = inAllPlanes(graphics[8]);
    uint32_t data = 0;
    switch (graphics[5] & 3) {
    case 0: {
        uint32_t enabled = planeBytes[graphics[1]];
        data = inAllPlanes(std::rotr(value, graphics[3] & 7));
        data = (data & ~enabled) | (setReset & enabled);
        break;
    }
    case 1: return latch_;
    case 2: data = planeBytes[value & 0x0F]; break;
    default:
        mask &= inAllPlanes(std::rotr(value, graphics[3] & 7));
        data = setReset;
        break;
    }
    switch (graphics[3] >> 3) {
    case 0: break;
    case 1: data &= latch_; break;
    case 2: data |= latch_; break;
    default: data ^= latch_; break;
    }
    return (data & mask) | (latch_ & ~mask);
}

VgaWindow::Change VgaWindow::write(uint32_t offset, uint8_t value) {
    if (!locate(offset)) return {};
    unsigned planes = registers_.sequencer[2];
    uint32_t data = 0;
    if (linear()) {
        if (offset >= memory_.size()) return {};
        if (!vbe_.enabled())
            planes &= 1U << (offset & 3);
        else
            planes = 1U << (offset & 3);
        data = inAllPlanes(value);
        offset /= 4;
    } else {
        if (!(registers_.sequencer[4] & 0x04)) planes &= offset & 1 ? 0xA : 0x5;
        if (registers_.graphics[6] & 0x02) offset &= ~1U;
        if (offset >= memory_.planeSize()) return {};
        data = combine(value);
    }
    uint32_t before = memory_.word(offset);
    uint32_t bytes = planeBytes[planes];
    uint32_t after = (before & ~bytes) | (data & bytes);
    if (after == before) return {};
    memory_.setWord(offset, after);
    return {true, offset, before ^ after};
}

} // namespace bootglass
