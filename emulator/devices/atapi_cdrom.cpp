// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/atapi_cdrom.h"

#include <algorithm>

namespace bootglass {

namespace {

// Interrupt reason, in the count register (ATA-6, 9.9): what the drive wants.
constexpr uint8_t reasonPacket = 0x01; // C/D: the host is to write a packet
constexpr uint8_t reasonDataIn = 0x02; // I/O: the host is to read data
constexpr uint8_t reasonStatus = 0x03;

constexpr uint8_t packetCommand = 0xa0;
constexpr uint8_t deviceReset = 0x08;
constexpr uint8_t featureDma = 0x01;
constexpr uint32_t mostPiece = 0xfffe;
constexpr size_t dmaPiece = 65536;

} // namespace

AtapiCdrom::AtapiCdrom(std::unique_ptr<DiskImage> image, std::string serial)
    : image_(std::move(image)), serial_(std::move(serial)) {}

void AtapiCdrom::resetState(bool powerOn) {
    step_ = Step::Idle;
    answer_.clear();
    next_ = left_ = 0;
    if (!powerOn) return;
    sense_ = {};
    trayOpen_ = locked_ = false;
    mediaEvent_ = 0;
    multiwordMode_ = 2;
}

void AtapiCdrom::setSignature() {
    // The signature of a packet device (9.12); it does not show itself ready until asked.
    now_ = {.count = 1, .lbaLow = 1, .lbaMid = 0x14, .lbaHigh = 0xeb};
    status_ = 0;
}

void AtapiCdrom::after(uint64_t ns, Step step) {
    step_ = step;
    wait(ns);
}

bool AtapiCdrom::takesWhileBusy(uint8_t command) const {
    return command == deviceReset;
}

void AtapiCdrom::execute(uint8_t command) {
    switch (command) {
    case packetCommand: startPacket(); break;
    case 0xa1: after(ata::commandNs, Step::Identify); break; // IDENTIFY PACKET DEVICE
    case deviceReset: {
        uint8_t place = device_ & ata::deviceSecond; // stays, unlike after SRST (8.10)
        beginReset();
        finishReset(false);
        device_ = place;
        break;
    }
    case 0x20: // READ SECTORS, IDENTIFY DEVICE: refused, with the signature (8.15, 8.34)
    case 0xec:
        step_ = Step::Idle;
        setSignature();
        fail(ata::errorAborted);
        break;
    case 0xef: setFeatures(); break;
    case 0xe5: // CHECK POWER MODE
        now_.count = 0xff;
        after(ata::commandNs, Step::Complete);
        break;
    case 0xe0: // STANDBY IMMEDIATE, IDLE IMMEDIATE, STANDBY, IDLE, SLEEP
    case 0xe1:
    case 0xe2:
    case 0xe3:
    case 0xe6: after(ata::commandNs, Step::Complete); break;
    default: step_ = Step::Idle; fail(ata::errorAborted);
    }
}

void AtapiCdrom::setFeatures() {
    uint8_t mode = now_.count;
    if (now_.features == 0x03) {
        if (mode >= 0x20 && mode <= 0x22)
            multiwordMode_ = mode & 7;
        else if (mode > 0x0c) {
            step_ = Step::Idle;
            return fail(ata::errorAborted);
        }
    }
    after(ata::commandNs, Step::Complete);
}

void AtapiCdrom::startPacket() {
    dma_ = (now_.features & featureDma) != 0;
    uint32_t limit = static_cast<uint32_t>(now_.lbaHigh << 8 | now_.lbaMid) & mostPiece;
    limit_ = limit == 0 ? mostPiece : limit;
    now_.count = reasonPacket;
    step_ = Step::Packet;
    buffer_.assign(packet_.size(), 0);
    offerBlock(Data::Out, false);
}

void AtapiCdrom::blockMoved() {
    switch (step_) {
    case Step::Packet:
        std::copy(buffer_.begin(), buffer_.end(), packet_.begin());
        after(ata::commandNs, Step::Run);
        break;
    case Step::Piece:
        if (left_ == 0)
            after(ata::commandNs, Step::Finish);
        else
            after(std::min<uint64_t>(left_, limit_) * nsPerByte, Step::Piece);
        break;
    default: status_ = ata::ready | ata::seekComplete;
    }
}

void AtapiCdrom::timeElapsed() {
    switch (step_) {
    case Step::Idle:
    case Step::Packet: break;
    case Step::Complete:
        step_ = Step::Idle;
        complete();
        break;
    case Step::Identify:
        step_ = Step::Idle;
        buffer_ = identify();
        offerBlock(Data::In, true);
        break;
    case Step::Run: runPacket(); break;
    case Step::Piece: sendPiece(); break;
    case Step::Dma: sendByDma(); break;
    case Step::Finish: finish(); break;
    }
}

void AtapiCdrom::sendAnswer(bool fromMedium) {
    fromMedium_ = fromMedium;
    if (left_ == 0) return finish();
    uint64_t access = fromMedium ? accessNs : 0;
    if (dma_) {
        step_ = Step::Dma;
        waitForDma(access + left_ * nsPerByte);
    } else if (fromMedium) {
        after(access + std::min<uint64_t>(left_, limit_) * nsPerByte, Step::Piece);
    } else {
        sendPiece();
    }
}

bool AtapiCdrom::fetch(std::span<uint8_t> bytes) {
    if (fromMedium_) {
        if (!image_ || !image_->read(next_, bytes)) return false;
    } else {
        if (next_ > answer_.size() || bytes.size() > answer_.size() - next_) return false;
        std::copy_n(answer_.begin() + static_cast<ptrdiff_t>(next_), bytes.size(), bytes.begin());
    }
    next_ += bytes.size();
    left_ -= bytes.size();
    return true;
}

void AtapiCdrom::sendPiece() {
    step_ = Step::Piece;
    buffer_.assign(static_cast<size_t>(std::min<uint64_t>(left_, limit_)), 0);
    if (!fetch(buffer_)) return check({.key = 0x03, .code = 0x11}); // unrecovered read error
    now_.count = reasonDataIn;
    now_.lbaMid = static_cast<uint8_t>(buffer_.size());
    now_.lbaHigh = static_cast<uint8_t>(buffer_.size() >> 8);
    offerBlock(Data::In, true);
}

void AtapiCdrom::sendByDma() {
    std::vector<uint8_t> piece;
    while (left_ > 0) {
        piece.resize(static_cast<size_t>(std::min<uint64_t>(left_, dmaPiece)));
        if (!fetch(piece)) return check({.key = 0x03, .code = 0x11});
        if (!cable_->transfer(piece, true)) {
            // The host's table was too short: the drive holds the rest until it is reset.
            step_ = Step::Idle;
            status_ = ata::ready | ata::seekComplete | ata::dataRequest;
            return;
        }
    }
    finish();
}

void AtapiCdrom::finish() {
    step_ = Step::Idle;
    now_.count = reasonStatus;
    complete();
}

void AtapiCdrom::check(Sense sense) {
    sense_ = sense;
    step_ = Step::Idle;
    left_ = 0;
    now_.count = reasonStatus;
    fail(static_cast<uint8_t>(sense.key << 4));
}

std::vector<uint8_t> AtapiCdrom::identify() const {
    IdentifyWords words;
    words.set(0, 0x85c0); // packet device, CD-ROM, removable, DRQ within 50 µs, 12-byte packets
    words.setText(10, 10, serial_);
    words.setText(23, 4, "1.0");
    words.setText(27, 20, "BOOTGLASS CD-ROM");
    words.set(49, 1 << 11 | 1 << 9 | 1 << 8); // IORDY, LBA, DMA
    words.set(53, 2);                         // words 64–70 hold
    words.set(63, 0x07u | 0x100u << multiwordMode_);
    words.set(64, 3);
    for (unsigned word = 65; word <= 68; ++word)
        words.set(word, 120);
    words.set(80, 0x70); // ATA/ATAPI-4 to 6
    words.set(81, 0x19);
    constexpr uint32_t commandSets =
        1 << 14 | 1 << 9 | 1 << 4 | 1 << 3; // NOP, reset, packet, power
    words.set(82, commandSets);
    words.set(83, 1 << 14);
    words.set(84, 1 << 14);
    words.set(85, commandSets);
    words.set(87, 1 << 14);
    return words.take();
}

void AtapiCdrom::serialize(Archive &archive) {
    archive.section("atapi cdrom");
    AtaDevice::serialize(archive);
    archive(step_, packet_, dma_, limit_, fromMedium_, answer_, next_, left_, sense_.key,
            sense_.code, sense_.qualifier, trayOpen_, locked_, mediaEvent_, multiwordMode_);
    bool medium = image_ != nullptr;
    archive(medium);
    if (archive.loading() && medium != (image_ != nullptr))
        return archive.fail("the saved state has another CD in the drive");
    if (image_) archive(*image_);
    if (!archive.loading() || archive.failed()) return;
    if (step_ > Step::Finish || limit_ < 2 || limit_ > mostPiece || multiwordMode_ > 2 ||
        (step_ == Step::Packet && buffer_.size() != packet_.size()))
        archive.fail("the saved state has a CD drive with impossible settings");
}

} // namespace bootglass
