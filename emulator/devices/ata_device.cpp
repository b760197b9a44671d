// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ata_device.h"

namespace bootglass {

namespace {

// No block is larger: a PACKET reply of 65534 bytes, or 16 sectors of READ MULTIPLE.
constexpr size_t largestBlock = 65536;

} // namespace

void AtaDevice::Registers::serialize(Archive &archive) {
    archive(features, count, lbaLow, lbaMid, lbaHigh);
}

uint8_t *AtaDevice::byteOf(Registers &registers, uint8_t reg) const {
    switch (reg) {
    case ata::Error: return &registers.features;
    case ata::Count: return &registers.count;
    case ata::LbaLow: return &registers.lbaLow;
    case ata::LbaMid: return &registers.lbaMid;
    case ata::LbaHigh: return &registers.lbaHigh;
    default: return nullptr;
    }
}

uint8_t AtaDevice::readRegister(uint8_t reg, bool previous) const {
    if (reg == ata::Error) return error_;
    if (reg == ata::Device) return device_;
    if (reg == ata::Status) return status_;
    Registers registers = previous ? before_ : now_;
    uint8_t *byte = byteOf(registers, reg);
    return byte ? *byte : 0;
}

void AtaDevice::writeRegister(uint8_t reg, uint8_t value) {
    if (reg == ata::Device) {
        device_ = value;
    } else if (uint8_t *byte = byteOf(now_, reg)) {
        *byteOf(before_, reg) = *byte;
        *byte = value;
    }
}

void AtaDevice::acknowledge() {
    if (!interrupt_) return;
    interrupt_ = false;
    cable_->interruptChanged();
}

void AtaDevice::requestInterrupt() {
    interrupt_ = true;
    cable_->interruptChanged();
}

void AtaDevice::writeCommand(uint8_t command) {
    acknowledge();
    error_ = 0;
    data_ = Data::None;
    status_ = static_cast<uint8_t>(status_ & ~(ata::error | ata::dataRequest));
    execute(command);
}

uint32_t AtaDevice::readData(unsigned size) {
    if (data_ != Data::In) return 0;
    uint32_t value = 0;
    for (unsigned i = 0; i < size && position_ < buffer_.size(); ++i)
        value |= uint32_t{buffer_[position_++]} << 8 * i;
    if (position_ == buffer_.size()) {
        data_ = Data::None;
        status_ = static_cast<uint8_t>(status_ & ~ata::dataRequest);
        blockMoved();
    }
    return value;
}

void AtaDevice::writeData(uint32_t value, unsigned size) {
    if (data_ != Data::Out) return;
    for (unsigned i = 0; i < size && position_ < buffer_.size(); ++i)
        buffer_[position_++] = static_cast<uint8_t>(value >> 8 * i);
    if (position_ == buffer_.size()) {
        data_ = Data::None;
        status_ = static_cast<uint8_t>(status_ & ~ata::dataRequest);
        blockMoved();
    }
}

void AtaDevice::wait(uint64_t ns) {
    status_ |= ata::busy;
    cable_->wait(ns);
}

void AtaDevice::waitForDma(uint64_t ns) {
    status_ |= ata::busy;
    cable_->waitForDma(ns);
}

void AtaDevice::offerBlock(Data direction, bool interrupt) {
    data_ = direction;
    position_ = 0;
    status_ = ata::ready | ata::seekComplete | ata::dataRequest;
    if (interrupt) requestInterrupt();
}

void AtaDevice::complete() {
    status_ = ata::ready | ata::seekComplete;
    requestInterrupt();
}

void AtaDevice::fail(uint8_t errorBits) {
    error_ = errorBits;
    status_ = ata::ready | ata::seekComplete | ata::error;
    requestInterrupt();
}

void AtaDevice::beginReset() {
    data_ = Data::None;
    buffer_.clear();
    position_ = 0;
    status_ = ata::busy;
    interrupt_ = false;
    cable_->interruptChanged();
}

void AtaDevice::finishReset(bool powerOn) {
    if (powerOn) beginReset();
    now_ = before_ = Registers{};
    device_ = 0;
    error_ = 0x01; // diagnostic code: passed
    resetState(powerOn);
    setSignature(); // also the status, which differs
}

void AtaDevice::serialize(Archive &archive) {
    archive(now_, before_, device_, error_, status_, buffer_, interrupt_, data_);
    uint64_t position = position_;
    archive(position);
    if (!archive.loading() || archive.failed()) return;
    if (buffer_.size() > largestBlock || position > buffer_.size() || data_ > Data::Out ||
        (data_ != Data::None && position == buffer_.size()))
        return archive.fail("the saved state has a drive with an impossible buffer");
    position_ = static_cast<size_t>(position);
}

void IdentifyWords::set(unsigned word, uint32_t value) {
    bytes_[2 * word] = static_cast<uint8_t>(value);
    bytes_[2 * word + 1] = static_cast<uint8_t>(value >> 8);
}

void IdentifyWords::set32(unsigned word, uint32_t value) {
    set(word, value);
    set(word + 1, value >> 16);
}

void IdentifyWords::setText(unsigned word, unsigned words, std::string_view text) {
    auto at = [text](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : ' '; };
    for (unsigned i = 0; i < words; ++i)
        set(word + i, static_cast<uint32_t>(at(2 * i)) << 8 | static_cast<uint32_t>(at(2 * i + 1)));
}

} // namespace bootglass
