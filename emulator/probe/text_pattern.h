// SPDX-License-Identifier: GPL-3.0-or-later
// A text to look for in what a guest writes: a plain text, or a regular expression of the usual
// kind (literals . [a-z] [^a] \d \w \s ( ) | * + ? {m,n} ^ $). It is compiled into a
// nondeterministic automaton that is fed byte by byte and never goes back, so a guest cannot make
// it slow: a byte costs at most one step per state, and the number of states is bounded.
#pragma once

#include "emulator/memory/archive.h"

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

class TextPattern {
  public:
    static constexpr size_t mostStates = 2000;
    static constexpr size_t mostBytes = 500; // of a pattern's source

    enum class StateKind : uint8_t { Byte, Split, LineStart, LineEnd, Accept };
    struct State {
        StateKind kind = StateKind::Accept;
        uint32_t next = 0;
        uint32_t other = 0; // of Split
        std::bitset<256> bytes;
    };

    struct Result;
    static Result literal(std::string_view text);
    static Result regex(std::string_view expression);

    const std::string &source() const { return source_; }
    const std::vector<State> &states() const { return states_; }
    uint32_t start() const { return start_; }

  private:
    friend class RegexCompiler;

    std::string source_;
    std::vector<State> states_;
    uint32_t start_ = 0;
};

/// Either a pattern, or one clause on what is wrong ("')' without '('").
struct TextPattern::Result {
    TextPattern pattern;
    std::string error;
};

/// Looks for one pattern in one stream of lines.
class TextMatcher {
  public:
    explicit TextMatcher(const TextPattern &pattern);

    /// True if the pattern ends with this byte; the search then starts anew behind it.
    bool byte(uint8_t value);
    /// The line ends: true if a pattern with '$' ends here. The next byte starts a line.
    bool lineEnd();

    void serialize(Archive &archive);

  private:
    void reach(uint32_t state, bool atLineEnd);
    void restart();

    const TextPattern *pattern_;
    bool atLineStart_ = true;
    bool accepted_ = false;
    std::vector<uint32_t> active_;  // states that wait for a byte or the line's end
    std::vector<uint32_t> before_;  // scratch
    std::vector<uint32_t> pending_; // scratch
    std::vector<uint64_t> seen_;    // the step in which a state was reached last
    uint64_t step_ = 0;
};

} // namespace bootglass
