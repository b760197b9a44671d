// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/port92.h"

namespace bootglass {

Port92::Port92(std::function<void(bool enabled)> a20, std::function<void()> resetCpu)
    : a20_(std::move(a20)), resetCpu_(std::move(resetCpu)) {}

uint8_t Port92::read(uint16_t) const {
    return value_;
}

void Port92::write(uint16_t, uint8_t value) {
    bool resets = (value & ~value_ & 0x01) != 0;
    value_ = value;
    if (a20_) a20_(a20());
    if (resets && resetCpu_) resetCpu_();
}

void Port92::reset() {
    // The A20 line itself is the board's: after a reset it is as the keyboard controller drives it.
    value_ = 0;
}

void Port92::serialize(Archive &archive) {
    archive.section("port 92h");
    archive(value_);
}

} // namespace bootglass
