// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ps2_mouse.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint8_t ack = 0xFA;
constexpr uint8_t resend = 0xFE;
constexpr uint8_t batPassed = 0xAA;
constexpr int32_t farthest = 1 << 20; // what a movement nobody fetches adds up to at most

int32_t add(int32_t sum, int more) {
    return std::clamp(sum + std::clamp(more, -farthest, farthest), -farthest, farthest);
}

/// Scaling 2:1 of the PS/2 technical reference; applies in stream mode only.
int32_t scaled(int32_t counts) {
    static constexpr std::array<int32_t, 6> small = {0, 1, 1, 3, 6, 9};
    int32_t size = counts < 0 ? -counts : counts;
    int32_t result = size < 6 ? small[static_cast<size_t>(size)] : 2 * size;
    return counts < 0 ? -result : result;
}

} // namespace

void Ps2Mouse::move(int dx, int dy, int wheel, uint8_t buttons) {
    dx_ = add(dx_, dx);
    dy_ = add(dy_, dy);
    wheel_ = add(wheel_, wheel);
    buttons_ = buttons & 0x1F;
    if (stream() && ready_) ready_();
}

/// Stream mode: packets for what has happened, as far as the buffer has room. True if there was
/// one.
bool Ps2Mouse::stream() {
    bool sent = false;
    while (mode_ == Mode::Stream && reporting_ && !wrap_ &&
           packets_.size() + packetSize() <= bufferSize &&
           (dx_ != 0 || dy_ != 0 || (wheel_ != 0 && id_ != 0) || buttons_ != reported_)) {
        packet(packets_);
        sent = true;
    }
    return sent;
}

/// Appends one packet and takes what it tells off the counters.
void Ps2Mouse::packet(std::vector<uint8_t> &bytes) {
    bool twice = scaling_ && mode_ == Mode::Stream;
    // Nine bits of two's complement; what does not fit is told by the next packet, so nothing
    // overflows.
    int32_t most = twice ? 127 : 255;
    int32_t dx = std::clamp(dx_, -most, most);
    int32_t dy = std::clamp(dy_, -most, most);
    dx_ -= dx;
    dy_ -= dy;
    if (twice) {
        dx = scaled(dx);
        dy = scaled(dy);
    }
    reported_ = buttons_;
    bytes.push_back(
        static_cast<uint8_t>((buttons_ & 7) | 0x08 | (dx < 0 ? 0x10 : 0) | (dy < 0 ? 0x20 : 0)));
    bytes.push_back(static_cast<uint8_t>(dx));
    bytes.push_back(static_cast<uint8_t>(dy));
    if (id_ == 0) {
        wheel_ = 0;
        return;
    }
    int32_t wheel = std::clamp(wheel_, -8, 7);
    wheel_ -= wheel;
    bytes.push_back(
        static_cast<uint8_t>(id_ == 3 ? wheel : (wheel & 15) | (buttons_ >> 3 & 3) << 4));
}

std::optional<uint8_t> Ps2Mouse::take() {
    std::vector<uint8_t> &from = replies_.empty() ? packets_ : replies_;
    if (from.empty()) return std::nullopt;
    last_ = from.front();
    from.erase(from.begin());
    stream();
    return last_;
}

void Ps2Mouse::reply(std::initializer_list<uint8_t> bytes) {
    if (replies_.size() + bytes.size() <= bufferSize)
        replies_.insert(replies_.end(), bytes.begin(), bytes.end());
}

void Ps2Mouse::setDefaults() {
    mode_ = Mode::Stream;
    reporting_ = false;
    scaling_ = false;
    resolution_ = 2;
    rate_ = 100;
    forgetMovement();
}

/// Changing the mode, or enabling reports, starts from where the mouse is now.
void Ps2Mouse::forgetMovement() {
    packets_.clear();
    dx_ = dy_ = wheel_ = 0;
}

void Ps2Mouse::send(uint8_t command) {
    if (wrap_ && command != 0xFF && command != 0xEC) return reply({command});
    // No argument has the value of a command (E6h and up).
    if (command_ != 0 && command < 0xE6) return argument(command);
    command_ = 0;
    switch (command) {
    case 0xE6:
        scaling_ = false;
        reply({ack});
        break;
    case 0xE7:
        scaling_ = true;
        reply({ack});
        break;
    case 0xE8: // resolution
    case 0xF3: // sample rate
        command_ = command;
        reply({ack});
        break;
    case 0xE9: { // status; its buttons are in another order than a packet's
        auto state = static_cast<uint8_t>(
            (mode_ == Mode::Remote ? 0x40 : 0) | (reporting_ ? 0x20 : 0) | (scaling_ ? 0x10 : 0) |
            ((buttons_ & left) != 0 ? 4 : 0) | ((buttons_ & middle) != 0 ? 2 : 0) |
            ((buttons_ & right) != 0 ? 1 : 0));
        reply({ack, state, resolution_, rate_});
        break;
    }
    case 0xEA:
        mode_ = Mode::Stream;
        forgetMovement();
        reply({ack});
        break;
    case 0xEB: // read data
        reply({ack});
        if (replies_.size() + packetSize() <= bufferSize) packet(replies_);
        break;
    case 0xEC:
        wrap_ = false;
        reply({ack});
        break;
    case 0xEE:
        wrap_ = true;
        reply({ack});
        break;
    case 0xF0:
        mode_ = Mode::Remote;
        forgetMovement();
        reply({ack});
        break;
    case 0xF2: reply({ack, id_}); break;
    case 0xF4:
        reporting_ = true;
        forgetMovement();
        reply({ack});
        break;
    case 0xF5:
        reporting_ = false;
        packets_.clear();
        reply({ack});
        break;
    case 0xF6:
        setDefaults();
        reply({ack});
        break;
    case 0xFE: reply({last_}); break;
    case 0xFF:
        reset();
        reply({ack, batPassed, id_});
        break;
    default: reply({resend});
    }
}

void Ps2Mouse::argument(uint8_t value) {
    uint8_t command = command_;
    command_ = 0;
    if (command == 0xE8) {
        if (value > 3) return reply({resend});
        resolution_ = value;
        return reply({ack});
    }
    rate_ = value;
    if (knock_[0] == 200 && knock_[1] == 100 && value == 80) id_ = 3;
    if (knock_[0] == 200 && knock_[1] == 200 && value == 80 && id_ != 0) id_ = 4;
    knock_ = {knock_[1], value};
    reply({ack});
}

void Ps2Mouse::reset() {
    setDefaults();
    replies_.clear();
    wrap_ = false;
    id_ = 0;
    knock_ = {};
    command_ = 0;
    reported_ = buttons_;
}

void Ps2Mouse::serialize(Archive &archive) {
    archive.section("PS/2 mouse");
    archive(replies_, packets_, mode_, wrap_, reporting_, scaling_, resolution_, rate_, id_, knock_,
            command_, last_, dx_, dy_, wheel_, buttons_, reported_);
    if (!archive.loading()) return;
    if (replies_.size() > bufferSize || packets_.size() > bufferSize)
        archive.fail("the saved state of the mouse has more bytes than its buffer");
    dx_ = std::clamp(dx_, -farthest, farthest);
    dy_ = std::clamp(dy_, -farthest, farthest);
    wheel_ = std::clamp(wheel_, -farthest, farthest);
}

} // namespace bootglass
