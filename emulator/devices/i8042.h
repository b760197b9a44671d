// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 8042 as the PC/AT keyboard controller with PS/2 auxiliary port: ports 60h (data) and 64h
// (command, status), a keyboard and a mouse on its cables, the A20 gate and the CPU's reset line
// (IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary Device Controller").
//
// The one idea: one output buffer, filled from three sources in this order: the controller's own
// answer, the keyboard, the mouse. The interrupt lines follow the buffer. Bytes move at once.
#pragma once

#include "emulator/devices/irq_line.h"
#include "emulator/devices/ps2_keyboard.h"
#include "emulator/devices/ps2_mouse.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>
#include <functional>

namespace bootglass {

class I8042 {
  public:
    struct Outputs {
        IrqLine irq1;
        IrqLine irq12;
        std::function<void(bool enabled)> a20;
        std::function<void()> resetCpu;
    };
    /// The devices must outlive the controller, which hears of their data from now on.
    I8042(Ps2Keyboard &keyboard, Ps2Mouse &mouse, Outputs outputs);
    I8042(const I8042 &) = delete;
    I8042 &operator=(const I8042 &) = delete;

    /// Ports 60h and 64h are offsets 0 and 4.
    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);

    /// The output port's A20 bit.
    bool a20() const { return (outputPort_ & 0x02) != 0; }

    /// Resets the controller and both devices; A20 is open after it.
    void reset();
    /// The controller and its devices.
    void serialize(Archive &archive);

  private:
    uint8_t status() const;
    void command(uint8_t value);
    void data(uint8_t value);
    void answer(uint8_t value, bool auxiliary = false);
    void writeOutputPort(uint8_t value);
    void setA20(bool enabled);
    void resetCpu() const;
    void fill();
    bool takeFromKeyboard();
    void put(uint8_t value, bool auxiliary);
    void updateLines();

    uint8_t &commandByte() { return memory_[0]; }
    uint8_t commandByte() const { return memory_[0]; }

    Ps2Keyboard &keyboard_;
    Ps2Mouse &mouse_;
    Outputs outputs_;

    std::array<uint8_t, 32> memory_{}; // the 8042's RAM; byte 0 is the command byte
    uint8_t outputPort_ = 0;
    uint8_t buffer_ = 0;
    bool full_ = false;           // OBF
    bool fromMouse_ = false;      // MOBF
    bool lastWasCommand_ = false; // status A2
    uint8_t pending_ = 0;         // the command that waits for its data byte
    bool answerWaits_ = false;
    bool answerAuxiliary_ = false;
    uint8_t answer_ = 0;
    bool breakPrefix_ = false; // translation has swallowed F0h
};

} // namespace bootglass
