// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/io_apic.h"

#include <algorithm>

namespace bootglass {

namespace {

// Bits of a redirection entry (82093AA, 3.2.4).
constexpr uint64_t logicalBit = 1U << 11;
constexpr uint64_t remoteIrrBit = 1U << 14;
constexpr uint64_t levelBit = 1U << 15;
constexpr uint64_t maskBit = 1U << 16;
constexpr uint64_t readOnlyBits = 0x5000; // delivery status, remote IRR
constexpr uint64_t writableBits = 0xFF0000000001FFFF & ~readOnlyBits;

constexpr uint32_t version = (IoApic::inputs - 1) << 16 | 0x20;

enum Register : uint8_t { idRegister, versionRegister, arbitrationRegister, tableRegister = 0x10 };
enum Offset : uint8_t { selectOffset = 0x00, windowOffset = 0x10, eoiOffset = 0x40 };

} // namespace

IoApic::IoApic(std::function<bool(const ApicMessage &)> deliver) : deliver_(std::move(deliver)) {
    reset();
}

void IoApic::reset() {
    select_ = 0;
    id_ = 0;
    table_.fill(maskBit);
    // The inputs are wires: they keep their levels.
}

uint64_t IoApic::read(uint64_t offset, unsigned size) const {
    uint32_t value = 0;
    switch (offset & 0xFC) {
    case selectOffset: value = select_; break;
    case windowOffset: value = readRegister(); break;
    default: break;
    }
    value >>= 8 * (offset & 3);
    return size >= 4 ? value : value & ((1U << 8 * size) - 1);
}

void IoApic::write(uint64_t offset, uint64_t value, unsigned size) {
    switch (offset & 0xFF) {
    case selectOffset: select_ = static_cast<uint8_t>(value); break;
    case windowOffset:
        // The window has to be accessed as a whole (82093AA, 3.1.2).
        if (size >= 4) writeRegister(static_cast<uint32_t>(value));
        break;
    case eoiOffset: endOfInterrupt(static_cast<uint8_t>(value)); break;
    default: break;
    }
}

uint32_t IoApic::readRegister() const {
    switch (select_) {
    case idRegister:
    case arbitrationRegister: return static_cast<uint32_t>(id_) << 24;
    case versionRegister: return version;
    default: break;
    }
    if (select_ < tableRegister || select_ >= tableRegister + 2 * inputs) return 0;
    unsigned half = select_ - tableRegister;
    return static_cast<uint32_t>(table_[half / 2] >> (half % 2 * 32));
}

void IoApic::writeRegister(uint32_t value) {
    if (select_ == idRegister) id_ = value >> 24 & 0xF;
    if (select_ < tableRegister || select_ >= tableRegister + 2 * inputs) return;
    unsigned half = select_ - tableRegister;
    unsigned input = half / 2;
    uint64_t &entry = table_[input];
    unsigned shift = half % 2 * 32;
    uint64_t written = (entry & ~(uint64_t{0xFFFFFFFF} << shift)) | uint64_t{value} << shift;
    entry = (written & writableBits) | (entry & readOnlyBits);
    // An edge-triggered entry has no remote IRR: software gets rid of a stuck one this way.
    if (!(entry & levelBit)) entry &= ~remoteIrrBit;
    if (entry & levelBit) service(input);
}

void IoApic::setLine(unsigned input, bool level) {
    if (input >= inputs) return;
    uint32_t bit = 1U << input;
    if (((lines_ & bit) != 0) == level) return;
    lines_ ^= bit;
    // An edge while the entry is masked is lost (82093AA, 3.2.4).
    if (level) service(input);
}

void IoApic::service(unsigned input) {
    uint64_t &entry = table_[input];
    if ((entry & maskBit) || !(lines_ >> input & 1)) return;
    if (!(entry & levelBit)) {
        send(entry);
    } else if (!(entry & remoteIrrBit)) {
        // Set before sending: the interrupt may be ended before send() returns.
        entry |= remoteIrrBit;
        if (!send(entry)) entry &= ~remoteIrrBit;
    }
}

bool IoApic::send(uint64_t entry) const {
    ApicMessage message{.vector = static_cast<uint8_t>(entry),
                        .delivery = static_cast<ApicDelivery>(entry >> 8 & 7),
                        .levelTriggered = (entry & levelBit) != 0,
                        .logical = (entry & logicalBit) != 0,
                        .destination = static_cast<uint8_t>(entry >> 56)};
    return deliver_ && deliver_(message);
}

std::optional<unsigned> IoApic::inputOf(uint8_t vector) const {
    for (unsigned input = 0; input < inputs; ++input)
        if (static_cast<uint8_t>(table_[input]) == vector) return input;
    return std::nullopt;
}

bool IoApic::sendsNmi() const {
    return std::ranges::any_of(table_, [](uint64_t entry) {
        return !(entry & maskBit) && static_cast<ApicDelivery>(entry >> 8 & 7) == ApicDelivery::Nmi;
    });
}

void IoApic::endOfInterrupt(uint8_t vector) {
    for (unsigned input = 0; input < inputs; ++input) {
        uint64_t &entry = table_[input];
        if (!(entry & remoteIrrBit) || static_cast<uint8_t>(entry) != vector) continue;
        entry &= ~remoteIrrBit;
        service(input); // a line that is still asserted interrupts again
    }
}

void IoApic::serialize(Archive &archive) {
    archive.section("I/O APIC");
    archive(select_, id_, lines_, table_);
}

} // namespace bootglass
