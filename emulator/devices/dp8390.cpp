// SPDX-License-Identifier: GPL-3.0-or-later
// Registers by the DP8390D data sheet (National Semiconductor, 1995), chapter 10; the card's ports
// and the RTL8029AS's own registers by Realtek's data sheet.
#include "emulator/devices/dp8390.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint16_t dataPort = 0x10;
constexpr uint16_t resetPort = 0x18;

// Command register
constexpr uint8_t commandStop = 0x01;
constexpr uint8_t commandStart = 0x02;
constexpr uint8_t commandTransmit = 0x04;
constexpr uint8_t remoteMask = 0x38;
constexpr uint8_t remoteRead = 0x08;
constexpr uint8_t remoteWrite = 0x10;
constexpr uint8_t remoteSend = 0x18; // reads the next frame of the ring
constexpr uint8_t remoteAbort = 0x20;

// Interrupt status
constexpr uint8_t isrReceived = 0x01;
constexpr uint8_t isrTransmitted = 0x02;
constexpr uint8_t isrOverwritten = 0x10;
constexpr uint8_t isrRemoteDone = 0x40;
constexpr uint8_t isrReset = 0x80;

// Configurations
constexpr uint8_t dcrWords = 0x01;
constexpr uint8_t dcrNoLoopback = 0x08;
constexpr uint8_t tcrLoopback = 0x06;
constexpr uint8_t rcrRunts = 0x02;
constexpr uint8_t rcrBroadcast = 0x04;
constexpr uint8_t rcrMulticast = 0x08;
constexpr uint8_t rcrPromiscuous = 0x10;
constexpr uint8_t rcrMonitor = 0x20;

constexpr uint8_t transmitOk = 0x01;
constexpr uint8_t receiveOk = 0x01;
constexpr uint8_t receiveMulticast = 0x20;

constexpr size_t pageBytes = 256;
constexpr size_t ringHeaderBytes = 4;
constexpr size_t shortestFrame = 60; // without its checksum
constexpr size_t checksumBytes = 4;
// A byte at 10 Mbit/s, and what surrounds a frame: preamble, checksum and the gap after it.
constexpr uint64_t nsPerByte = 800;
constexpr uint64_t framing = 8 + 4 + 12;

/// Bit of the multicast filter: the upper six of the frame check's CRC over the address.
unsigned multicastIndex(const std::vector<uint8_t> &frame) {
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < 6; ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            bool carry = ((crc >> 31) ^ (frame[i] >> bit & 1)) != 0;
            crc = crc << 1 ^ (carry ? 0x04C11DB7 : 0);
        }
    }
    return crc >> 26;
}

} // namespace

Dp8390::Dp8390(VirtualClock &clock, StationAddress address, std::function<void(uint32_t)> map,
               std::function<void(uint32_t)> unmap)
    : pci_({.vendor = 0x10EC, .device = 0x8029, .classCode = 0x020000, .interruptPin = 1}),
      timer_(clock, "NE2000 transmission", [this] { transmitted(); }),
      rom_(address),
      buffer_(memoryEnd - memoryStart) {
    pci_.addBar(
        0,
        {.kind = PciBar::Kind::Io, .size = 256, .map = std::move(map), .unmap = std::move(unmap)});
    resetChip();
}

void Dp8390::resetChip() {
    command_ = commandStop | remoteAbort;
    interruptStatus_ = isrReset;
    interruptMask_ = 0;
    timer_.cancel();
    updateInterrupt();
}

void Dp8390::reset() {
    pci_.reset();
    pageStart_ = pageStop_ = boundary_ = current_ = transmitPage_ = 0;
    transmitCount_ = remoteAddress_ = remoteCount_ = localAddress_ = 0;
    receiveConfiguration_ = transmitConfiguration_ = dataConfiguration_ = 0;
    receiveStatus_ = transmitStatus_ = 0;
    errorCounts_ = {};
    physical_ = {};
    multicast_ = {};
    std::ranges::fill(buffer_, uint8_t{0});
    resetChip();
}

// --- the card's address space: 32 bytes of address ROM, nothing, 32 KiB of packet memory

uint8_t Dp8390::memory(uint16_t address) const {
    // The ROM has each byte twice, since a card with an 8-bit bus reads it the same way; its 15th
    // and 16th bytes say that the card has a 16-bit one.
    if (address < 32) {
        size_t byte = address / 2;
        if (byte < rom_.size()) return rom_[byte];
        return byte >= 14 ? 0x57 : 0;
    }
    if (address < memoryStart || address >= memoryEnd) return 0xFF;
    return buffer_[address - memoryStart];
}

void Dp8390::setMemory(uint16_t address, uint8_t value) {
    if (address >= memoryStart && address < memoryEnd) buffer_[address - memoryStart] = value;
}

// --- remote DMA

/// Counts a transfer of the data port; returns where it takes place.
uint16_t Dp8390::advanceRemote(unsigned bytes) {
    uint16_t at = remoteAddress_;
    remoteAddress_ = static_cast<uint16_t>(remoteAddress_ + bytes);
    // In the ring, a frame goes on at its start.
    if (remoteAddress_ == pageStop_ << 8) remoteAddress_ = static_cast<uint16_t>(pageStart_ << 8);
    remoteCount_ = static_cast<uint16_t>(remoteCount_ - std::min<unsigned>(bytes, remoteCount_));
    if (remoteCount_ == 0) setInterrupt(isrRemoteDone);
    return at;
}

uint32_t Dp8390::readData(unsigned size) {
    uint8_t mode = command_ & remoteMask;
    if (mode != remoteRead && mode != remoteSend) return 0xFFFFFFFF;
    // The data bus is as wide as the data configuration says; a wider access is several.
    unsigned unit = (dataConfiguration_ & dcrWords) != 0 ? 2 : 1;
    uint32_t value = 0;
    for (unsigned done = 0; done < size; done += unit) {
        if (remoteCount_ == 0) return value;
        uint16_t at = advanceRemote(unit);
        if (unit == 2) at &= 0xFFFE;
        uint32_t bits = memory(at);
        if (unit == 2) bits |= uint32_t{memory(static_cast<uint16_t>(at + 1))} << 8;
        value |= bits << 8 * done;
    }
    return value;
}

void Dp8390::writeData(uint32_t value, unsigned size) {
    if ((command_ & remoteMask) != remoteWrite) return;
    unsigned unit = (dataConfiguration_ & dcrWords) != 0 ? 2 : 1;
    for (unsigned done = 0; done < size; done += unit) {
        if (remoteCount_ == 0) return;
        uint16_t at = advanceRemote(unit);
        if (unit == 2) at &= 0xFFFE;
        setMemory(at, static_cast<uint8_t>(value >> 8 * done));
        if (unit == 2)
            setMemory(static_cast<uint16_t>(at + 1), static_cast<uint8_t>(value >> 8 * (done + 1)));
    }
}

// --- frames

void Dp8390::transmit() {
    timer_.armAfter((std::max<uint64_t>(transmitCount_, shortestFrame) + framing) * nsPerByte);
}

void Dp8390::transmitted() {
    std::vector<uint8_t> frame(transmitCount_);
    for (size_t i = 0; i < frame.size(); ++i)
        frame[i] = memory(static_cast<uint16_t>((transmitPage_ << 8) + i));
    command_ = static_cast<uint8_t>(command_ & ~commandTransmit);
    transmitStatus_ = transmitOk;
    setInterrupt(isrTransmitted);
    bool loops =
        (transmitConfiguration_ & tcrLoopback) != 0 || (dataConfiguration_ & dcrNoLoopback) == 0;
    if (loops)
        receive(frame);
    else if (sent_)
        sent_(frame);
}

bool Dp8390::wanted(const std::vector<uint8_t> &frame) const {
    if (frame.size() < shortestFrame && (receiveConfiguration_ & rcrRunts) == 0) return false;
    if (frame.size() < physical_.size()) return false;
    if ((receiveConfiguration_ & rcrPromiscuous) != 0) return true;
    if (std::all_of(frame.begin(), frame.begin() + 6, [](uint8_t byte) { return byte == 0xFF; }))
        return (receiveConfiguration_ & rcrBroadcast) != 0;
    if ((frame[0] & 1) != 0) {
        unsigned index = multicastIndex(frame);
        return (receiveConfiguration_ & rcrMulticast) != 0 &&
               (multicast_[index / 8] >> index % 8 & 1) != 0;
    }
    return std::equal(physical_.begin(), physical_.end(), frame.begin());
}

/// Into the ring behind CURR: status, next page, length, frame (data sheet, chapter 7).
void Dp8390::receive(const std::vector<uint8_t> &frame) {
    bool runs = (command_ & (commandStop | commandStart)) == commandStart;
    if (!runs || !wanted(frame) || pageStop_ <= pageStart_) return;
    receiveStatus_ = static_cast<uint8_t>(receiveOk | ((frame[0] & 1) != 0 ? receiveMulticast : 0));
    if ((receiveConfiguration_ & rcrMonitor) != 0) {
        errorCounts_[2] = static_cast<uint8_t>(std::min(errorCounts_[2] + 1, 0xFF));
        return;
    }
    size_t length = frame.size() + checksumBytes;
    size_t pages = (length + ringHeaderBytes + pageBytes - 1) / pageBytes;
    size_t ring = pageStop_ - pageStart_;
    size_t at = current_ >= pageStart_ && current_ < pageStop_ ? current_ - size_t{pageStart_} : 0;
    size_t end =
        boundary_ >= pageStart_ && boundary_ < pageStop_ ? boundary_ - size_t{pageStart_} : 0;
    size_t free = end > at ? end - at : ring - at + end;
    if (pages >= free) return setInterrupt(isrOverwritten);
    auto next = static_cast<uint8_t>(pageStart_ + (at + pages) % ring);
    auto put = [&](size_t offset, uint8_t value) {
        size_t place = (at * pageBytes + offset) % (ring * pageBytes);
        setMemory(static_cast<uint16_t>((pageStart_ << 8) + place), value);
    };
    put(0, receiveStatus_);
    put(1, next);
    put(2, static_cast<uint8_t>(length));
    put(3, static_cast<uint8_t>(length >> 8));
    for (size_t i = 0; i < frame.size(); ++i)
        put(ringHeaderBytes + i, frame[i]);
    current_ = next;
    localAddress_ = static_cast<uint16_t>(next << 8);
    setInterrupt(isrReceived);
}

// --- interrupts

void Dp8390::setInterrupt(uint8_t bits) {
    interruptStatus_ |= bits;
    updateInterrupt();
}

void Dp8390::updateInterrupt() {
    pci_.setInterrupt((interruptStatus_ & interruptMask_ & ~isrReset) != 0);
}

// --- registers

void Dp8390::writeCommand(uint8_t value) {
    bool sends = (command_ & commandTransmit) != 0;
    command_ = value;
    if ((value & commandStop) != 0) {
        interruptStatus_ |= isrReset;
        timer_.cancel();
        command_ = static_cast<uint8_t>(command_ & ~commandTransmit);
        return;
    }
    if ((value & commandStart) == 0) return;
    interruptStatus_ = static_cast<uint8_t>(interruptStatus_ & ~isrReset);
    uint8_t mode = value & remoteMask;
    if (mode == remoteSend) { // of the frame at the boundary, whose length it reads itself
        remoteAddress_ = static_cast<uint16_t>(boundary_ << 8);
        remoteCount_ =
            static_cast<uint16_t>(memory(static_cast<uint16_t>(remoteAddress_ + 2)) |
                                  memory(static_cast<uint16_t>(remoteAddress_ + 3)) << 8);
    }
    if ((mode == remoteRead || mode == remoteWrite) && remoteCount_ == 0)
        setInterrupt(isrRemoteDone);
    if ((value & commandTransmit) != 0 && !sends) transmit();
    if (sends) command_ |= commandTransmit; // until it is done
}

uint8_t Dp8390::readPage0(uint16_t offset) {
    switch (offset) {
    case 1: return static_cast<uint8_t>(localAddress_);
    case 2: return static_cast<uint8_t>(localAddress_ >> 8);
    case 3: return boundary_;
    case 4: return transmitStatus_;
    case 5:           // collisions: there are none
    case 6: return 0; // FIFO
    case 7: return interruptStatus_;
    case 8: return static_cast<uint8_t>(remoteAddress_);
    case 9: return static_cast<uint8_t>(remoteAddress_ >> 8);
    case 10: return 'P'; // the RTL8029AS's identification
    case 11: return 'C';
    case 12: return receiveStatus_;
    default: { // error counters, cleared by reading
        uint8_t count = errorCounts_[offset - 13];
        errorCounts_[offset - 13] = 0;
        return count;
    }
    }
}

void Dp8390::writePage0(uint16_t offset, uint8_t value) {
    auto low = [value](uint16_t &word) { word = static_cast<uint16_t>((word & 0xFF00) | value); };
    auto high = [value](uint16_t &word) {
        word = static_cast<uint16_t>((word & 0x00FF) | value << 8);
    };
    switch (offset) {
    case 1: pageStart_ = value; break;
    case 2: pageStop_ = value; break;
    case 3: boundary_ = value; break;
    case 4: transmitPage_ = value; break;
    case 5: low(transmitCount_); break;
    case 6: high(transmitCount_); break;
    case 7: // ones clear, but for RST, which follows the command
        interruptStatus_ = static_cast<uint8_t>(interruptStatus_ & ~(value & ~isrReset));
        updateInterrupt();
        break;
    case 8: low(remoteAddress_); break;
    case 9: high(remoteAddress_); break;
    case 10: low(remoteCount_); break;
    case 11: high(remoteCount_); break;
    case 12: receiveConfiguration_ = value & 0x3F; break;
    case 13: transmitConfiguration_ = value & 0x1F; break;
    case 14: dataConfiguration_ = value & 0x7F; break;
    default:
        interruptMask_ = value & 0x7F;
        updateInterrupt();
        break;
    }
}

/// What page 0 writes.
uint8_t Dp8390::readPage2(uint16_t offset) const {
    switch (offset) {
    case 1: return pageStart_;
    case 2: return pageStop_;
    case 4: return transmitPage_;
    case 12: return receiveConfiguration_ | 0xC0;
    case 13: return transmitConfiguration_ | 0xE0;
    case 14: return dataConfiguration_ | 0x80;
    case 15: return interruptMask_ | 0x80;
    default: return 0xFF;
    }
}

uint8_t Dp8390::readRegister(uint16_t offset) {
    if (offset == 0) return command_;
    switch (command_ >> 6) {
    case 0: return readPage0(offset);
    case 1:
        if (offset <= 6) return physical_[offset - 1U];
        return offset == 7 ? current_ : multicast_[offset - 8U];
    case 2: return readPage2(offset);
    // The RTL8029AS's page of settings: 10BaseT, half duplex by its CONFIG registers, link up.
    default: return offset == 3 ? 0x00 : offset == 5 ? 0x40 : offset == 6 ? 0x00 : 0xFF;
    }
}

void Dp8390::writeRegister(uint16_t offset, uint8_t value) {
    if (offset == 0) return writeCommand(value);
    switch (command_ >> 6) {
    case 0: writePage0(offset, value); break;
    case 1:
        if (offset <= 6)
            physical_[offset - 1U] = value;
        else if (offset == 7)
            current_ = value;
        else
            multicast_[offset - 8U] = value;
        break;
    default: break; // page 2 is for tests of the chip, page 3 for its EEPROM
    }
}

uint32_t Dp8390::read(uint16_t offset, unsigned size) {
    if (offset >= dataPort && offset < resetPort) return readData(size);
    if (size != 1) {
        uint32_t value = 0;
        for (unsigned i = 0; i < size; ++i)
            value |= read(static_cast<uint16_t>(offset + i), 1) << 8 * i;
        return value;
    }
    if (offset < dataPort) return readRegister(offset);
    if (offset < ports) { // the reset port works by being read
        resetChip();
        return 0;
    }
    return 0xFF; // the base register decodes 256 ports, the card has 32
}

void Dp8390::write(uint16_t offset, uint32_t value, unsigned size) {
    if (offset >= dataPort && offset < resetPort) return writeData(value, size);
    for (unsigned i = 0; i < size; ++i) {
        auto port = static_cast<uint16_t>(offset + i);
        if (port < dataPort) writeRegister(port, static_cast<uint8_t>(value >> 8 * i));
        // Writing the reset port ends the reset that reading it began, which is over already.
    }
}

void Dp8390::serialize(Archive &archive) {
    archive.section("NE2000");
    archive(pci_, command_, pageStart_, pageStop_, boundary_, current_, transmitPage_,
            transmitCount_, remoteAddress_, remoteCount_, localAddress_, interruptStatus_,
            interruptMask_, receiveConfiguration_, transmitConfiguration_, dataConfiguration_,
            receiveStatus_, transmitStatus_, errorCounts_, physical_, multicast_);
    archive.bytes(buffer_);
}

} // namespace bootglass
