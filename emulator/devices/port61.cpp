// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/port61.h"

namespace bootglass {

namespace {

constexpr uint8_t timer2Gate = 0x01;
constexpr uint8_t speakerData = 0x02;
constexpr uint8_t systemErrorOff = 0x04;
constexpr uint8_t ioCheckOff = 0x08;
constexpr uint8_t refreshToggle = 0x10;
constexpr uint8_t timer2Out = 0x20;
constexpr uint8_t ioCheckSeen = 0x40;
constexpr uint8_t systemErrorSeen = 0x80;

constexpr uint64_t timerFrequency = 1'193'182; // Hz
constexpr uint64_t refreshClocks = 18;         // what every PC's firmware has set channel 1 to

} // namespace

Port61::Port61(VirtualClock &clock, std::function<void(bool)> gate2, std::function<bool()> out2,
               IrqLine nmi)
    : clock_(clock), gate2_(std::move(gate2)), out2_(std::move(out2)), nmi_(std::move(nmi)) {}

uint8_t Port61::read(uint16_t) const {
    uint64_t refreshes = mulDiv(clock_.now().value, timerFrequency, nsPerSecond) / refreshClocks;
    return static_cast<uint8_t>(control_ | ((refreshes & 1) != 0 ? refreshToggle : 0) |
                                (out2_ && out2_() ? timer2Out : 0) | (ioCheck_ ? ioCheckSeen : 0) |
                                (systemError_ ? systemErrorSeen : 0));
}

void Port61::write(uint16_t, uint8_t value) {
    control_ = value & 0x0F;
    if (gate2_) gate2_((control_ & timer2Gate) != 0);
    if ((control_ & ioCheckOff) != 0) ioCheck_ = false;
    if ((control_ & systemErrorOff) != 0) systemError_ = false;
    update();
}

bool Port61::speaker() const {
    return (control_ & speakerData) != 0 && out2_ && out2_();
}

void Port61::raiseIoCheck() {
    if ((control_ & ioCheckOff) == 0) ioCheck_ = true;
    update();
}

void Port61::raiseSystemError() {
    if ((control_ & systemErrorOff) == 0) systemError_ = true;
    update();
}

void Port61::update() {
    nmi_.set(ioCheck_ || systemError_);
}

void Port61::reset() {
    control_ = 0;
    ioCheck_ = systemError_ = false;
    if (gate2_) gate2_(false);
    update();
}

void Port61::serialize(Archive &archive) {
    archive.section("port 61h");
    bool nmi = nmi_.level();
    archive(control_, ioCheck_, systemError_, nmi);
    if (archive.loading()) nmi_.restore(nmi);
}

} // namespace bootglass
