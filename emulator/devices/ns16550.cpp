// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ns16550.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint64_t baudClock = 1'843'200 / 16; // Hz, divided by the divisor latch

// IER
constexpr uint8_t ierReceived = 0x01;
constexpr uint8_t ierThrEmpty = 0x02;
constexpr uint8_t ierLineStatus = 0x04;
constexpr uint8_t ierModemStatus = 0x08;
// IIR, bits 3 to 0
constexpr uint8_t iirModemStatus = 0x00;
constexpr uint8_t iirNone = 0x01;
constexpr uint8_t iirThrEmpty = 0x02;
constexpr uint8_t iirReceived = 0x04;
constexpr uint8_t iirLineStatus = 0x06;
constexpr uint8_t iirTimeout = 0x0C;
// MCR
constexpr uint8_t mcrDtr = 0x01;
constexpr uint8_t mcrRts = 0x02;
constexpr uint8_t mcrOut1 = 0x04;
constexpr uint8_t mcrOut2 = 0x08;
constexpr uint8_t mcrLoop = 0x10;
// LSR
constexpr uint8_t lsrDataReady = 0x01;
constexpr uint8_t lsrOverrun = 0x02;
constexpr uint8_t lsrBreak = 0x10;
constexpr uint8_t lsrTransmitterEmpty = 0x60; // THRE and TEMT
constexpr uint8_t lsrErrorInFifo = 0x80;
// MSR; the deltas are in bits 0 to 3
constexpr uint8_t msrCts = 0x10;
constexpr uint8_t msrDsr = 0x20;
constexpr uint8_t msrRi = 0x40;
constexpr uint8_t msrDcd = 0x80;

constexpr uint8_t lcrBreak = 0x40;

} // namespace

Ns16550::Ns16550(VirtualClock &clock, std::string_view name, IrqLine irq,
                 std::function<void(uint8_t)> transmitted)
    : clock_(clock),
      irq_(std::move(irq)),
      transmitted_(std::move(transmitted)),
      timeout_(clock, std::string(name) + " receive timeout", [this] {
          timedOut_ = true;
          update();
      }) {
    msr_ = modemInputs();
}

bool Ns16550::loopback() const {
    return (mcr_ & mcrLoop) != 0;
}

bool Ns16550::dtr() const {
    return (mcr_ & mcrDtr) != 0 && !loopback();
}

bool Ns16550::rts() const {
    return (mcr_ & mcrRts) != 0 && !loopback();
}

bool Ns16550::sendingBreak() const {
    return (lcr_ & lcrBreak) != 0 && !loopback();
}

size_t Ns16550::trigger() const {
    static constexpr std::array<size_t, 4> levels = {1, 4, 8, 14};
    return levels[fcr_ >> 6];
}

/// Four characters of start bit, data, parity and stop bits (data sheet, "FIFO interrupt mode").
uint64_t Ns16550::timeoutNs() const {
    uint64_t data = 5 + (lcr_ & 3U);
    uint64_t parity = (lcr_ & 0x08) != 0 ? 1 : 0;
    uint64_t halfStops = (lcr_ & 0x04) == 0 ? 2 : data == 5 ? 3 : 4;
    uint64_t halfBits = 2 * (1 + data + parity) + halfStops;
    uint64_t divisor = divisor_ == 0 ? 65536 : divisor_;
    return mulDivUp(4 * halfBits * divisor, nsPerSecond, 2 * baudClock);
}

uint8_t Ns16550::read(uint16_t offset) {
    switch (offset & 7) {
    case 0: return dlab() ? static_cast<uint8_t>(divisor_) : readBuffer();
    case 1: return dlab() ? static_cast<uint8_t>(divisor_ >> 8) : ier_;
    case 2: return readInterruptId();
    case 3: return lcr_;
    case 4: return mcr_;
    case 5: return readLineStatus();
    case 6: {
        uint8_t status = msr_;
        msr_ &= 0xF0;
        update();
        return status;
    }
    default: return scr_;
    }
}

void Ns16550::write(uint16_t offset, uint8_t value) {
    switch (offset & 7) {
    case 0:
        if (dlab())
            divisor_ = static_cast<uint16_t>((divisor_ & 0xFF00) | value);
        else
            transmit(value);
        break;
    case 1:
        if (dlab())
            divisor_ = static_cast<uint16_t>((divisor_ & 0x00FF) | value << 8);
        else
            writeInterruptEnable(value);
        break;
    case 2: writeFifoControl(value); break;
    case 3: {
        bool wasBreak = (lcr_ & lcrBreak) != 0;
        lcr_ = value;
        // In loopback the break comes back.
        if (loopback() && !wasBreak && (lcr_ & lcrBreak) != 0) receive({0, lsrBreak});
        break;
    }
    case 4:
        mcr_ = value & 0x1F;
        updateModem();
        break;
    case 7: scr_ = value; break;
    default: break; // LSR and MSR: writing them is for the factory's tests
    }
    update();
}

// --- receiver

size_t Ns16550::room() const {
    if (loopback()) return 0; // SIN is disconnected
    return (fifos() ? fifoSize : 1) - count_;
}

void Ns16550::receiveBreak() {
    receive({0, lsrBreak});
}

void Ns16550::receive(Received character) {
    character.value &= wordMask();
    size_t capacity = fifos() ? fifoSize : 1;
    lastActivity_ = clock_.now();
    if (count_ >= capacity) {
        // Data sheet, OE: without FIFOs the new character replaces the old; a full FIFO stays as it
        // is.
        lsrErrors_ |= lsrOverrun;
        if (!fifos()) {
            fifo_[head_] = character;
            showHead();
        }
    } else {
        fifo_[(head_ + count_) % fifoSize] = character;
        ++count_;
        if (count_ == 1) showHead();
    }
    update();
}

/// Errors show in LSR when their character comes to the top of the FIFO.
void Ns16550::showHead() {
    if (count_ != 0) lsrErrors_ |= fifo_[head_].errors;
}

uint8_t Ns16550::readBuffer() {
    uint8_t value = fifo_[head_].value;
    timedOut_ = false;
    lastActivity_ = clock_.now();
    if (count_ != 0) {
        fifo_[head_].errors = 0;
        --count_;
        // Without FIFOs RBR goes on showing its last character.
        if (fifos()) head_ = static_cast<uint8_t>((head_ + 1U) % fifoSize);
        showHead();
    }
    update();
    return value;
}

void Ns16550::clearReceiver() {
    fifo_ = {};
    head_ = count_ = 0;
    timedOut_ = false;
}

uint8_t Ns16550::readLineStatus() {
    uint8_t status = lsrErrors_ | lsrTransmitterEmpty;
    if (count_ != 0) status |= lsrDataReady;
    if (fifos())
        for (size_t i = 0; i < count_; ++i)
            if (fifo_[(head_ + i) % fifoSize].errors != 0) status |= lsrErrorInFifo;
    // The errors shown now are cleared, also the top character's own.
    if (count_ != 0) fifo_[head_].errors = 0;
    lsrErrors_ = 0;
    update();
    return status;
}

void Ns16550::writeFifoControl(uint8_t value) {
    // Turning FIFOs on or off clears them; without bit 0 the other bits are not taken (data sheet,
    // FCR).
    if (((value ^ fcr_) & 1) != 0) clearReceiver();
    if ((value & 1) == 0) {
        fcr_ = 0;
        return;
    }
    if ((value & 2) != 0) clearReceiver();
    fcr_ = value & 0xC9;
}

// --- transmitter

void Ns16550::transmit(uint8_t value) {
    value &= wordMask();
    // THR fills: its interrupt falls. And is empty again at once: it rises, which the 8259 takes
    // for an edge.
    thrEmptyInterrupt_ = false;
    update();
    if (loopback())
        receive({value, 0});
    else if (transmitted_)
        transmitted_(value);
    thrEmptyInterrupt_ = true;
}

// --- modem

/// MSR's upper half as the pins are; in loopback they are MCR's outputs.
uint8_t Ns16550::modemInputs() const {
    bool loop = loopback();
    bool cts = loop ? (mcr_ & mcrRts) != 0 : lines_.cts;
    bool dsr = loop ? (mcr_ & mcrDtr) != 0 : lines_.dsr;
    bool ri = loop ? (mcr_ & mcrOut1) != 0 : lines_.ri;
    bool dcd = loop ? (mcr_ & mcrOut2) != 0 : lines_.dcd;
    return static_cast<uint8_t>((cts ? msrCts : 0) | (dsr ? msrDsr : 0) | (ri ? msrRi : 0) |
                                (dcd ? msrDcd : 0));
}

void Ns16550::updateModem() {
    uint8_t present = modemInputs();
    auto changed = static_cast<uint8_t>((present ^ msr_) & 0xF0);
    // TERI tells the trailing edge of RI only.
    if ((present & msrRi) != 0) changed &= static_cast<uint8_t>(~msrRi);
    msr_ = static_cast<uint8_t>(present | (msr_ & 0x0F) | changed >> 4);
}

void Ns16550::setModemLines(ModemLines lines) {
    lines_ = lines;
    updateModem();
    update();
}

// --- interrupts

void Ns16550::writeInterruptEnable(uint8_t value) {
    uint8_t before = ier_;
    ier_ = value & 0x0F;
    // Enabling the THRE interrupt while THR is empty raises it (data sheet, IER bit 1; drivers
    // start to send this way).
    if (((before ^ ier_) & ierThrEmpty) != 0) thrEmptyInterrupt_ = (ier_ & ierThrEmpty) != 0;
}

uint8_t Ns16550::interruptId() const {
    if ((ier_ & ierLineStatus) != 0 && lsrErrors_ != 0) return iirLineStatus;
    if ((ier_ & ierReceived) != 0 && count_ != 0) {
        if (!fifos() || count_ >= trigger()) return iirReceived;
        if (timedOut_) return iirTimeout;
    }
    if ((ier_ & ierThrEmpty) != 0 && thrEmptyInterrupt_) return iirThrEmpty;
    if ((ier_ & ierModemStatus) != 0 && (msr_ & 0x0F) != 0) return iirModemStatus;
    return iirNone;
}

uint8_t Ns16550::readInterruptId() {
    uint8_t id = interruptId();
    // Reading IIR answers the THRE interrupt, if that is what it shows.
    if (id == iirThrEmpty) thrEmptyInterrupt_ = false;
    update();
    return static_cast<uint8_t>(id | (fifos() ? 0xC0 : 0));
}

void Ns16550::update() {
    irq_.set(interruptId() != iirNone);
    // The timeout can be seen only while characters wait below the trigger level.
    bool waits =
        fifos() && (ier_ & ierReceived) != 0 && count_ != 0 && count_ < trigger() && !timedOut_;
    VirtualNs deadline = waits ? lastActivity_ + timeoutNs() : VirtualNs::never();
    if (deadline == timeout_.deadline()) return;
    if (waits)
        timeout_.arm(deadline);
    else
        timeout_.cancel();
}

void Ns16550::reset() {
    clearReceiver();
    ier_ = fcr_ = lcr_ = mcr_ = lsrErrors_ = 0;
    thrEmptyInterrupt_ = false;
    msr_ = modemInputs();
    update();
}

void Ns16550::serialize(Archive &archive) {
    archive.section("16550");
    bool irq = irq_.level();
    archive(fifo_, head_, count_, ier_, fcr_, lcr_, mcr_, lsrErrors_, msr_, scr_, divisor_,
            lines_.cts, lines_.dsr, lines_.ri, lines_.dcd, thrEmptyInterrupt_, timedOut_,
            lastActivity_, irq);
    if (!archive.loading()) return;
    fcr_ &= 0xC9;
    if (head_ >= fifoSize || count_ > (fifos() ? fifoSize : 1))
        archive.fail("the saved state of the 16550 has a FIFO that cannot be");
    head_ %= fifoSize;
    count_ = std::min<uint8_t>(count_, fifos() ? fifoSize : 1);
    irq_.restore(irq);
}

} // namespace bootglass
