// SPDX-License-Identifier: GPL-3.0-or-later
// What moves heads, sets modes and tells states (82077AA data sheet, sections 5.1.7 to 5.2.10).
#include "emulator/devices/i82077.h"
#include "emulator/devices/i82077_bits.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint8_t enhanced = 0x90; // VERSION: not a 765
constexpr int recalibrateSteps = 79;
constexpr uint8_t codeMask = 0x1F;
constexpr uint8_t relativeSeekMask = 0xBF; // 8Fh out, CFh in: towards greater cylinders
constexpr uint8_t relativeSeekCode = 0x8F;

} // namespace

/// Bytes of a command's phase, by its first one; 1 for what is no command.
size_t I82077::lengthOf(uint8_t command) {
    if ((command & relativeSeekMask) == relativeSeekCode) return 3;
    switch (command & codeMask) {
    case fdc::readTrack:
    case fdc::writeData:
    case fdc::readData:
    case fdc::writeDeleted:
    case fdc::readDeleted:
    case fdc::scanEqual:
    case fdc::scanLow:
    case fdc::scanHigh:
    case fdc::verify: return 9;
    case fdc::formatTrack: return 6;
    case fdc::configure: return 4;
    case fdc::specify:
    case fdc::seek: return 3;
    case fdc::senseDrive:
    case fdc::recalibrate:
    case fdc::readId:
    case fdc::perpendicular: return 2;
    default: return 1;
    }
}

void I82077::execute() {
    uint8_t first = command_[0];
    if ((first & relativeSeekMask) == relativeSeekCode) return relativeSeek();
    switch (first & codeMask) {
    case fdc::readTrack: return startData(Operation::ReadTrack);
    case fdc::specify: return specify();
    case fdc::senseDrive: return senseDrive();
    case fdc::writeData:
    case fdc::writeDeleted: return startData(Operation::Write);
    case fdc::readData: return startData(Operation::Read);
    case fdc::recalibrate: return recalibrate();
    case fdc::senseInterrupt: return senseInterrupt();
    case fdc::readId: return readId();
    case fdc::readDeleted: return startData(Operation::ReadDeleted);
    case fdc::formatTrack: return startFormat();
    case fdc::dumpRegisters: return dumpRegisters();
    case fdc::seek: return seek(command_[2] - seeks_[unit()].presentCylinder, command_[2], false);
    case fdc::version: return finish({enhanced}, false);
    case fdc::scanEqual:
    case fdc::scanLow:
    case fdc::scanHigh: return startData(Operation::Scan);
    case fdc::perpendicular: return perpendicular();
    case fdc::configure: return configure();
    case fdc::lock: // bit 7 says which way
        locked_ = (first & 0x80) != 0;
        return finish({static_cast<uint8_t>(locked_ ? 0x10 : 0)}, false);
    case fdc::verify: return startData(Operation::Verify);
    default: return finish({fdc::st0Invalid}, false);
    }
}

void I82077::specify() {
    specify1_ = command_[1];
    specify2_ = command_[2];
    idle();
}

void I82077::senseDrive() {
    uint8_t status = static_cast<uint8_t>(fdc::st3AlwaysOne | (command_[1] & 7));
    const FloppyDrive *there = drive(unit());
    if (there && there->atTrack0()) status |= fdc::st3Track0;
    finish({status}, false);
}

void I82077::senseInterrupt() {
    if (resetsToSense_ > 0) {
        auto number = static_cast<uint8_t>(units - resetsToSense_--);
        interrupt(false);
        return finish(
            {static_cast<uint8_t>(fdc::st0Polled | number), seeks_[number].presentCylinder}, false);
    }
    auto ended = std::ranges::find_if(seeks_, &SeekState::ended);
    // Without an interrupt to sense, the command is an invalid one.
    if (ended == seeks_.end()) return finish({fdc::st0Invalid}, false);
    ended->ended = false;
    interrupt(false);
    uint8_t status = ended->status;
    uint8_t cylinder = ended->presentCylinder;
    finish({status, cylinder}, false);
    if (std::ranges::any_of(seeks_, &SeekState::ended)) interrupt(true);
}

// --- seeks

uint64_t I82077::stepNs() const {
    return rateNs((16 - (specify1_ >> 4)) * fdc::stepUnitNs);
}

/// `cylinder`: what the controller will take the heads to be over.
void I82077::seek(int steps, uint8_t cylinder, bool recalibrate) {
    SeekState &state = seeks_[unit()];
    FloppyDrive *there = drive(unit());
    auto status = static_cast<uint8_t>(fdc::st0SeekEnd | unit());
    if (recalibrate) {
        // Steps until the drive says TRK0, 79 times at most.
        bool reached = there && there->cylinder() <= recalibrateSteps;
        steps = there ? -std::min<int>(there->cylinder(), recalibrateSteps) : -recalibrateSteps;
        if (!reached) status |= fdc::st0Abnormal | fdc::st0EquipmentCheck;
    } else {
        status |= static_cast<uint8_t>(command_[1] & fdc::st0Head);
    }
    state = {.active = true,
             .done =
                 clock_.now() +
                 std::max<uint64_t>(static_cast<uint64_t>(std::abs(steps)) * stepNs() / haste, 1),
             .steps = steps,
             .presentCylinder = cylinder,
             .ended = false,
             .status = status};
    armSeeks();
    idle();
}

void I82077::recalibrate() {
    seek(0, 0, true);
}

void I82077::relativeSeek() {
    bool inwards = (command_[0] & 0x40) != 0;
    int steps = inwards ? command_[2] : -command_[2];
    seek(steps, static_cast<uint8_t>(seeks_[unit()].presentCylinder + steps), false);
}

void I82077::armSeeks() {
    VirtualNs next = VirtualNs::never();
    for (const SeekState &state : seeks_)
        if (state.active) next = std::min(next, state.done);
    if (next == VirtualNs::never())
        seekTimer_.cancel();
    else
        seekTimer_.arm(next);
}

void I82077::seeksElapsed() {
    for (unsigned number = 0; number < units; ++number) {
        SeekState &state = seeks_[number];
        if (!state.active || state.done > clock_.now()) continue;
        state.active = false;
        state.ended = true;
        if (FloppyDrive *there = drive(number)) there->step(state.steps);
        resetsToSense_ = 0;
        interrupt(true);
    }
    armSeeks();
}

// --- modes

void I82077::dumpRegisters() {
    finish({seeks_[0].presentCylinder, seeks_[1].presentCylinder, seeks_[2].presentCylinder,
            seeks_[3].presentCylinder, specify1_, specify2_, lastTrackSector_,
            static_cast<uint8_t>((locked_ ? 0x80 : 0) | (perpendicular_ & 0x3F)), configure_,
            pretrack_},
           false);
}

void I82077::configure() {
    configure_ = command_[2] & 0x7F;
    pretrack_ = command_[3];
    idle();
}

void I82077::perpendicular() {
    // The drive bits are written only with OW (bit 7).
    uint8_t value = command_[1];
    perpendicular_ = (value & 0x80) != 0
                         ? value & 0x3F
                         : static_cast<uint8_t>((perpendicular_ & 0x3C) | (value & 3));
    idle();
}

} // namespace bootglass
