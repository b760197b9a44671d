// SPDX-License-Identifier: GPL-3.0-or-later
// WHEN: a point in a boot, as it is written everywhere on the command line and in profiles:
//   marker:NAME  phase:PATH (its start)  icount:N  time:5.2s (ns, us, ms, s, min)
// and, as ends of a run only:
//   idle:2s  the guest has nothing to do; see StopCondition
//   reset    the guest resets or powers off (which ends a run anyway)
//   halt     the CPU halts and nothing can wake it
#pragma once

#include "emulator/probe/profile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bootglass {

struct When {
    enum class Kind : uint8_t { Marker, Phase, Icount, Time, Idle, Reset, Halt };

    Kind kind = Kind::Reset;
    std::string name;   // of a marker; path of a phase
    uint64_t value = 0; // icount; ns of time and idle
    std::string text;   // as it was written

    bool operator==(const When &) const = default;
};

/// Either a point, or one sentence.
struct WhenResult {
    std::optional<When> when;
    std::string error;
};

WhenResult parseWhen(std::string_view text);

/// A sentence if the profile does not know the marker or phase; else empty.
std::string checkWhen(const When &when, const Profile &profile);

/// "5.2s", "300ms" in ns; nothing if it is no such time or too long for 64 bits.
std::optional<uint64_t> parseDuration(std::string_view text);

} // namespace bootglass
