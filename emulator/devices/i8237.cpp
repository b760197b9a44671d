// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i8237.h"

#include <algorithm>

namespace bootglass {

// --- one controller

uint8_t I8237::read(uint16_t offset) {
    offset &= 15;
    if (offset < 8) {
        const Channel &channel = channels_[offset >> 1];
        uint16_t value = (offset & 1) != 0 ? channel.count : channel.address;
        bool high = highByte_;
        highByte_ = !highByte_;
        return static_cast<uint8_t>(high ? value >> 8 : value);
    }
    switch (offset) {
    case 8: { // status; reading clears the terminal counts
        auto status = static_cast<uint8_t>((lines_ | requests_) << 4 | terminalCounts_);
        terminalCounts_ = 0;
        return status;
    }
    // The temporary register holds the byte of a memory-to-memory transfer, of which a PC has none.
    case 13: return 0;
    case 15: return 0xF0 | mask_; // later chips' "read all masks"
    default: return 0xFF;
    }
}

void I8237::write(uint16_t offset, uint8_t value) {
    offset &= 15;
    if (offset < 8) {
        Channel &channel = channels_[offset >> 1];
        bool counts = (offset & 1) != 0;
        uint16_t &base = counts ? channel.baseCount : channel.baseAddress;
        base = static_cast<uint16_t>(highByte_ ? (base & 0x00FF) | value << 8
                                               : (base & 0xFF00) | value);
        (counts ? channel.count : channel.address) = base;
        highByte_ = !highByte_;
        return;
    }
    auto named = static_cast<uint8_t>(1U << (value & 3));
    switch (offset) {
    // Memory-to-memory (bit 0) is kept without effect: page registers hear DACK, which such a
    // transfer does not raise, so the PC's wiring cannot do it. Timing and polarity bits mean
    // nothing here.
    case 8: command_ = value; break;
    case 9:
        requests_ = static_cast<uint8_t>((value & 4) != 0 ? requests_ | named : requests_ & ~named);
        break;
    case 10: mask_ = static_cast<uint8_t>((value & 4) != 0 ? mask_ | named : mask_ & ~named); break;
    case 11: channels_[value & 3].mode = value; break;
    case 12: highByte_ = false; break;
    case 13: // master clear
        command_ = requests_ = terminalCounts_ = 0;
        mask_ = 0x0F;
        highByte_ = false;
        break;
    case 14: mask_ = 0; break;
    default: mask_ = value & 0x0F; break;
    }
}

void I8237::setRequest(unsigned channel, bool level) {
    auto named = static_cast<uint8_t>(1U << (channel & 3));
    lines_ = static_cast<uint8_t>(level ? lines_ | named : lines_ & ~named);
}

bool I8237::ready(unsigned channel) const {
    return (command_ & 0x04) == 0 && (mask_ & 1U << channel) == 0;
}

bool I8237::advance(unsigned index, uint32_t units) {
    Channel &channel = channels_[index];
    bool ended = units >= channel.count + 1U;
    auto step = static_cast<uint16_t>(units);
    channel.address =
        static_cast<uint16_t>(decrements(index) ? channel.address - step : channel.address + step);
    channel.count = static_cast<uint16_t>(channel.count - step);
    if (!ended) return false;
    auto named = static_cast<uint8_t>(1U << index);
    terminalCounts_ |= named;
    requests_ &= static_cast<uint8_t>(~named);
    if ((channel.mode & 0x10) != 0) { // autoinitialize
        channel.address = channel.baseAddress;
        channel.count = channel.baseCount;
    } else {
        mask_ |= named;
    }
    return true;
}

void I8237::reset() {
    *this = I8237{};
}

void I8237::serialize(Archive &archive) {
    archive(channels_, command_, mask_, requests_, lines_, terminalCounts_, highByte_);
}

// --- the pair

namespace {

/// Which of ports 80h to 8Fh holds a channel's page (IBM PC/AT Technical Reference, "DMA page
/// registers").
constexpr std::array<uint8_t, 8> pageOf = {0x7, 0x3, 0x1, 0x2, 0xF, 0xB, 0x9, 0xA};

} // namespace

I8237Pair::I8237Pair(PhysicalMap &memory) : memory_(memory) {}

void I8237Pair::setRequest(unsigned channel, bool level) {
    (channel < 4 ? first_ : second_).setRequest(channel & 3, level);
}

PhysicalAddress I8237Pair::pageBase(unsigned channel) const {
    PhysicalAddress page = pages_[pageOf[channel & 7]];
    bool words = (channel & 4) != 0;
    return words ? (page & 0xFE) << 16 : page << 16; // A16 comes from the address counter of words
}

PhysicalAddress I8237Pair::address(unsigned channel) const {
    bool words = (channel & 4) != 0;
    const I8237 &chip = words ? second_ : first_;
    return pageBase(channel) + PhysicalAddress{chip.address(channel & 3)} * (words ? 2 : 1);
}

I8237Pair::Transferred I8237Pair::transfer(unsigned channel, std::span<uint8_t> bytes,
                                           Direction direction) {
    channel &= 7;
    bool words = channel >= 4;
    I8237 &chip = words ? second_ : first_;
    unsigned local = channel & 3;
    // Channel 4 is how the first controller asks for the bus; masked, it stops channels 0 to 3.
    if (channel == 4 || !chip.ready(local) || (!words && !second_.ready(0))) return {0, false};
    if (chip.mode(local) == I8237::Mode::Cascade) return {0, false};

    size_t unit = words ? 2 : 1;
    auto units = static_cast<uint32_t>(std::min<size_t>(bytes.size() / unit, chip.left(local)));
    if (units == 0) return {0, false};
    size_t length = units * unit;
    auto wanted =
        direction == Direction::ToMemory ? I8237::Type::ToMemory : I8237::Type::FromMemory;
    if (chip.type(local) == wanted)
        move(channel, pageBase(channel), bytes.first(length), direction);
    return {length, chip.advance(local, units)};
}

/// Moves whole units between `bytes` and memory, from the channel's address on.
void I8237Pair::move(unsigned channel, PhysicalAddress page, std::span<uint8_t> bytes,
                     Direction direction) {
    bool words = channel >= 4;
    const I8237 &chip = words ? second_ : first_;
    unsigned local = channel & 3;
    size_t unit = words ? 2 : 1;
    bool down = chip.decrements(local);
    uint16_t address = chip.address(local);
    while (!bytes.empty()) {
        // The counter of 16 bits wraps, the page stays.
        size_t run = down ? 1 : std::min<size_t>(bytes.size() / unit, 0x10000U - address);
        std::span<uint8_t> piece = bytes.first(run * unit);
        PhysicalAddress from = page + address * unit;
        if (direction == Direction::ToMemory)
            memory_.writeBytes(from, piece);
        else
            memory_.readBytes(from, piece);
        address = static_cast<uint16_t>(down ? address - 1U : address + run);
        bytes = bytes.subspan(run * unit);
    }
}

void I8237Pair::reset() {
    first_.reset();
    second_.reset();
    pages_ = {};
}

void I8237Pair::serialize(Archive &archive) {
    archive.section("8237");
    archive(first_, second_, pages_);
}

} // namespace bootglass
