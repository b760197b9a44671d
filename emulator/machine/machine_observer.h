// SPDX-License-Identifier: GPL-3.0-or-later
// Who watches a machine: gets every event, and what the guest says on its consoles. Called on the
// machine's thread, within the instruction that causes it; must return quickly, and can change
// nothing but ask the machine to stop.
#pragma once

#include "emulator/probe/event.h"

#include <cstdint>
#include <string_view>

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
    virtual void consoleByte(ConsoleId, uint8_t) {}
    /// A displayed row of a text mode has changed; utf8 is the row without the blanks at its end.
    virtual void textRow(unsigned /*row*/, std::string_view /*utf8*/) {}
};

} // namespace bootglass
