// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/piix4_smbus.h"

namespace bootglass {

namespace {

enum Register : uint16_t { hostStatus = 0, slaveStatus = 1, hostControl = 2, blockData = 7 };

constexpr uint8_t statusDeviceError = 1 << 2;
constexpr uint8_t statusFailed = 1 << 4;
constexpr uint8_t statusClearable = 0x1e;
constexpr uint8_t controlInterrupt = 1 << 0;
constexpr uint8_t controlKill = 1 << 1;
constexpr uint8_t controlStart = 1 << 6;

} // namespace

uint8_t Piix4Smbus::read(uint16_t offset) {
    switch (offset) {
    case hostStatus: return status_;
    case slaveStatus:
    case blockData: return 0; // the block buffer is never filled
    default: return offset < ports ? kept_[offset] : 0xff;
    }
}

void Piix4Smbus::write(uint16_t offset, uint8_t value) {
    switch (offset) {
    case hostStatus: status_ = static_cast<uint8_t>(status_ & ~(value & statusClearable)); break;
    case slaveStatus: break;
    case hostControl:
        kept_[hostControl] = static_cast<uint8_t>(value & ~controlStart); // START reads as zero
        if ((value & controlKill) != 0)
            status_ |= statusFailed;
        else if ((value & controlStart) != 0)
            status_ |= statusDeviceError;
        break;
    default:
        if (offset < ports) kept_[offset] = value;
    }
    updateInterrupt();
}

void Piix4Smbus::updateInterrupt() {
    interrupt_.set((kept_[hostControl] & controlInterrupt) != 0 && status_ != 0);
}

void Piix4Smbus::reset() {
    status_ = 0;
    kept_.fill(0);
    updateInterrupt();
}

void Piix4Smbus::serialize(Archive &archive) {
    archive.section("piix4 smbus");
    bool level = interrupt_.level();
    archive(status_, kept_, level);
    if (archive.loading() && !archive.failed()) interrupt_.restore(level);
}

} // namespace bootglass
