// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 8254 programmable interval timer: three 16-bit down counters at 1,193,182 Hz, modes 0 to 5,
// binary and BCD, latch and read-back. On a PC channel 0 is IRQ 0, channel 1 was DRAM refresh,
// channel 2 is the speaker.
//
// The one idea: nothing counts. A channel remembers when it was loaded, and count and output are
// functions of the clocks since then, in exact integers. Only channel 0 has a timer, for its
// output's edges.
//
// Phase: a write is taken to fall right before a CLK pulse, the one that loads the counter. So the
// data sheet's "N + 1 CLK pulses after the write" are N periods here, which is QEMU's timing too:
// Linux calibrates the TSC against this chip, and its results are to be the same in both.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>

namespace bootglass {

class I8254 {
  public:
    static constexpr uint64_t frequency = 1'193'182;

    /// out0: the output of channel 0.
    I8254(VirtualClock &clock, IrqLine out0);

    /// Ports 40h to 43h are offsets 0 to 3.
    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);

    /// A channel's GATE input; 1 after reset for channels 0 and 1, which are tied high on a PC, 0
    /// for channel 2.
    void setGate(unsigned index, bool level);
    bool gate(unsigned channel) const { return channels_[channel % 3].gate; }
    /// A channel's OUT pin, now.
    bool out(unsigned index) const;

    void reset();
    void serialize(Archive &archive);

  private:
    struct Channel {
        uint8_t mode = 0;
        uint8_t access = 3; // the control word's RW bits: 1 low byte, 2 high byte, 3 low then high
        bool bcd = false;
        bool gate = true;

        uint16_t countRegister = 0; // CR
        uint8_t lowByte = 0;        // the first byte of a count of two
        bool highNext = false;      // the next write is the high byte
        bool countWritten = false;  // since the control word
        bool nullCount = true;      // CR has not been loaded into the counter yet

        bool started = false;   // the counter was loaded since the control word
        bool running = false;   // CLK reaches the counter
        uint32_t count = 65536; // N, as loaded
        VirtualNs epoch;        // of the clocks below
        uint64_t start = 0;  // clocks since the epoch at which the count began; may be "negative"
        uint64_t held = 0;   // clocks counted, while not running
        uint16_t frozen = 0; // what the counter shows while not started
        bool reloadPending = false; // modes 2 and 3: CR is loaded at the end of the cycle
        uint64_t reloadAt = 0;      // clocks since the epoch

        bool readHighNext = false;
        bool countLatched = false;
        uint16_t latchedCount = 0;
        bool statusLatched = false;
        uint8_t latchedStatus = 0;

        void control(uint8_t word, VirtualNs now);
        void writeByte(uint8_t byte, VirtualNs now);
        uint8_t readByte(VirtualNs now);
        void latchCount(VirtualNs now);
        void latchStatus(VirtualNs now);
        void changeGate(bool level, VirtualNs now);
        /// Applies the reload that has become due.
        void advance(VirtualNs now);
        bool out(VirtualNs now) const;
        uint16_t value(VirtualNs now) const;
        VirtualNs nextEdge(VirtualNs now) const;
        void serialize(Archive &archive);

      private:
        bool triggered() const { return mode == 1 || mode == 5; }
        uint32_t high() const { return (count + 1) / 2; } // mode 3: clocks of OUT high
        uint64_t clocks(VirtualNs now) const { return mulDiv(now - epoch, frequency, nsPerSecond); }
        uint64_t elapsed(VirtualNs now) const { return running ? clocks(now) - start : held; }
        void countComplete(VirtualNs now);
        void load(VirtualNs now);
        void stop(VirtualNs now);
    };

    void control(uint8_t word);
    void catchUp();
    void reschedule();

    VirtualClock &clock_;
    IrqLine out0_;
    std::array<Channel, 3> channels_;
    VirtualNs nextEdge_ = VirtualNs::never();
    Timer timer_;
};

} // namespace bootglass
