// SPDX-License-Identifier: GPL-3.0-or-later
// System control port B, port 61h: gate of timer 2 and speaker, the refresh toggle, timer 2's
// output, and the two sources of NMI with their enables (IBM PC/AT Technical Reference,
// "Miscellaneous ports"). The refresh toggle is a function of virtual time: DRAM refresh comes each
// 18 clocks of the 8254, some 15.1 us, and delay loops count its changes.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <cstdint>
#include <functional>

namespace bootglass {

class Port61 {
  public:
    /// gate2, out2: channel 2 of the 8254. nmi: high while an enabled source has failed.
    Port61(VirtualClock &clock, std::function<void(bool)> gate2, std::function<bool()> out2,
           IrqLine nmi);

    uint8_t read(uint16_t offset) const;
    void write(uint16_t offset, uint8_t value);

    /// What the speaker's cone follows.
    bool speaker() const;

    /// The sources of NMI; each is latched until its enable bit is set (which disables and clears
    /// it).
    void raiseIoCheck();
    void raiseSystemError();

    void reset();
    void serialize(Archive &archive);

  private:
    void update();

    VirtualClock &clock_;
    std::function<void(bool)> gate2_;
    std::function<bool()> out2_;
    IrqLine nmi_;
    uint8_t control_ = 0; // bits 0 to 3 as written
    bool ioCheck_ = false;
    bool systemError_ = false;
};

} // namespace bootglass
