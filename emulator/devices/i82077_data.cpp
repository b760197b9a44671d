// SPDX-License-Identifier: GPL-3.0-or-later
// What moves data (82077AA data sheet, sections 5.1.1 to 5.1.6). Raw images hold neither deleted
// data marks nor other IDs than C, H, R = 1 to sectors, N = 2: written marks are those of
// normal data, and a format command that asks for other IDs fails as on a protected disk.
#include "emulator/devices/i82077.h"
#include "emulator/devices/i82077_bits.h"

#include <algorithm>

namespace bootglass {

namespace {

// Bytes of the command phase
enum Byte : size_t {
    cylinderByte = 2,
    headByte,
    sectorByte,
    sizeByte,
    endByte,
    gapByte,
    lengthByte
};
enum FormatByte : size_t { formatSize = 2, formatSectors, formatGap, formatFill };
constexpr size_t formatIdBytes = 4; // C, H, R, N

} // namespace

// --- times

/// Until the head is settled on the disk; it stays there for a while.
uint64_t I82077::headNs() {
    VirtualNs now = clock_.now();
    bool down = headUnloads_[unit()] > now;
    uint64_t load = specify2_ >> 1 == 0 ? 128 : specify2_ >> 1; // 0 stands for the longest
    return down ? 0 : rateNs(load * fdc::loadUnitNs);
}

uint64_t I82077::sectorNs() const {
    const FloppyDrive *there = drive(unit());
    return there ? there->format().revolutionNs / there->format().sectors : 0;
}

// --- beginnings

/// Whether the medium's IDs can be read at all: if there is no disk, or no motor, no index pulse
/// ever ends the search, and the controller waits for its reset.
bool I82077::findSector() {
    const FloppyDrive *there = drive(unit());
    bool turns = there && there->loaded() && (dor_ & fdc::dorMotor0 << unit()) != 0;
    if (!turns) {
        step_ = Step::Nothing;
        return false;
    }
    if (there->format().readableAt(rate()) && (command_[0] & fdc::modifiedFm) != 0 &&
        there->formatted(side_))
        return true;
    st1_ |= fdc::st1MissingMark;
    begin(Step::NotFound, 2 * uint64_t{there->format().revolutionNs});
    return false;
}

void I82077::readId() {
    st1_ = st2_ = 0;
    side_ = static_cast<uint8_t>(head());
    cylinder_ = 0;
    sector_ = 1;
    if (findSector()) begin(Step::Id, headNs() + sectorNs());
}

void I82077::startData(Operation operation) {
    operation_ = operation;
    st1_ = st2_ = 0;
    cylinder_ = command_[cylinderByte];
    side_ = static_cast<uint8_t>(head());
    sector_ = operation == Operation::ReadTrack ? 1 : command_[sectorByte];
    lastTrackSector_ = command_[endByte];
    bool counts = operation == Operation::Verify && (command_[1] & 0x80) != 0;
    left_ = counts ? command_[lengthByte] : 0;
    if (operation == Operation::Scan) st2_ = fdc::st2ScanEqual; // until a byte differs
    uint64_t seekNs = 0;
    FloppyDrive *there = drive(unit());
    if ((configure_ & fdc::configureImpliedSeek) != 0 && there) {
        int steps = cylinder_ - there->cylinder();
        seekNs = static_cast<uint64_t>(std::abs(steps)) * stepNs();
        there->step(steps);
        seeks_[unit()].presentCylinder = cylinder_;
    }
    wires_.dmaRequest(!nonDma() && operation != Operation::Verify);
    nextSector(seekNs + headNs());
}

/// Looks for the sector and lets it pass under the head; the processor's data for it come before.
void I82077::nextSector(uint64_t searchNs) {
    if (!findSector()) return;
    const FloppyDrive &there = *drive(unit());
    bool anySector = operation_ == Operation::ReadTrack; // takes them as they come
    bool idMatches =
        cylinder_ == there.cylinder() && command_[sizeByte] == FloppyFormat::sizeCode &&
        (command_[headByte] & 1) == side_ && sector_ >= 1 && sector_ <= there.format().sectors;
    bool found = anySector ? sector_ >= 1 && sector_ <= there.format().sectors : idMatches;
    if (!found || !idMatches) st1_ |= fdc::st1NoData;
    if (cylinder_ != there.cylinder() && !anySector) st2_ |= fdc::st2WrongCylinder;
    if (!found) return begin(Step::NotFound, 2 * uint64_t{there.format().revolutionNs});
    bool fromHost = operation_ == Operation::Write || operation_ == Operation::Scan;
    if (fromHost && nonDma()) {
        buffer_.assign(FloppyFormat::sectorBytes, 0);
        return offerToHost(false);
    }
    begin(Step::Sector, searchNs + sectorNs());
}

// --- a sector has passed

void I82077::sectorElapsed() {
    uint64_t unload = (specify1_ & 0x0F) == 0 ? 16 : specify1_ & 0x0F; // 0 stands for the longest
    headUnloads_[unit()] = clock_.now() + rateNs(fdc::unloadUnitNs) * unload / haste;
    FloppyDrive &there = *drive(unit());
    if (step_ == Step::NotFound) return endData(fdc::st0Abnormal);
    if (step_ == Step::Id) {
        // The ID that came by: which one depends on when the command came, and on nothing else.
        cylinder_ = there.cylinder();
        sector_ = static_cast<uint8_t>(
            clock_.now().value / (sectorNs() / haste) % there.format().sectors + 1);
        return endData(0);
    }
    bool fromHost = operation_ == Operation::Write || operation_ == Operation::Scan;
    if (fromHost && nonDma()) { // buffer_ holds what the processor gave
        if (operation_ == Operation::Scan) {
            compare(buffer_);
        } else if (!there.write(side_, sector_, buffer_)) {
            st1_ |= fdc::st1NotWritable;
            return endData(fdc::st0Abnormal);
        }
        return sectorMoved(false);
    }
    if (fromHost) return moveByDma();

    buffer_.assign(FloppyFormat::sectorBytes, 0);
    if (!there.read(side_, sector_, buffer_)) { // the host cannot read its file
        st1_ |= fdc::st1DataError;
        st2_ |= fdc::st2DataError;
        return endData(fdc::st0Abnormal);
    }
    // All marks are those of normal data: READ DELETED skips, or reads one and ends.
    if (operation_ == Operation::ReadDeleted) {
        st2_ |= fdc::st2ControlMark;
        if ((command_[0] & fdc::skipDeleted) != 0) return sectorMoved(false);
    }
    if (operation_ == Operation::Verify) return sectorMoved(false);
    if (nonDma()) return offerToHost(true);
    moveByDma();
}

void I82077::moveByDma() {
    FloppyDrive &there = *drive(unit());
    bool toMemory = operation_ != Operation::Write && operation_ != Operation::Scan;
    if (!toMemory) buffer_.assign(FloppyFormat::sectorBytes, 0);
    Transferred moved;
    if ((dor_ & fdc::dorDmaGate) != 0) moved = wires_.dma(buffer_, toMemory);
    if (moved.bytes < buffer_.size() && !moved.terminalCount) {
        st1_ |= fdc::st1Overrun; // nobody answered the request in time
        return endData(fdc::st0Abnormal);
    }
    if (operation_ == Operation::Scan) {
        compare(std::span(buffer_).first(moved.bytes));
    } else if (!toMemory && !there.write(side_, sector_, buffer_)) { // zeros after TC
        st1_ |= fdc::st1NotWritable;
        return endData(fdc::st0Abnormal);
    }
    sectorMoved(moved.terminalCount);
}

/// SCAN: whether the disk's bytes are equal to the host's, or all at most or at least as great;
/// FFh on either side fits everything.
void I82077::compare(std::span<const uint8_t> fromHost) {
    std::vector<uint8_t> onDisk(FloppyFormat::sectorBytes);
    drive(unit())->read(side_, sector_, onDisk);
    bool equal = true;
    bool satisfied = true;
    for (size_t i = 0; i < fromHost.size(); ++i) {
        if (onDisk[i] == fromHost[i] || onDisk[i] == 0xFF || fromHost[i] == 0xFF) continue;
        equal = false;
        uint8_t code = command_[0] & 0x1F;
        bool fits = (code == fdc::scanLow && onDisk[i] < fromHost[i]) ||
                    (code == fdc::scanHigh && onDisk[i] > fromHost[i]);
        satisfied = satisfied && fits;
    }
    st2_ = static_cast<uint8_t>(st2_ & ~(fdc::st2ScanEqual | fdc::st2ScanNotSatisfied));
    if (equal) st2_ |= fdc::st2ScanEqual;
    if (!satisfied) st2_ |= fdc::st2ScanNotSatisfied;
}

void I82077::sectorMoved(bool terminalCount) {
    bool scanned = operation_ == Operation::Scan && (st2_ & fdc::st2ScanNotSatisfied) == 0;
    bool marked = operation_ == Operation::ReadDeleted && (command_[0] & fdc::skipDeleted) == 0;
    bool verified = operation_ == Operation::Verify && left_ != 0 && --left_ == 0;
    bool wentOn = advance();
    if (terminalCount || scanned || marked || verified) return endData(0);
    if (wentOn) return nextSector();
    // The last sector of the cylinder is done, and nobody has said that it was enough.
    bool scan = operation_ == Operation::Scan;
    bool whole = operation_ == Operation::ReadTrack || scan ||
                 (operation_ == Operation::Verify && (command_[1] & 0x80) == 0);
    if (whole) return endData(0);
    st1_ |= fdc::st1EndOfCylinder;
    endData(fdc::st0Abnormal);
}

/// To the next sector's ID; false at the end of the cylinder (data sheet, table 5-1: the result
/// then names the first sector of the next one).
bool I82077::advance() {
    uint8_t end = command_[endByte];
    uint8_t step = operation_ == Operation::Scan && command_[lengthByte] == 2 ? 2 : 1;
    if (operation_ == Operation::ReadTrack) {
        uint8_t sectors = drive(unit())->format().sectors;
        return ++sector_ <= std::min(end, sectors);
    }
    bool atEnd = sector_ == end || (step == 2 && sector_ + 1 == end);
    if (!atEnd) {
        sector_ = static_cast<uint8_t>(sector_ + step);
        return true;
    }
    sector_ = 1;
    bool multiTrack = (command_[0] & fdc::multiTrack) != 0;
    if (multiTrack) {
        command_[headByte] ^= 1;
        side_ ^= 1;
        if (side_ == 1) return true;
    }
    ++cylinder_;
    return false;
}

// --- by the processor

void I82077::offerToHost(bool toHost) {
    toHost_ = toHost;
    position_ = 0;
    step_ = Step::HostBytes;
    interrupt(true);
}

uint8_t I82077::hostRead() {
    uint8_t value = buffer_[position_];
    hostMoved();
    return value;
}

void I82077::hostWrite(uint8_t value) {
    buffer_[position_] = value;
    hostMoved();
}

/// The interrupt comes for each byte, or with the FIFO on for as many as its threshold asks for.
void I82077::hostMoved() {
    interrupt(false);
    ++position_;
    if (position_ < buffer_.size()) {
        size_t burst = (configure_ & fdc::configureFifoOff) != 0
                           ? 1
                           : (configure_ & fdc::configureThreshold) + size_t{1};
        if (position_ % burst == 0) interrupt(true);
        return;
    }
    if (toHost_) return sectorMoved(false);
    if ((command_[0] & 0x1F) == fdc::formatTrack)
        return begin(Step::Format, headNs() + drive(unit())->format().revolutionNs);
    begin(Step::Sector, headNs() + sectorNs());
}

// --- FORMAT TRACK

void I82077::startFormat() {
    st1_ = st2_ = 0;
    side_ = static_cast<uint8_t>(head());
    lastTrackSector_ = command_[formatSectors];
    const FloppyDrive *there = drive(unit());
    cylinder_ = there ? there->cylinder() : 0;
    sector_ = 1;
    wires_.dmaRequest(!nonDma());
    bool turns = there && there->loaded() && (dor_ & fdc::dorMotor0 << unit()) != 0;
    if (!turns) {
        step_ = Step::Nothing;
        return;
    }
    if (nonDma()) {
        buffer_.assign(command_[formatSectors] * formatIdBytes, 0);
        if (!buffer_.empty()) return offerToHost(false);
    }
    begin(Step::Format, headNs() + there->format().revolutionNs);
}

void I82077::formatElapsed() {
    FloppyDrive &there = *drive(unit());
    const FloppyFormat &format = there.format();
    std::vector<uint8_t> ids(command_[formatSectors] * formatIdBytes);
    if (nonDma()) {
        buffer_.resize(ids.size());
        ids = buffer_;
    } else {
        Transferred moved;
        if ((dor_ & fdc::dorDmaGate) != 0) moved = wires_.dma(ids, false);
        if (moved.bytes < ids.size()) {
            st1_ |= fdc::st1Overrun;
            return endData(fdc::st0Abnormal);
        }
    }
    bool possible = format.readableAt(rate()) && command_[formatSize] == FloppyFormat::sizeCode &&
                    (command_[0] & fdc::modifiedFm) != 0 &&
                    command_[formatSectors] == format.sectors && there.formatted(side_);
    std::vector<uint8_t> filler(FloppyFormat::sectorBytes, command_[formatFill]);
    for (size_t at = 0; possible && at < ids.size(); at += formatIdBytes) {
        possible = ids[at] == there.cylinder() && ids[at + 1] == side_ && ids[at + 2] >= 1 &&
                   ids[at + 2] <= format.sectors && ids[at + 3] == FloppyFormat::sizeCode &&
                   there.write(side_, ids[at + 2], filler);
    }
    if (!possible) st1_ |= fdc::st1NotWritable;
    endData(possible ? 0 : fdc::st0Abnormal);
}

// --- ends

void I82077::endData(uint8_t st0) {
    bool formats = (command_[0] & 0x1F) == fdc::formatTrack;
    bool identifies = (command_[0] & 0x1F) == fdc::readId;
    uint8_t sizeCode = formats || identifies ? FloppyFormat::sizeCode : command_[sizeByte];
    uint8_t headField = formats || identifies ? side_ : command_[headByte];
    auto status =
        static_cast<uint8_t>(st0 | (side_ != 0 ? fdc::st0Head : 0) | static_cast<uint8_t>(unit()));
    finish({status, st1_, st2_, cylinder_, headField, sector_, sizeCode}, true);
}

} // namespace bootglass
