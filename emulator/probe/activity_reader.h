// SPDX-License-Identifier: GPL-3.0-or-later
// Finds activities in the lines of a guest's consoles, by the profile's rules. One that two lines
// bound starts when its first line is complete and ends when its last one begins, so that the time
// in which a slow serial line writes these two is not its own.
#pragma once

#include "emulator/probe/activity_tracker.h"
#include "emulator/probe/profile.h"

#include <array>
#include <string>
#include <vector>

namespace bootglass {

class ActivityReader {
  public:
    ActivityReader(std::vector<ActivityRule> rules, ActivityTracker &tracker);

    /// Activities of that kind are known better from elsewhere.
    void ignore(ActivityKind kind);
    bool wants(uint16_t console) const { return sources_ >> console & 1; }
    /// A byte of what a reader of the console sees.
    void text(uint16_t console, uint8_t byte, Icount icount, VirtualNs ns);
    void lineEnded(uint16_t console, Icount icount, VirtualNs ns);

    void serialize(Archive &archive);

  private:
    struct Line {
        std::string text;
        Icount icount; // of its first byte
        VirtualNs ns;

        void serialize(Archive &archive) { archive(text, icount, ns); }
    };
    static constexpr size_t mostBytes = 1024; // of a line that are looked at

    void apply(const ActivityRule &rule, const Line &line, Icount icount, VirtualNs ns);

    std::vector<ActivityRule> rules_;
    ActivityTracker &tracker_;
    uint8_t sources_ = 0; // bit per Console that some rule reads
    std::array<Line, consoles> lines_;
};

} // namespace bootglass
