// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i8254.h"

namespace bootglass {

namespace {

/// A count register's value as a number of clocks; 0 is the largest count.
uint32_t countOf(uint16_t raw, bool bcd) {
    if (!bcd) return raw == 0 ? 65536 : raw;
    uint32_t number =
        (raw >> 12) * 1000U + (raw >> 8 & 15) * 100U + (raw >> 4 & 15) * 10U + (raw & 15);
    return number == 0 ? 10000 : number;
}

uint16_t shown(uint64_t number, bool bcd) {
    if (!bcd) return static_cast<uint16_t>(number);
    number %= 10000;
    return static_cast<uint16_t>(number / 1000 << 12 | number / 100 % 10 << 8 |
                                 number / 10 % 10 << 4 | number % 10);
}

} // namespace

// --- one channel

void I8254::Channel::control(uint8_t word, VirtualNs now) {
    frozen = value(now);
    access = word >> 4 & 3;
    mode = word >> 1 & 7;
    if (mode > 5) mode &= 3; // data sheet: bit 2 is a "don't care" of modes 2 and 3
    bcd = (word & 1) != 0;
    highNext = readHighNext = false;
    countWritten = started = running = reloadPending = false;
    nullCount = true;
    countLatched = statusLatched = false;
}

void I8254::Channel::writeByte(uint8_t byte, VirtualNs now) {
    switch (access) {
    case 1: countRegister = byte; break;
    case 2: countRegister = static_cast<uint16_t>(byte << 8); break;
    default:
        if (!highNext) {
            lowByte = byte;
            highNext = true;
            // Data sheet, mode 0: the first byte stops the counting and OUT goes low at once.
            if (mode == 0) {
                frozen = value(now);
                started = running = false;
            }
            return;
        }
        highNext = false;
        countRegister = static_cast<uint16_t>(byte << 8 | lowByte);
    }
    countComplete(now);
}

void I8254::Channel::countComplete(VirtualNs now) {
    countWritten = true;
    nullCount = true;
    switch (mode) {
    case 0:
    case 4: load(now); break;
    case 2:
    case 3: {
        if (!started) {
            load(now);
        } else if (running && !reloadPending) {
            // The present cycle (mode 3: half cycle) is finished first.
            uint64_t past = elapsed(now);
            uint64_t within = past % count;
            uint64_t end = mode == 3 && within < high() ? high() : count;
            reloadAt = start + past - within + end;
            reloadPending = true;
        }
        break;
    }
    default: break; // modes 1 and 5: loaded by the trigger
    }
}

void I8254::Channel::load(VirtualNs now) {
    count = countOf(countRegister, bcd);
    nullCount = false;
    reloadPending = false;
    started = true;
    epoch = now;
    start = held = 0;
    running = gate || triggered();
}

void I8254::Channel::stop(VirtualNs now) {
    if (!running) return;
    held = elapsed(now);
    running = false;
    reloadPending = false; // its count stays in CR, and the next trigger loads it
}

void I8254::Channel::advance(VirtualNs now) {
    if (!reloadPending || !running || clocks(now) < reloadAt) return;
    bool lowHalf = mode == 3 && (reloadAt - start) % count != 0;
    count = countOf(countRegister, bcd);
    start = reloadAt - (lowHalf ? high() : 0);
    reloadPending = false;
    nullCount = false;
}

void I8254::Channel::changeGate(bool level, VirtualNs now) {
    if (gate == level) return;
    gate = level;
    switch (mode) {
    case 0:
    case 4: // GATE enables counting
        if (!level) {
            stop(now);
        } else if (started) {
            epoch = now;
            start = 0 - held;
            running = true;
        }
        break;
    case 2:
    case 3: // GATE enables counting, its rising edge loads the counter
        if (!level)
            stop(now);
        else if (countWritten)
            load(now);
        break;
    default: // GATE's rising edge is the trigger
        if (level && countWritten) load(now);
    }
}

bool I8254::Channel::out(VirtualNs now) const {
    // Data sheet, "Mode definitions"; a control word leaves OUT low in mode 0, high in all others.
    if (!started) return mode != 0;
    uint64_t past = elapsed(now);
    switch (mode) {
    case 0:
    case 1: return past >= count;
    case 2: return !running || past % count != count - 1;
    case 3: return !running || past % count < high();
    default: return past != count;
    }
}

uint16_t I8254::Channel::value(VirtualNs now) const {
    if (!started) return frozen;
    uint64_t past = elapsed(now);
    if (mode == 2) return shown(count - past % count, bcd);
    if (mode == 3) {
        // Counts by twos from N, or N - 1 if N is odd; the high half of an odd count then takes one
        // clock more.
        uint64_t within = past % count;
        if (within >= high()) within -= high();
        return shown((count & ~1U) - 2 * within, bcd);
    }
    // After zero the counter wraps and goes on.
    uint64_t modulus = bcd ? 10000 : 65536;
    return shown(count + modulus * 2 - past % modulus, bcd);
}

/// The time of the next change of OUT after `now`, never() if there is none without a new command.
VirtualNs I8254::Channel::nextEdge(VirtualNs now) const {
    if (!started || !running) return VirtualNs::never();
    uint64_t past = elapsed(now);
    uint64_t edge = 0;
    switch (mode) {
    case 0:
    case 1:
        if (past >= count) return VirtualNs::never();
        edge = count;
        break;
    case 2:
    case 3: {
        if (count == 1) return VirtualNs::never(); // illegal in mode 2, a constant in mode 3
        uint64_t within = past % count;
        uint64_t first = mode == 2 ? count - 1 : high();
        edge = past - within + (within < first ? first : count);
        break;
    }
    default:
        if (past > count) return VirtualNs::never();
        edge = past < count ? count : count + 1;
    }
    return epoch + mulDivUp(start + edge, nsPerSecond, frequency);
}

void I8254::Channel::latchCount(VirtualNs now) {
    if (countLatched) return; // data sheet: the first latch holds until it is read
    countLatched = true;
    latchedCount = value(now);
}

void I8254::Channel::latchStatus(VirtualNs now) {
    if (statusLatched) return;
    statusLatched = true;
    latchedStatus = static_cast<uint8_t>((out(now) ? 0x80 : 0) | (nullCount ? 0x40 : 0) |
                                         access << 4 | mode << 1 | (bcd ? 1 : 0));
}

uint8_t I8254::Channel::readByte(VirtualNs now) {
    if (statusLatched) {
        statusLatched = false;
        return latchedStatus;
    }
    uint16_t present = countLatched ? latchedCount : value(now);
    bool highByte = access == 2 || (access == 3 && readHighNext);
    if (access == 3) readHighNext = !readHighNext;
    if (access != 3 || highByte) countLatched = false;
    return static_cast<uint8_t>(highByte ? present >> 8 : present);
}

void I8254::Channel::serialize(Archive &archive) {
    archive(mode, access, bcd, gate, countRegister, lowByte, highNext, countWritten, nullCount,
            started, running, count, epoch, start, held, frozen, reloadPending, reloadAt,
            readHighNext, countLatched, latchedCount, statusLatched, latchedStatus);
    if (archive.loading() && (mode > 5 || access > 3 || count == 0 || count > 65536))
        archive.fail("the saved state of the 8254 has a mode or a count that cannot be");
}

// --- the chip

I8254::I8254(VirtualClock &clock, IrqLine out0)
    : clock_(clock), out0_(std::move(out0)), timer_(clock, "8254 channel 0", [this] {
          catchUp();
          reschedule();
      }) {
    channels_[2].gate = false;
}

uint8_t I8254::read(uint16_t offset) {
    if (offset > 2) return 0xFF; // data sheet: the bus stays in three-state
    Channel &channel = channels_[offset];
    channel.advance(clock_.now());
    return channel.readByte(clock_.now());
}

void I8254::write(uint16_t offset, uint8_t value) {
    catchUp();
    VirtualNs now = clock_.now();
    for (Channel &channel : channels_)
        channel.advance(now);
    if (offset > 2)
        control(value);
    else
        channels_[offset].writeByte(value, now);
    reschedule();
}

void I8254::control(uint8_t word) {
    VirtualNs now = clock_.now();
    unsigned select = word >> 6;
    if (select < 3) {
        if ((word & 0x30) == 0)
            channels_[select].latchCount(now);
        else
            channels_[select].control(word, now);
        return;
    }
    // Read-back command: bits 5 and 4 are active low.
    for (unsigned i = 0; i < 3; ++i) {
        if ((word & 2U << i) == 0) continue;
        if ((word & 0x20) == 0) channels_[i].latchCount(now);
        if ((word & 0x10) == 0) channels_[i].latchStatus(now);
    }
}

void I8254::setGate(unsigned index, bool level) {
    catchUp();
    Channel &channel = channels_[index % 3];
    channel.advance(clock_.now());
    channel.changeGate(level, clock_.now());
    reschedule();
}

bool I8254::out(unsigned index) const {
    Channel channel = channels_[index % 3];
    channel.advance(clock_.now());
    return channel.out(clock_.now());
}

/// Drives all edges up to now, each in its turn: an instruction can be longer than a pulse of OUT.
void I8254::catchUp() {
    VirtualNs now = clock_.now();
    while (nextEdge_ <= now) {
        VirtualNs edge = nextEdge_;
        channels_[0].advance(edge);
        out0_.set(channels_[0].out(edge));
        nextEdge_ = channels_[0].nextEdge(edge);
        if (nextEdge_ <= edge)
            nextEdge_ = VirtualNs::never(); // only damaged saved states come here
    }
}

void I8254::reschedule() {
    VirtualNs now = clock_.now();
    out0_.set(channels_[0].out(now));
    nextEdge_ = channels_[0].nextEdge(now);
    if (nextEdge_ == timer_.deadline()) return;
    if (nextEdge_ == VirtualNs::never())
        timer_.cancel();
    else
        timer_.arm(nextEdge_);
}

void I8254::reset() {
    // The chip has no reset pin and its state at power-on is undefined (data sheet, "Programming
    // the 8254"): here its outputs are low and nothing counts until the firmware says so.
    for (Channel &channel : channels_)
        channel = Channel{};
    channels_[2].gate = false;
    reschedule();
}

void I8254::serialize(Archive &archive) {
    archive.section("8254");
    bool out = out0_.level();
    archive(channels_, nextEdge_, out);
    if (!archive.loading()) return;
    // An edge is driven by the end of its instruction; catching up with one long past would not
    // end.
    constexpr uint64_t latest = 1'000'000;
    if (nextEdge_ + latest < clock_.now() && nextEdge_ != VirtualNs::never())
        archive.fail("the saved state of the 8254 has an edge that was never driven");
    out0_.restore(out);
}

} // namespace bootglass
