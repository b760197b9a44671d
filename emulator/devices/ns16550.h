// SPDX-License-Identifier: GPL-3.0-or-later
// National Semiconductor PC16550D UART: a PC's serial port, recognised as a 16550A. All registers,
// both FIFOs with trigger levels, line status and modem status interrupts, receive timeout,
// loopback, break.
//
// Sending takes no virtual time: a byte is out, and THRE and TEMT are set again, within the
// instruction that wrote it. That is QEMU's timing, which ours is compared with; the THRE interrupt
// still falls and rises for each byte. Receiving is paced by whoever calls receive(), who asks
// room() first.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace bootglass {

class Ns16550 {
  public:
    /// name: what people read, "COM1". The PC's gate of the interrupt by OUT2 is left out, as in
    /// QEMU.
    Ns16550(VirtualClock &clock, std::string_view name, IrqLine irq,
            std::function<void(uint8_t)> transmitted);

    /// Eight registers.
    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);

    // --- the other end of the cable
    /// Characters that can be received without an overrun.
    size_t room() const;
    /// A character arrives; without room it overruns, as the data sheet tells.
    void receive(uint8_t value) { receive({value, 0}); }
    void receiveBreak();
    struct ModemLines {
        bool cts = true;
        bool dsr = true;
        bool ri = false;
        bool dcd = true;
    };
    void setModemLines(ModemLines lines);
    bool dtr() const;
    bool rts() const;
    /// The guest holds the line in break (LCR bit 6).
    bool sendingBreak() const;

    /// The MR pin.
    void reset();
    void serialize(Archive &archive);

  private:
    struct Received {
        uint8_t value = 0;
        uint8_t errors = 0; // bits of LSR
        void serialize(Archive &archive) { archive(value, errors); }
    };
    static constexpr size_t fifoSize = 16;

    void receive(Received character);
    uint8_t readBuffer();
    uint8_t readLineStatus();
    uint8_t readInterruptId();
    void writeFifoControl(uint8_t value);
    void writeInterruptEnable(uint8_t value);
    void transmit(uint8_t value);
    void showHead();
    void clearReceiver();
    uint8_t modemInputs() const;
    void updateModem();
    uint8_t interruptId() const;
    void update();

    bool fifos() const { return (fcr_ & 1) != 0; }
    bool dlab() const { return (lcr_ & 0x80) != 0; }
    bool loopback() const;
    size_t trigger() const;
    uint8_t wordMask() const { return static_cast<uint8_t>(0xFF >> (3 - (lcr_ & 3))); }
    uint64_t timeoutNs() const;

    VirtualClock &clock_;
    IrqLine irq_;
    std::function<void(uint8_t)> transmitted_;

    std::array<Received, fifoSize> fifo_; // a ring; without FIFOs its head is RBR
    uint8_t head_ = 0;
    uint8_t count_ = 0;
    uint8_t ier_ = 0;
    uint8_t fcr_ = 0;
    uint8_t lcr_ = 0;
    uint8_t mcr_ = 0;
    uint8_t lsrErrors_ = 0; // OE, PE, FE, BI as LSR shows them
    uint8_t msr_ = 0;
    uint8_t scr_ = 0;
    uint16_t divisor_ = 12; // 9600 baud; undefined at power-on
    ModemLines lines_;
    bool thrEmptyInterrupt_ = false;
    bool timedOut_ = false;
    VirtualNs lastActivity_; // of the receiver FIFO
    Timer timeout_;
};

} // namespace bootglass
