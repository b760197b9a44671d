// SPDX-License-Identifier: GPL-3.0-or-later
// Registers, phases and state.
#include "emulator/devices/i82077.h"

#include "emulator/devices/i82077_bits.h"

#include <algorithm>
#include <cstdlib>

namespace bootglass {

namespace {

enum Port : uint16_t { dorPort = 2, tdrPort = 3, statusPort = 4, fifoPort = 5, dirPort = 7 };
constexpr size_t mostCommandBytes = 9;
constexpr size_t mostBufferBytes = 255 * 4; // the IDs of FORMAT TRACK
constexpr int mostSteps = 255;
constexpr size_t mostResultBytes = 10;

} // namespace

I82077::I82077(VirtualClock &clock, Wires wires)
    : clock_(clock),
      wires_(std::move(wires)),
      timer_(clock, "floppy", [this] { timeElapsed(); }),
      seekTimer_(clock, "floppy seek", [this] { seeksElapsed(); }) {
    reset();
}

void I82077::attach(unsigned unit, std::unique_ptr<FloppyDrive> drive) {
    drives_[unit & 3] = std::move(drive);
}

// --- registers

uint8_t I82077::mainStatus() const {
    if ((dor_ & fdc::dorNotReset) == 0 || step_ == Step::ResetDone) return 0;
    uint8_t status = 0;
    for (unsigned unit = 0; unit < units; ++unit)
        if (seeks_[unit].active || seeks_[unit].ended) status |= static_cast<uint8_t>(1U << unit);
    if (phase_ == Phase::Result) return status | fdc::msrRequest | fdc::msrToHost | fdc::msrBusy;
    if (phase_ == Phase::Execution) {
        status |= fdc::msrBusy;
        if (nonDma()) status |= fdc::msrNonDma;
        if (step_ == Step::HostBytes)
            status |= static_cast<uint8_t>(fdc::msrRequest | (toHost_ ? fdc::msrToHost : 0));
        return status;
    }
    if (!command_.empty()) status |= fdc::msrBusy;
    return status | fdc::msrRequest;
}

uint8_t I82077::read(uint16_t offset) {
    switch (offset) {
    case dorPort: return dor_;
    case tdrPort: return tdr_;
    case statusPort: return mainStatus();
    case fifoPort: return readFifo();
    case dirPort: {
        // The drive answers when its select and motor lines are driven.
        unsigned selected = dor_ & fdc::dorSelect;
        bool driven = (dor_ & fdc::dorMotor0 << selected) != 0;
        const FloppyDrive *there = drive(selected);
        return driven && there && there->changed() ? fdc::dirChanged : 0;
    }
    default: return 0xFF; // status registers A and B are not driven in AT mode
    }
}

void I82077::write(uint16_t offset, uint8_t value) {
    switch (offset) {
    case dorPort: writeDor(value); break;
    case tdrPort: tdr_ = value & 3; break;
    case statusPort: // DSR; the power-down bit is without effect: the next access would wake the
                     // chip
        dataRate_ = value & 3;
        precompensation_ = value >> 2 & 7;
        if ((value & fdc::dsrReset) != 0) {
            beginReset();
            endReset();
        }
        break;
    case fifoPort: writeFifo(value); break;
    case dirPort: dataRate_ = value & 3; break; // CCR
    default: break;
    }
}

void I82077::writeDor(uint8_t value) {
    bool held = (dor_ & fdc::dorNotReset) == 0;
    bool holds = (value & fdc::dorNotReset) == 0;
    dor_ = value;
    if (holds && !held) beginReset();
    if (held && !holds) endReset();
    updateInterrupt();
}

void I82077::beginReset() {
    timer_.cancel();
    seekTimer_.cancel();
    command_.clear();
    result_.clear();
    buffer_.clear();
    phase_ = Phase::Command;
    step_ = Step::Nothing;
    resetsToSense_ = 0;
    for (SeekState &seek : seeks_)
        seek = {.presentCylinder = 0};
    wires_.dmaRequest(false);
    interrupt(false);
    if (locked_) return; // 5.2.10
    configure_ =
        static_cast<uint8_t>((configure_ & ~fdc::configureThreshold) | fdc::configureFifoOff);
    pretrack_ = 0;
}

void I82077::endReset() {
    begin(Step::ResetDone, fdc::resetNs);
}

// --- phases

uint64_t I82077::rateNs(uint64_t atFastest) const {
    switch (rate()) { // of times at 500 kbit/s
    case FloppyRate::Mbps1: return atFastest / 2;
    case FloppyRate::Kbps300: return atFastest * 5 / 3;
    case FloppyRate::Kbps250: return atFastest * 2;
    case FloppyRate::Kbps500: break;
    }
    return atFastest;
}

void I82077::begin(Step step, uint64_t realNs) {
    step_ = step;
    timer_.armAfter(std::max<uint64_t>(realNs / haste, 1));
}

void I82077::timeElapsed() {
    switch (step_) {
    case Step::Nothing:
    case Step::HostBytes: break;
    case Step::ResetDone:
        step_ = Step::Nothing;
        // Polling finds all drives' ready lines changed (5.2.4). Drivers that have switched it off
        // (Linux does) wait for this interrupt after each reset all the same.
        resetsToSense_ = units;
        interrupt(true);
        break;
    case Step::Id:
    case Step::NotFound:
    case Step::Sector: sectorElapsed(); break;
    case Step::Format: formatElapsed(); break;
    }
}

void I82077::interrupt(bool level) {
    interrupt_ = level;
    updateInterrupt();
}

void I82077::updateInterrupt() {
    wires_.irq6.set(interrupt_ && (dor_ & fdc::dorDmaGate) != 0);
}

void I82077::idle() {
    phase_ = Phase::Command;
    step_ = Step::Nothing;
    command_.clear();
}

void I82077::finish(std::initializer_list<uint8_t> result, bool withInterrupt) {
    idle();
    phase_ = Phase::Result;
    result_ = result;
    buffer_.clear();
    wires_.dmaRequest(false);
    resultInterrupts_ = withInterrupt;
    if (!withInterrupt) return;
    resetsToSense_ = 0;
    interrupt(true);
}

uint8_t I82077::readFifo() {
    if ((mainStatus() & (fdc::msrRequest | fdc::msrToHost)) != (fdc::msrRequest | fdc::msrToHost))
        return 0;
    if (phase_ == Phase::Execution) return hostRead();
    if (resultInterrupts_) { // until the first byte is read, or a seek has ended meanwhile
        resultInterrupts_ = false;
        interrupt(false);
        if (std::ranges::any_of(seeks_, &SeekState::ended)) interrupt(true);
    }
    uint8_t value = result_.front();
    result_.erase(result_.begin());
    if (result_.empty()) idle();
    return value;
}

void I82077::writeFifo(uint8_t value) {
    if ((mainStatus() & (fdc::msrRequest | fdc::msrToHost)) != fdc::msrRequest) return;
    if (phase_ == Phase::Execution) return hostWrite(value);
    command_.push_back(value);
    if (command_.size() == lengthOf(command_[0])) {
        phase_ = Phase::Execution;
        execute();
    }
}

void I82077::reset() {
    dor_ = fdc::dorPowerOn;
    tdr_ = 0;
    dataRate_ = 2;
    precompensation_ = 0;
    specify1_ = specify2_ = 0;
    perpendicular_ = 0;
    locked_ = false;
    lastTrackSector_ = 0;
    headUnloads_ = {};
    beginReset();
    configure_ = fdc::configurePowerOn;
}

void I82077::serialize(Archive &archive) {
    archive.section("82077");
    bool irq = wires_.irq6.level();
    uint64_t position = position_;
    archive(dor_, tdr_, dataRate_, precompensation_, specify1_, specify2_, configure_, pretrack_,
            perpendicular_, locked_, lastTrackSector_, phase_, step_, command_, result_, interrupt_,
            resultInterrupts_, resetsToSense_, seeks_, headUnloads_);
    archive(operation_, cylinder_, side_, sector_, left_, st1_, st2_, buffer_, position, toHost_,
            irq);
    for (auto &drive : drives_)
        if (drive) archive(*drive);
    if (!archive.loading() || archive.failed()) return;
    bool commandFits = phase_ == Phase::Command
                           ? command_.empty() || command_.size() < lengthOf(command_[0])
                           : phase_ == Phase::Result ||
                                 (!command_.empty() && command_.size() == lengthOf(command_[0]));
    bool resultFits =
        result_.size() <= mostResultBytes && (phase_ == Phase::Result) != result_.empty();
    bool hostMoves = step_ == Step::HostBytes;
    if (phase_ > Phase::Result || step_ > Step::HostBytes || operation_ > Operation::Scan ||
        command_.size() > mostCommandBytes || !commandFits || !resultFits ||
        buffer_.size() > mostBufferBytes || (hostMoves && position >= buffer_.size()) ||
        (hostMoves && phase_ != Phase::Execution))
        return archive.fail("the saved state has a floppy controller in an impossible state");
    bool onMedium = step_ != Step::Nothing && step_ != Step::ResetDone;
    bool steps = std::ranges::all_of(
        seeks_, [](const SeekState &seek) { return std::abs(int64_t{seek.steps}) <= mostSteps; });
    if ((onMedium && (phase_ != Phase::Execution || !drive(unit()) || !drive(unit())->loaded())) ||
        !steps)
        return archive.fail("the saved state has a floppy controller without its drive");
    position_ = static_cast<size_t>(position);
    wires_.irq6.restore(irq);
}

} // namespace bootglass
