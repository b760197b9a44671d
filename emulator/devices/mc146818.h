// SPDX-License-Identifier: GPL-3.0-or-later
// Motorola MC146818 real-time clock with 128 bytes of CMOS, ports 70h (index, NMI mask) and 71h
// (data), IRQ 8. Registers A to D, alarm, periodic and update-ended interrupts, BCD or binary, 12
// or 24 hours. The date is a given one at virtual time zero and runs with virtual time.
//
// The one idea: registers are brought up to date when somebody looks, by the number of updates that
// have passed. Timers run only while an interrupt is enabled and the line is still low, since each
// armed timer ends the CPU's budget and an edge nobody can see is not worth that.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>
#include <optional>

namespace bootglass {

class Mc146818 {
  public:
    /// startSeconds: the date now, seconds since 1970-01-01 00:00:00 UTC, within the years 1970 to
    /// 9999.
    Mc146818(VirtualClock &clock, IrqLine irq8, int64_t startSeconds);

    /// Ports 70h and 71h are offsets 0 and 1.
    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);
    /// Bit 7 of port 70h: set keeps NMIs from the CPU.
    bool nmiMasked() const { return nmiMasked_; }

    /// The board's side of the CMOS: no effects, registers as they are stored. index: 0 to 127.
    uint8_t cmos(uint8_t index) const { return cmos_[index & 0x7F]; }
    void setCmos(uint8_t index, uint8_t value) { cmos_[index & 0x7F] = value; }

    /// The RESET pin: interrupts and their flags are cleared; time, alarm and CMOS stay.
    void reset();
    void serialize(Archive &archive);

  private:
    enum Register : uint8_t {
        seconds = 0x00,
        secondsAlarm = 0x01,
        minutes = 0x02,
        minutesAlarm = 0x03,
        hours = 0x04,
        hoursAlarm = 0x05,
        weekday = 0x06,
        day = 0x07,
        month = 0x08,
        year = 0x09,
        registerA = 0x0A,
        registerB = 0x0B,
        registerC = 0x0C,
        registerD = 0x0D,
        century = 0x32, // the PC's convention, not the chip's
    };

    uint8_t readData();
    void writeData(uint8_t value);
    void writeRegisterA(uint8_t value);

    bool dividerRuns() const { return (cmos_[registerA] & 0x60) != 0x60; }
    uint64_t sinceOrigin(VirtualNs now) const { return now.value - origin_; }
    uint64_t periodicClocks() const;
    uint64_t periodicTicks(VirtualNs now) const;
    bool updateInProgress() const;

    uint8_t encode(unsigned number) const;
    unsigned decode(uint8_t raw) const;
    uint8_t encodeHour(unsigned hour) const;
    unsigned decodeHour(uint8_t raw) const;
    int64_t dateSeconds() const;
    void setDate(int64_t sinceEpoch);
    std::optional<uint64_t> secondsToAlarm() const;

    void synchronize();
    void update();

    VirtualClock &clock_;
    IrqLine irq_;
    std::array<uint8_t, 128> cmos_{};
    uint8_t index_ = 0;
    bool nmiMasked_ = false;
    uint64_t
        origin_; // ns: the divider chain's zero, modulo 2^64; updates come each second after it
    VirtualNs synchronized_; // the registers are as of this time
    Timer periodic_;
    Timer update_;
    Timer alarm_;
};

} // namespace bootglass
