// SPDX-License-Identifier: GPL-3.0-or-later
// Bits of the 82077AA's registers, status bytes and commands, and its times (data sheet 290166,
// sections 2.1, 5 and 6).
#pragma once

#include <cstdint>

namespace bootglass::fdc {

// Digital output register
inline constexpr uint8_t dorSelect = 0x03;
inline constexpr uint8_t dorNotReset = 0x04;
inline constexpr uint8_t dorDmaGate = 0x08;
inline constexpr uint8_t dorMotor0 = 0x10;
/// The chip starts in reset, but QEMU's out of it, and SeaBIOS counts on that, too: it leaves a
/// reset without opening the gate that its interrupt has to pass.
inline constexpr uint8_t dorPowerOn = dorNotReset | dorDmaGate;
// Data rate select register
inline constexpr uint8_t dsrReset = 0x80;
// Main status register
inline constexpr uint8_t msrRequest = 0x80;
inline constexpr uint8_t msrToHost = 0x40;
inline constexpr uint8_t msrNonDma = 0x20;
inline constexpr uint8_t msrBusy = 0x10;
// Digital input register
inline constexpr uint8_t dirChanged = 0x80;

// Status 0: how a command ended, and how
inline constexpr uint8_t st0Abnormal = 0x40;
inline constexpr uint8_t st0Invalid = 0x80;
inline constexpr uint8_t st0Polled = 0xC0; // a drive's ready line changed, as after a reset
inline constexpr uint8_t st0SeekEnd = 0x20;
inline constexpr uint8_t st0EquipmentCheck = 0x10;
inline constexpr uint8_t st0Head = 0x04;
// Status 1
inline constexpr uint8_t st1EndOfCylinder = 0x80;
inline constexpr uint8_t st1DataError = 0x20;
inline constexpr uint8_t st1Overrun = 0x10;
inline constexpr uint8_t st1NoData = 0x04;
inline constexpr uint8_t st1NotWritable = 0x02;
inline constexpr uint8_t st1MissingMark = 0x01;
// Status 2
inline constexpr uint8_t st2ControlMark = 0x40;
inline constexpr uint8_t st2DataError = 0x20;
inline constexpr uint8_t st2WrongCylinder = 0x10;
inline constexpr uint8_t st2ScanEqual = 0x08;
inline constexpr uint8_t st2ScanNotSatisfied = 0x04;
// Status 3
inline constexpr uint8_t st3AlwaysOne = 0x28;
inline constexpr uint8_t st3Track0 = 0x10;

// Command codes, the low five bits of the first byte; the others are MT, MF, SK.
enum Command : uint8_t {
    readTrack = 0x02,
    specify = 0x03,
    senseDrive = 0x04,
    writeData = 0x05,
    readData = 0x06,
    recalibrate = 0x07,
    senseInterrupt = 0x08,
    writeDeleted = 0x09,
    readId = 0x0A,
    readDeleted = 0x0C,
    formatTrack = 0x0D,
    dumpRegisters = 0x0E,
    seek = 0x0F,
    version = 0x10,
    scanEqual = 0x11,
    perpendicular = 0x12,
    configure = 0x13,
    lock = 0x14,
    verify = 0x16,
    scanLow = 0x19,
    scanHigh = 0x1D,
};
inline constexpr uint8_t multiTrack = 0x80;
inline constexpr uint8_t modifiedFm = 0x40;
inline constexpr uint8_t skipDeleted = 0x20;

// CONFIGURE
inline constexpr uint8_t configureImpliedSeek = 0x40;
inline constexpr uint8_t configureFifoOff = 0x20;
inline constexpr uint8_t configureThreshold = 0x0F;
/// At power on. The chip starts with implied seeks off; QEMU's starts with them on, and SeaBIOS,
/// which never seeks, is built for that.
inline constexpr uint8_t configurePowerOn = configureImpliedSeek | configureFifoOff;

// Times of a drive in ns, at 500 kbit/s where the rate matters (tables 5-2 to 5-4).
inline constexpr uint64_t resetNs = 1'024'000;       // until the interrupt of the polling
inline constexpr uint64_t stepUnitNs = 1'000'000;    // SRT: 16 - n of these
inline constexpr uint64_t loadUnitNs = 2'000'000;    // HLT
inline constexpr uint64_t unloadUnitNs = 16'000'000; // HUT

} // namespace bootglass::fdc
