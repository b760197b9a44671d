// SPDX-License-Identifier: GPL-3.0-or-later
// Types a script into a machine, each input at a moment of virtual time that depends on the guest
// alone. What follows a marker or phase enters one ns of virtual time later, at the earliest: the
// machine then stands between two instructions before the timers of that moment, which is where
// a replay, which knows only count and time, brings it to.
#pragma once

#include "app/run/input_script.h"
#include "emulator/clock/time_types.h"
#include "emulator/memory/archive.h"

#include <string_view>
#include <vector>

namespace bootglass {

class Machine;

class InputFeeder {
  public:
    explicit InputFeeder(InputScript script);

    /// How far the machine may run before feed() is to be called.
    Icount limit(Icount now) const;
    VirtualNs next() const;
    /// Types what is due at the moment at which the machine stands.
    void feed(Machine &machine);

    /// True if this gives something to type: next() has changed.
    bool marker(std::string_view name, VirtualNs now);
    bool phaseStarted(std::string_view path, VirtualNs now);

    /// Of the same script.
    void serialize(Archive &archive);

  private:
    struct Due {
        VirtualNs at;
        uint32_t line = 0;
        uint32_t action = 0;
    };

    bool reached(When::Kind kind, std::string_view name, VirtualNs now);
    void schedule(size_t line, VirtualNs from);

    InputScript script_;
    std::vector<uint8_t> done_; // by line: its point was reached
    std::vector<Due> due_;      // by time, those of one time in the order of their lines
};

} // namespace bootglass
