// SPDX-License-Identifier: GPL-3.0-or-later
// Who watches a machine: gets every event, and what the guest says on its consoles. Called on the
// machine's thread, within the instruction that causes it; must return quickly, and can change
// nothing but ask the machine to stop.
#pragma once

#include "emulator/probe/event.h"

#include <cstdint>
#include <functional>
#include <string>

namespace bootglass {

/// The numbers of SourceGroup::Console.
enum class ConsoleId : uint16_t {
    Com1,
    Com2,
    FirmwareLog, // port 402h
    PortE9,
    VgaText, // as a source of inputs: the keyboard
};

struct MachineObserver : EventSink {
    void event(const Event &) override {}
    /// The instruction at a watched address is about to execute.
    virtual void codeReached(uint32_t /*linear*/) {}
    virtual void consoleByte(ConsoleId, uint8_t) {}
    /// A displayed row of a text mode has changed. `utf8` puts it together, without the blanks at
    /// its end, for who needs it: a guest that writes a letter at a time changes rows very often.
    virtual void textRow(unsigned /*row*/, const std::function<std::string()> & /*utf8*/) {}
};

} // namespace bootglass
