// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ide_bus_master.h"

#include <algorithm>
#include <array>

namespace bootglass {

namespace {

constexpr uint8_t commandStart = 1 << 0;
constexpr uint8_t commandToMemory = 1 << 3;
constexpr uint8_t statusActive = 1 << 0;
constexpr uint8_t statusError = 1 << 1;
constexpr uint8_t statusInterrupt = 1 << 2;
constexpr uint8_t statusDrivesCapable = 3 << 5; // set by software for software

} // namespace

uint8_t IdeBusMaster::read(uint16_t offset) const {
    switch (offset) {
    case 0: return command_;
    case 2: return status_;
    case 4:
    case 5:
    case 6:
    case 7: return static_cast<uint8_t>(table_ >> 8 * (offset - 4));
    default: return 0;
    }
}

void IdeBusMaster::write(uint16_t offset, uint8_t value) {
    if (offset == 0) {
        bool before = started();
        command_ = value & (commandStart | commandToMemory);
        if (started() == before) return;
        if (started()) {
            next_ = table_;
            left_ = 0;
            last_ = false;
            status_ |= statusActive;
        } else {
            status_ = static_cast<uint8_t>(status_ & ~statusActive);
        }
        if (startChanged_) startChanged_(started());
    } else if (offset == 2) {
        status_ = static_cast<uint8_t>(
            (status_ & ~(value & (statusError | statusInterrupt)) & ~statusDrivesCapable) |
            (value & statusDrivesCapable));
    } else if (offset >= 4 && offset < 8) {
        unsigned shift = 8 * (offset - 4u);
        table_ = (table_ & ~(uint32_t{0xff} << shift)) | uint32_t{value} << shift;
        table_ &= ~uint32_t{3};
    }
}

bool IdeBusMaster::nextRegion() {
    if (last_) return false;
    std::array<uint8_t, 8> raw{};
    memory_.readBytes(next_, raw);
    auto word = [&raw](size_t at) { return static_cast<uint32_t>(raw[at] | raw[at + 1] << 8); };
    address_ = (word(0) | word(2) << 16) & ~uint32_t{1};
    left_ = word(4) & 0xfffe;
    if (left_ == 0) left_ = 0x10000;
    last_ = (raw[7] & 0x80) != 0;
    next_ += 8;
    return true;
}

void IdeBusMaster::halt() {
    status_ = static_cast<uint8_t>(status_ & ~statusActive);
}

bool IdeBusMaster::transfer(std::span<uint8_t> bytes, bool toMemory) {
    bool direction = (command_ & commandToMemory) != 0;
    if ((status_ & statusActive) == 0) return false;
    if (direction != toMemory || !enabled_()) {
        status_ |= statusError;
        halt();
        return false;
    }
    while (!bytes.empty()) {
        if (left_ == 0 && !nextRegion()) {
            halt();
            return false;
        }
        uint32_t count = std::min(left_, static_cast<uint32_t>(bytes.size()));
        std::span<uint8_t> part = bytes.first(count);
        if (toMemory)
            memory_.writeBytes(address_, part);
        else
            memory_.readBytes(address_, part);
        if (moved_) moved_(address_, count, toMemory);
        address_ += count;
        left_ -= count;
        bytes = bytes.subspan(count);
    }
    // A table that ends with the data leaves the bus master inactive; a longer one leaves it
    // active, by which software tells the two (section 3.1).
    if (left_ == 0 && last_) halt();
    return true;
}

void IdeBusMaster::latchInterrupt() {
    status_ |= statusInterrupt;
}

void IdeBusMaster::reset() {
    command_ = status_ = 0;
    table_ = next_ = address_ = left_ = 0;
    last_ = false;
}

void IdeBusMaster::serialize(Archive &archive) {
    archive.section("ide bus master");
    archive(command_, status_, table_, next_, address_, left_, last_);
}

} // namespace bootglass
