// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the bytes of a console together into lines. LF, CR LF and CR end a line, so a progress
// display that returns to the line's start gives one line per state of it. A line keeps the
// terminal's escape sequences (ECMA-48) as they came, but is looked through without them. A line
// that does not end is cut, so memory is bounded whatever the guest sends.
#pragma once

#include "emulator/memory/archive.h"

#include <cstdint>
#include <optional>
#include <string>

namespace bootglass {

class ConsoleReader {
  public:
    static constexpr size_t mostBytes = 4096; // of a line

    /// What one byte did, in this order.
    struct Step {
        bool endedBefore = false;    // `line` ended before the byte
        bool cut = false;            // `line` became too long; it goes on with the byte
        std::optional<uint8_t> text; // the byte is part of what a reader sees
        bool ended = false;          // `line` ends with the byte
        std::string line;            // of one of the three
    };
    Step byte(uint8_t value);

    /// The unfinished line; it starts anew.
    std::string take();
    const std::string &line() const { return line_; }

    void serialize(Archive &archive);

  private:
    enum class Escape : uint8_t { None, Escape, Intermediate, Csi, String, StringEscape };

    bool isText(uint8_t value);

    std::string line_;
    bool returned_ = false; // a CR came last
    Escape escape_ = Escape::None;
};

} // namespace bootglass
