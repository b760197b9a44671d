// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/serial_input.h"

namespace bootglass {

SerialInput::SerialInput(VirtualClock &clock, const std::string &name, Ns16550 &uart)
    : uart_(uart), timer_(clock, name + " input", [this] { arrive(); }) {}

void SerialInput::type(std::span<const uint8_t> bytes) {
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
    if (!waiting_.empty() && !timer_.armed()) timer_.armAfter(byteNs);
}

void SerialInput::arrive() {
    bool room = uart_.room() > 0;
    if (room && next_ < waiting_.size()) uart_.receive(waiting_[next_++]);
    if (next_ == waiting_.size()) {
        waiting_.clear();
        next_ = 0;
        return;
    }
    timer_.armAfter(room ? byteNs : retryNs);
}

void SerialInput::serialize(Archive &archive) {
    archive.section("serial input");
    if (!archive.loading()) {
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(next_));
        next_ = 0;
    }
    archive(waiting_);
    if (archive.loading()) next_ = 0;
}

} // namespace bootglass
