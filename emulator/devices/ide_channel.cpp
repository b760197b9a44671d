// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ide_channel.h"

#include <utility>

namespace bootglass {

namespace {

constexpr uint8_t controlPrevious = 0x80; // HOB: reads give the registers' previous bytes
constexpr uint8_t controlReset = 0x04;    // SRST
constexpr uint8_t controlNoInterrupt = 0x02;
constexpr uint8_t executeDiagnostic = 0x90;

} // namespace

IdeChannel::IdeChannel(VirtualClock &clock, std::string name, IrqLine interrupt,
                       PhysicalMap &memory, std::function<bool()> busMasterEnabled)
    : interrupt_(std::move(interrupt)),
      busMaster_(memory, std::move(busMasterEnabled)),
      timer_(clock, std::move(name), [this] { timeElapsed(); }) {
    busMaster_.setStartChanged([this](bool started) { busMasterStarted(started); });
}

void IdeChannel::attach(unsigned place, std::unique_ptr<AtaDevice> device) {
    device->connect(*this);
    devices_[place & 1] = std::move(device);
    devices_[place & 1]->finishReset(true);
}

uint32_t IdeChannel::read(uint16_t offset, unsigned size) {
    if (offset == ata::Data) {
        if (AtaDevice *device = selected()) return device->readData(size);
        return ~uint32_t{0} >> (32 - 8 * size);
    }
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= uint32_t{readByte(static_cast<uint8_t>(offset + i))} << 8 * i;
    return value;
}

void IdeChannel::write(uint16_t offset, uint32_t value, unsigned size) {
    if (offset == ata::Data) {
        if (AtaDevice *device = selected()) device->writeData(value, size);
        return;
    }
    for (unsigned i = 0; i < size; ++i)
        writeByte(static_cast<uint8_t>(offset + i), static_cast<uint8_t>(value >> 8 * i));
}

uint8_t IdeChannel::readByte(uint8_t reg) {
    if (reg >= commandPorts) return 0xff;
    if (AtaDevice *device = selected()) {
        if (reg == ata::Status) device->acknowledge();
        return device->readRegister(reg, (control_ & controlPrevious) != 0);
    }
    AtaDevice *other = devices_[selected_ ^ 1].get();
    if (!other || reg == ata::Status || reg == ata::Error) return 0;
    return other->readRegister(reg, (control_ & controlPrevious) != 0);
}

void IdeChannel::writeByte(uint8_t reg, uint8_t value) {
    if (reg >= commandPorts) return;
    if (reg == ata::Status) return writeCommand(value);
    // Registers are the host's only while BSY and DRQ are clear (7.1).
    AtaDevice *working = selected();
    if (working && (working->status() & (ata::busy | ata::dataRequest)) != 0) return;
    control_ = static_cast<uint8_t>(control_ & ~controlPrevious);
    for (auto &device : devices_)
        if (device) device->writeRegister(reg, value);
    if (reg == ata::Device) {
        selected_ = (value & ata::deviceSecond) != 0 ? 1 : 0;
        interruptChanged();
    }
}

void IdeChannel::writeCommand(uint8_t command) {
    AtaDevice *device = selected();
    control_ = static_cast<uint8_t>(control_ & ~controlPrevious);
    bool working = device && (device->status() & (ata::busy | ata::dataRequest)) != 0;
    if (pending_ == Pending::Reset || pending_ == Pending::Diagnostic ||
        (control_ & controlReset) != 0)
        return;
    if (working && !device->takesWhileBusy(command)) return;
    if (command == executeDiagnostic) {
        // The one command that both drives execute, whichever is selected (8.11).
        beginReset();
        pending_ = Pending::Diagnostic;
        timer_.armAfter(ata::resetNs);
        return;
    }
    if (!device) return;
    pending_ = Pending::Nothing;
    timer_.cancel();
    device->writeCommand(command);
}

uint8_t IdeChannel::readControl() const {
    const AtaDevice *device = selected();
    return device ? device->status() : 0;
}

void IdeChannel::writeControl(uint8_t value) {
    bool before = (control_ & controlReset) != 0;
    bool now = (value & controlReset) != 0;
    control_ = value & (controlPrevious | controlReset | controlNoInterrupt);
    if (now && !before) beginReset();
    if (!now && before) {
        pending_ = Pending::Reset;
        timer_.armAfter(ata::resetNs);
    }
    interruptChanged();
}

void IdeChannel::beginReset() {
    timer_.cancel();
    pending_ = Pending::Nothing;
    for (auto &device : devices_)
        if (device) device->beginReset();
}

void IdeChannel::finishReset(bool powerOn) {
    selected_ = 0;
    for (auto &device : devices_)
        if (device) device->finishReset(powerOn);
    interruptChanged();
}

void IdeChannel::wait(uint64_t ns) {
    pending_ = Pending::Drive;
    timer_.armAfter(ns);
}

void IdeChannel::waitForDma(uint64_t ns) {
    pending_ = Pending::DriveDma;
    dmaNs_ = ns;
    if (busMaster_.started()) timer_.armAfter(ns);
}

void IdeChannel::busMasterStarted(bool started) {
    if (pending_ != Pending::DriveDma) return;
    if (started)
        timer_.armAfter(dmaNs_);
    else
        timer_.cancel(); // the drive waits on, until the next start or a reset
}

bool IdeChannel::transfer(std::span<uint8_t> bytes, bool toMemory) {
    return busMaster_.transfer(bytes, toMemory);
}

void IdeChannel::timeElapsed() {
    Pending what = std::exchange(pending_, Pending::Nothing);
    switch (what) {
    case Pending::Nothing: break;
    case Pending::Drive:
    case Pending::DriveDma:
        if (AtaDevice *device = selected()) device->timeElapsed();
        break;
    case Pending::Reset: finishReset(false); break;
    case Pending::Diagnostic:
        finishReset(false);
        if (devices_[0]) devices_[0]->signalDiagnosed();
        break;
    }
}

void IdeChannel::interruptChanged() {
    const AtaDevice *device = selected();
    bool level = device && device->interrupt() && (control_ & controlNoInterrupt) == 0;
    if (level && !interrupt_.level()) busMaster_.latchInterrupt();
    interrupt_.set(level);
}

void IdeChannel::reset() {
    timer_.cancel();
    pending_ = Pending::Nothing;
    control_ = 0;
    busMaster_.reset();
    finishReset(true);
}

void IdeChannel::serialize(Archive &archive) {
    archive.section("ide channel");
    bool level = interrupt_.level();
    archive(busMaster_, selected_, control_, pending_, dmaNs_, level);
    for (auto &device : devices_) {
        bool present = device != nullptr;
        archive(present);
        if (archive.loading() && present != (device != nullptr))
            return archive.fail("the saved state has other drives");
        if (device) archive(*device);
    }
    if (!archive.loading() || archive.failed()) return;
    if (selected_ > 1 || pending_ > Pending::Diagnostic)
        return archive.fail("the saved state has an impossible drive selected");
    interrupt_.restore(level);
}

} // namespace bootglass
