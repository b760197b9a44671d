// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ata_disk.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint8_t noMode = 0xff;
constexpr uint64_t most28 = 0x0fffffff;
// One piece of a DMA transfer between image and memory; the guest cannot tell.
constexpr size_t dmaPiece = 65536;

} // namespace

DiskGeometry DiskGeometry::forSectors(uint64_t sectors) {
    uint64_t cylinders = std::clamp<uint64_t>(sectors / (16 * 63), 2, 16383);
    return {static_cast<uint32_t>(cylinders), 16, 63};
}

AtaDisk::AtaDisk(std::unique_ptr<DiskImage> image, std::string serial)
    : image_(std::move(image)),
      serial_(std::move(serial)),
      sectors_(image_->size() / sectorBytes),
      geometry_(DiskGeometry::forSectors(sectors_)),
      current_(geometry_) {}

void AtaDisk::resetState(bool powerOn) {
    step_ = Step::Idle;
    remaining_ = 0;
    blockSectors_ = 1;
    // Settings outlive a software reset (ATA-6, 8.46: "reverting to power-on defaults" is off).
    if (!powerOn) return;
    current_ = geometry_;
    multiple_ = mostMultiple;
    multiwordMode_ = 2;
    ultraMode_ = noMode;
    writeCache_ = true;
}

void AtaDisk::setSignature() {
    now_ = {.count = 1, .lbaLow = 1};
    status_ = ata::ready | ata::seekComplete;
}

void AtaDisk::after(uint64_t ns, Step step) {
    step_ = step;
    wait(ns);
}

void AtaDisk::abort() {
    step_ = Step::Idle;
    fail(ata::errorAborted);
}

void AtaDisk::execute(uint8_t command) {
    switch (command) {
    case 0x20: // READ SECTORS
    case 0x21: startRead(false, 1); break;
    case 0x24: startRead(true, 1); break;          // READ SECTORS EXT
    case 0xc4: startRead(false, multiple_); break; // READ MULTIPLE
    case 0x29: startRead(true, multiple_); break;
    case 0x30: // WRITE SECTORS
    case 0x31: startWrite(false, 1); break;
    case 0x34: startWrite(true, 1); break;
    case 0xc5: startWrite(false, multiple_); break; // WRITE MULTIPLE
    case 0x39: startWrite(true, multiple_); break;
    case 0xc8: // READ DMA
    case 0xc9: startDma(false, Step::ReadDma); break;
    case 0x25: startDma(true, Step::ReadDma); break;
    case 0xca: // WRITE DMA
    case 0xcb: startDma(false, Step::WriteDma); break;
    case 0x35: startDma(true, Step::WriteDma); break;
    case 0x40: // READ VERIFY SECTORS
    case 0x41: startVerify(false); break;
    case 0x42: startVerify(true); break;
    case 0xec: after(ata::commandNs, Step::Identify); break;
    case 0xef: setFeatures(); break;
    case 0xc6: setMultiple(); break;
    case 0x91: setGeometry(); break;
    case 0xf8: readNativeMax(false); break;
    case 0x27: readNativeMax(true); break;
    case 0x70: // SEEK
        if (!takeAddress(false)) return;
        remaining_ = 0;
        after(accessNs, Step::Complete);
        break;
    case 0xe7: // FLUSH CACHE
    case 0xea: after(accessNs, Step::Complete); break;
    case 0x94: // the power commands by their old codes, then by their present ones
    case 0x95:
    case 0x96:
    case 0x97:
    case 0x99:
    case 0xe0: // STANDBY IMMEDIATE
    case 0xe1: // IDLE IMMEDIATE
    case 0xe2: // STANDBY
    case 0xe3: // IDLE
    case 0xe6: // SLEEP
        after(ata::commandNs, Step::Complete);
        break;
    case 0x98:
    case 0xe5:             // CHECK POWER MODE
        now_.count = 0xff; // active or idle
        after(ata::commandNs, Step::Complete);
        break;
    default:
        if ((command & 0xf0) == 0x10)
            after(accessNs, Step::Complete); // RECALIBRATE
        else
            abort(); // among them NOP, which is defined to
    }
}

bool AtaDisk::takeAddress(bool extended) {
    extended_ = extended;
    if (extended) {
        lba_ = uint64_t{before_.lbaHigh} << 40 | uint64_t{before_.lbaMid} << 32 |
               uint64_t{before_.lbaLow} << 24 | uint64_t{now_.lbaHigh} << 16 |
               uint64_t{now_.lbaMid} << 8 | now_.lbaLow;
        remaining_ = static_cast<uint32_t>(before_.count << 8 | now_.count);
        if (remaining_ == 0) remaining_ = 65536;
        return true;
    }
    remaining_ = now_.count == 0 ? 256 : now_.count;
    uint32_t cylinder = static_cast<uint32_t>(now_.lbaHigh << 8 | now_.lbaMid);
    uint32_t head = device_ & 0x0f;
    if ((device_ & ata::deviceLba) != 0) {
        lba_ = uint64_t{head} << 24 | cylinder << 8 | now_.lbaLow;
        return true;
    }
    if (now_.lbaLow == 0 || now_.lbaLow > current_.sectors || head >= current_.heads) {
        step_ = Step::Idle;
        fail(ata::errorIdNotFound);
        return false;
    }
    lba_ = (uint64_t{cylinder} * current_.heads + head) * current_.sectors + now_.lbaLow - 1;
    return true;
}

void AtaDisk::storeAddress() {
    auto byte = [this](unsigned i) { return static_cast<uint8_t>(lba_ >> 8 * i); };
    now_.count = static_cast<uint8_t>(remaining_);
    if (!extended_ && (device_ & ata::deviceLba) == 0) {
        uint64_t track = lba_ / current_.sectors;
        uint64_t cylinder = track / current_.heads;
        now_.lbaLow = static_cast<uint8_t>(lba_ % current_.sectors + 1);
        now_.lbaMid = static_cast<uint8_t>(cylinder);
        now_.lbaHigh = static_cast<uint8_t>(cylinder >> 8);
        device_ = static_cast<uint8_t>((device_ & 0xf0) | (track % current_.heads));
        return;
    }
    now_.lbaLow = byte(0);
    now_.lbaMid = byte(1);
    now_.lbaHigh = byte(2);
    if (extended_) {
        before_.count = static_cast<uint8_t>(remaining_ >> 8);
        before_.lbaLow = byte(3);
        before_.lbaMid = byte(4);
        before_.lbaHigh = byte(5);
    } else {
        device_ = static_cast<uint8_t>((device_ & 0xf0) | (byte(3) & 0x0f));
    }
}

bool AtaDisk::inRange(uint64_t count) const {
    return lba_ <= sectors_ && count <= sectors_ - lba_;
}

uint64_t AtaDisk::blockSize() const {
    return uint64_t{std::min(remaining_, blockSectors_)} * sectorBytes;
}

void AtaDisk::startRead(bool extended, unsigned blockSectors) {
    if (blockSectors == 0) return abort(); // READ MULTIPLE is switched off
    if (!takeAddress(extended)) return;
    blockSectors_ = blockSectors;
    after(accessNs + blockSize() * nsPerByte, Step::ReadBlock);
}

void AtaDisk::startWrite(bool extended, unsigned blockSectors) {
    if (blockSectors == 0) return abort();
    if (!takeAddress(extended)) return;
    blockSectors_ = blockSectors;
    if (!inRange(1)) return failAccess(ata::errorIdNotFound);
    step_ = Step::WriteBlock;
    buffer_.assign(blockSize(), 0);
    offerBlock(Data::Out, false); // the first block is asked for without an interrupt
}

void AtaDisk::startDma(bool extended, Step step) {
    if (!takeAddress(extended)) return;
    step_ = step;
    waitForDma(accessNs + uint64_t{remaining_} * sectorBytes * nsPerByte);
}

void AtaDisk::startVerify(bool extended) {
    if (!takeAddress(extended)) return;
    after(accessNs + uint64_t{remaining_} * sectorBytes * nsPerByte, Step::Verify);
}

void AtaDisk::timeElapsed() {
    switch (step_) {
    case Step::Idle: break;
    case Step::Complete:
        step_ = Step::Idle;
        complete();
        break;
    case Step::Identify:
        step_ = Step::Idle;
        buffer_ = identify();
        offerBlock(Data::In, true);
        break;
    case Step::ReadBlock: readBlock(); break;
    case Step::WriteBlock: writeBlock(); break;
    case Step::Verify:
        if (!inRange(remaining_)) return failAccess(ata::errorIdNotFound);
        lba_ += remaining_ - 1;
        remaining_ = 0;
        storeAddress();
        step_ = Step::Idle;
        complete();
        break;
    case Step::ReadDma: moveByDma(true); break;
    case Step::WriteDma: moveByDma(false); break;
    }
}

void AtaDisk::blockMoved() {
    uint64_t time = blockSize() * nsPerByte;
    if (step_ == Step::ReadBlock) return wait(time);
    // The write cache takes blocks as they come; its seeks are hidden from the host.
    if (step_ == Step::WriteBlock) return wait(time);
    status_ = ata::ready | ata::seekComplete;
}

void AtaDisk::readBlock() {
    uint64_t count = std::min(remaining_, blockSectors_);
    if (!inRange(count)) return failAccess(ata::errorIdNotFound);
    buffer_.assign(count * sectorBytes, 0);
    if (!image_->read(lba_ * sectorBytes, buffer_)) return failAccess(ata::errorUncorrectable);
    lba_ += count - 1; // the registers name the last sector that was moved
    remaining_ -= static_cast<uint32_t>(count);
    storeAddress();
    ++lba_;
    if (remaining_ == 0) step_ = Step::Idle;
    offerBlock(Data::In, true);
}

void AtaDisk::writeBlock() {
    uint64_t count = buffer_.size() / sectorBytes;
    if (count == 0 || !inRange(count)) return failAccess(ata::errorIdNotFound);
    if (!image_->write(lba_ * sectorBytes, buffer_)) return failAccess(ata::errorUncorrectable);
    lba_ += count - 1;
    remaining_ -= static_cast<uint32_t>(std::min<uint64_t>(count, remaining_));
    storeAddress();
    ++lba_;
    if (remaining_ == 0) {
        step_ = Step::Idle;
        return complete();
    }
    buffer_.assign(blockSize(), 0);
    offerBlock(Data::Out, true);
}

void AtaDisk::moveByDma(bool toMemory) {
    std::vector<uint8_t> piece;
    while (remaining_ > 0) {
        uint64_t count = std::min<uint64_t>(remaining_, dmaPiece / sectorBytes);
        // Up to the end of the disk what is there is moved, as from a real one.
        if (!inRange(count)) count = lba_ < sectors_ ? sectors_ - lba_ : 0;
        if (count == 0) return failAccess(ata::errorIdNotFound);
        piece.resize(count * sectorBytes);
        if (toMemory && !image_->read(lba_ * sectorBytes, piece))
            return failAccess(ata::errorUncorrectable);
        if (!cable_->transfer(piece, toMemory)) {
            // The host's table was too short. The drive keeps asking for the rest until it is reset
            // (bus master IDE specification 1.0, section 3.1: no interrupt comes).
            step_ = Step::Idle;
            status_ = ata::ready | ata::seekComplete | ata::dataRequest;
            return;
        }
        if (!toMemory && !image_->write(lba_ * sectorBytes, piece))
            return failAccess(ata::errorUncorrectable);
        lba_ += count;
        remaining_ -= static_cast<uint32_t>(count);
    }
    --lba_;
    storeAddress();
    step_ = Step::Idle;
    complete();
}

void AtaDisk::failAccess(uint8_t errorBits) {
    storeAddress();
    step_ = Step::Idle;
    fail(errorBits);
}

void AtaDisk::readNativeMax(bool extended) {
    extended_ = extended;
    lba_ = extended ? sectors_ - 1 : std::min(sectors_ - 1, most28);
    remaining_ = now_.count;
    device_ |= ata::deviceLba;
    storeAddress();
    after(ata::commandNs, Step::Complete);
}

void AtaDisk::setMultiple() {
    // Powers of two; zero switches the command pair off (ATA-6, 8.49).
    uint8_t count = now_.count;
    if (count > mostMultiple || (count & (count - 1)) != 0) return abort();
    multiple_ = count;
    after(ata::commandNs, Step::Complete);
}

void AtaDisk::setGeometry() {
    uint32_t heads = (device_ & 0x0fu) + 1;
    uint32_t sectors = now_.count;
    if (sectors == 0) return abort();
    uint64_t cylinders = std::min<uint64_t>(sectors_ / (heads * sectors), 65535);
    if (cylinders == 0) return abort();
    current_ = {static_cast<uint32_t>(cylinders), heads, sectors};
    after(ata::commandNs, Step::Complete);
}

void AtaDisk::setFeatures() {
    switch (now_.features) {
    case 0x02: writeCache_ = true; break;
    case 0x82: writeCache_ = false; break;
    case 0x03: { // transfer mode, in the count register
        uint8_t mode = now_.count & 7;
        switch (now_.count >> 3) {
        case 0: break; // default PIO mode
        case 1:        // PIO with flow control
            if (mode > 4) return abort();
            break;
        case 4: // multiword DMA
            if (mode > 2) return abort();
            multiwordMode_ = mode;
            ultraMode_ = noMode;
            break;
        case 8: // Ultra DMA
            if (mode > 5) return abort();
            ultraMode_ = mode;
            multiwordMode_ = noMode;
            break;
        default: return abort();
        }
        break;
    }
    case 0x55: // read look-ahead off, on
    case 0xaa:
    case 0x66: // keep settings at a software reset, or revert to defaults
    case 0xcc: break;
    default: return abort();
    }
    after(ata::commandNs, Step::Complete);
}

std::vector<uint8_t> AtaDisk::identify() const {
    IdentifyWords words;
    uint32_t currentSectors = current_.cylinders * current_.heads * current_.sectors;
    words.set(0, 0x0040); // fixed disk
    words.set(1, geometry_.cylinders);
    words.set(3, geometry_.heads);
    words.set(6, geometry_.sectors);
    words.setText(10, 10, serial_);
    words.setText(23, 4, "1.0");
    words.setText(27, 20, "BOOTGLASS HARDDISK");
    words.set(47, 0x8000 | mostMultiple);
    words.set(48, 1);                         // 32-bit accesses to the data port
    words.set(49, 1 << 11 | 1 << 9 | 1 << 8); // IORDY, LBA, DMA
    words.set(50, 1 << 14);
    words.set(51, 0x0200);
    words.set(53, 7); // words 54–58, 64–70 and 88 hold
    words.set(54, current_.cylinders);
    words.set(55, current_.heads);
    words.set(56, current_.sectors);
    words.set32(57, currentSectors);
    words.set(59, multiple_ != 0 ? 0x100u | multiple_ : 0u);
    words.set32(60, static_cast<uint32_t>(std::min(sectors_, most28)));
    words.set(63, 0x07u | (multiwordMode_ == noMode ? 0u : 0x100u << multiwordMode_));
    words.set(64, 3); // PIO modes 3 and 4
    for (unsigned word = 65; word <= 68; ++word)
        words.set(word, 120); // cycle times, ns
    words.set(80, 0x7e);      // ATA-1 to ATA/ATAPI-6
    words.set(81, 0x19);      // ATA/ATAPI-6, T13/1410D revision 3a
    constexpr uint32_t writeCache = 1 << 5;
    constexpr uint32_t powerManagement = 1 << 3;
    constexpr uint32_t nop = 1 << 14;
    constexpr uint32_t large = 1 << 13 | 1 << 12 | 1 << 10; // both flushes, 48-bit addresses
    words.set(82, nop | writeCache | powerManagement);
    words.set(83, 1 << 14 | large);
    words.set(84, 1 << 14);
    words.set(85, nop | powerManagement | (writeCache_ ? writeCache : 0));
    words.set(86, large);
    words.set(87, 1 << 14);
    words.set(88, 0x3fu | (ultraMode_ == noMode ? 0u : 0x100u << ultraMode_));
    words.set(93, 1 << 14 | 1 << 13 | 1); // an 80-wire cable
    words.set32(100, static_cast<uint32_t>(sectors_));
    words.set32(102, static_cast<uint32_t>(sectors_ >> 32));
    return words.take();
}

void AtaDisk::serialize(Archive &archive) {
    archive.section("ata disk");
    AtaDevice::serialize(archive);
    archive(step_, extended_, lba_, remaining_, blockSectors_, current_.cylinders, current_.heads,
            current_.sectors, multiple_, multiwordMode_, ultraMode_, writeCache_, *image_);
    if (!archive.loading() || archive.failed()) return;
    auto mode = [](uint8_t value, uint8_t most) { return value == noMode || value <= most; };
    bool geometry =
        current_.heads - 1 < 16 && current_.sectors - 1 < 255 && current_.cylinders - 1 < 65535;
    if (step_ > Step::WriteDma || remaining_ > 65536 || blockSectors_ - 1 >= mostMultiple ||
        multiple_ > mostMultiple || !mode(multiwordMode_, 2) || !mode(ultraMode_, 5) || !geometry)
        archive.fail("the saved state has a disk with impossible settings");
}

} // namespace bootglass
