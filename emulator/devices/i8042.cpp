// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i8042.h"

namespace bootglass {

namespace {

// The command byte
constexpr uint8_t keyboardInterrupt = 0x01;
constexpr uint8_t mouseInterrupt = 0x02;
constexpr uint8_t systemFlag = 0x04;
constexpr uint8_t keyboardDisabled = 0x10;
constexpr uint8_t mouseDisabled = 0x20;
constexpr uint8_t translate = 0x40;

// The output port
constexpr uint8_t notReset = 0x01;
constexpr uint8_t a20Gate = 0x02;
constexpr uint8_t idleLines = 0xCC; // clocks and data of both cables

// Set 2 to set 1, as in the 8042's ROM; codes from 80h on pass, but for two.
constexpr std::array<uint8_t, 128> setOne = {
    0xFF, 0x43, 0x41, 0x3F, 0x3D, 0x3B, 0x3C, 0x58,
    0x64, 0x44, 0x42, 0x40, 0x3E, 0x0F, 0x29, 0x59, // 00
    0x65, 0x38, 0x2A, 0x70, 0x1D, 0x10, 0x02, 0x5A,
    0x66, 0x71, 0x2C, 0x1F, 0x1E, 0x11, 0x03, 0x5B, // 10
    0x67, 0x2E, 0x2D, 0x20, 0x12, 0x05, 0x04, 0x5C,
    0x68, 0x39, 0x2F, 0x21, 0x14, 0x13, 0x06, 0x5D, // 20
    0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5E,
    0x6A, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5F, // 30
    0x6B, 0x33, 0x25, 0x17, 0x18, 0x0B, 0x0A, 0x60,
    0x6C, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0C, 0x61, // 40
    0x6D, 0x73, 0x28, 0x74, 0x1A, 0x0D, 0x62, 0x6E,
    0x3A, 0x36, 0x1C, 0x1B, 0x75, 0x2B, 0x63, 0x76, // 50
    0x55, 0x56, 0x77, 0x78, 0x79, 0x7A, 0x0E, 0x7B,
    0x7C, 0x4F, 0x7D, 0x4B, 0x47, 0x7E, 0x7F, 0x6F, // 60
    0x52, 0x53, 0x50, 0x4C, 0x4D, 0x48, 0x01, 0x45,
    0x57, 0x4E, 0x51, 0x4A, 0x37, 0x49, 0x46, 0x54, // 70
};

uint8_t translated(uint8_t code) {
    if (code < setOne.size()) return setOne[code];
    if (code == 0x83) return 0x41; // F7
    if (code == 0x84) return 0x54; // SysRq
    return code;
}

} // namespace

I8042::I8042(Ps2Keyboard &keyboard, Ps2Mouse &mouse, Outputs outputs)
    : keyboard_(keyboard), mouse_(mouse), outputs_(std::move(outputs)) {
    commandByte() = keyboardInterrupt | mouseInterrupt;
    outputPort_ = idleLines | a20Gate | notReset;
    keyboard_.onData([this] { fill(); });
    mouse_.onData([this] { fill(); });
}

uint8_t I8042::status() const {
    // Bit 4, the keyboard lock, is open; IBF is never seen set, as input is taken at once.
    return static_cast<uint8_t>((full_ ? 0x01 : 0) | (commandByte() & systemFlag) |
                                (lastWasCommand_ ? 0x08 : 0) | 0x10 |
                                (full_ && fromMouse_ ? 0x20 : 0));
}

uint8_t I8042::read(uint16_t offset) {
    if ((offset & 4) != 0) return status();
    // An empty buffer still holds its last byte.
    uint8_t value = buffer_;
    full_ = false;
    updateLines();
    fill();
    return value;
}

void I8042::write(uint16_t offset, uint8_t value) {
    lastWasCommand_ = (offset & 4) != 0;
    if (lastWasCommand_)
        command(value);
    else
        data(value);
    fill();
}

void I8042::command(uint8_t value) {
    pending_ = 0;
    if (value >= 0x20 && value < 0x40) return answer(memory_[value & 0x1F]);
    if (value >= 0x60 && value < 0x80) {
        pending_ = value;
        return;
    }
    switch (value) {
    case 0xA4: return answer(0xF1); // password test: none is installed
    case 0xA7: commandByte() |= mouseDisabled; break;
    case 0xA8: commandByte() &= static_cast<uint8_t>(~mouseDisabled); break;
    case 0xA9: return answer(0x00); // the mouse's cable is good
    case 0xAA: commandByte() |= systemFlag; return answer(0x55);
    case 0xAB: return answer(0x00); // the keyboard's cable is good
    case 0xAD: commandByte() |= keyboardDisabled; break;
    case 0xAE: commandByte() &= static_cast<uint8_t>(~keyboardDisabled); break;
    case 0xC0: return answer(0x80); // input port: keyboard not locked
    case 0xD0:
        return answer(static_cast<uint8_t>(outputPort_ | (full_ && !fromMouse_ ? 0x10 : 0) |
                                           (full_ && fromMouse_ ? 0x20 : 0)));
    case 0xD1:                          // write output port
    case 0xD2:                          // write keyboard output buffer
    case 0xD3:                          // write mouse output buffer
    case 0xD4: pending_ = value; break; // write to mouse
    case 0xDD: setA20(false); break;
    case 0xDF: setA20(true); break;
    case 0xE0: return answer(0x00); // test inputs
    default:
        // F0h to FFh pulse the output port's bits whose command bit is 0; bit 0 is the CPU's reset
        // line.
        if (value >= 0xF0 && (value & 1) == 0) resetCpu();
    }
    updateLines();
}

void I8042::data(uint8_t value) {
    uint8_t pending = pending_;
    pending_ = 0;
    if (pending >= 0x60 && pending < 0x80) {
        memory_[pending & 0x1F] = value;
        updateLines();
        return;
    }
    switch (pending) {
    case 0xD1: writeOutputPort(value); break;
    case 0xD2: answer(value); break;
    case 0xD3: answer(value, true); break;
    case 0xD4:
        // Sending releases the cable's clock, so that the answer can come back.
        commandByte() &= static_cast<uint8_t>(~mouseDisabled);
        mouse_.send(value);
        break;
    default: commandByte() &= static_cast<uint8_t>(~keyboardDisabled); keyboard_.send(value);
    }
}

void I8042::answer(uint8_t value, bool auxiliary) {
    answer_ = value;
    answerAuxiliary_ = auxiliary;
    answerWaits_ = true;
}

void I8042::writeOutputPort(uint8_t value) {
    setA20((value & a20Gate) != 0);
    if ((value & notReset) == 0) resetCpu();
}

void I8042::setA20(bool enabled) {
    outputPort_ = static_cast<uint8_t>((outputPort_ & ~a20Gate) | (enabled ? a20Gate : 0));
    if (outputs_.a20) outputs_.a20(enabled);
}

void I8042::resetCpu() const {
    if (outputs_.resetCpu) outputs_.resetCpu();
}

/// Moves the next byte into the output buffer if that is empty.
void I8042::fill() {
    if (full_) return;
    if (answerWaits_) {
        answerWaits_ = false;
        put(answer_, answerAuxiliary_);
        return;
    }
    if ((commandByte() & keyboardDisabled) == 0 && takeFromKeyboard()) return;
    if ((commandByte() & mouseDisabled) == 0)
        if (auto byte = mouse_.take()) put(*byte, true);
}

bool I8042::takeFromKeyboard() {
    while (auto byte = keyboard_.take()) {
        if ((commandByte() & translate) == 0) {
            breakPrefix_ = false;
            put(*byte, false);
            return true;
        }
        if (*byte == 0xF0) {
            breakPrefix_ = true;
            continue;
        }
        uint8_t code = translated(*byte);
        put(static_cast<uint8_t>(code | (breakPrefix_ ? 0x80 : 0)), false);
        breakPrefix_ = false;
        return true;
    }
    return false;
}

void I8042::put(uint8_t value, bool auxiliary) {
    buffer_ = value;
    full_ = true;
    fromMouse_ = auxiliary;
    updateLines();
}

void I8042::updateLines() {
    // With the keyboard disabled the controller's own answers raise no IRQ 1: firmware polls for
    // them with interrupts on and must not find a handler has eaten them.
    bool keyboard = full_ && !fromMouse_ && (commandByte() & keyboardInterrupt) != 0 &&
                    (commandByte() & keyboardDisabled) == 0;
    bool mouse = full_ && fromMouse_ && (commandByte() & mouseInterrupt) != 0;
    outputs_.irq1.set(keyboard);
    outputs_.irq12.set(mouse);
}

void I8042::reset() {
    keyboard_.reset();
    mouse_.reset();
    memory_ = {};
    commandByte() = keyboardInterrupt | mouseInterrupt;
    outputPort_ = idleLines | notReset;
    full_ = fromMouse_ = lastWasCommand_ = answerWaits_ = breakPrefix_ = false;
    pending_ = buffer_ = 0;
    setA20(true);
    updateLines();
}

void I8042::serialize(Archive &archive) {
    archive.section("8042");
    bool irq1 = outputs_.irq1.level();
    bool irq12 = outputs_.irq12.level();
    archive(memory_, outputPort_, buffer_, full_, fromMouse_, lastWasCommand_, pending_,
            answerWaits_, answerAuxiliary_, answer_, breakPrefix_, irq1, irq12, keyboard_, mouse_);
    if (!archive.loading()) return;
    outputs_.irq1.restore(irq1);
    outputs_.irq12.restore(irq12);
}

} // namespace bootglass
