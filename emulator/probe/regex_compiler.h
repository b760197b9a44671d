// SPDX-License-Identifier: GPL-3.0-or-later
// Turns a regular expression into the automaton of a TextPattern: first into a tree, then, from the
// end to the start, into states, so that each part is told the state that follows it. A part that
// is repeated {m,n} is written out as often; the bound on states keeps that small.
#pragma once

#include "emulator/probe/text_pattern.h"

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

class RegexCompiler {
  public:
    explicit RegexCompiler(std::string_view expression) : expression_(expression) {}

    TextPattern::Result compile();

  private:
    enum class Kind : uint8_t { Bytes, LineStart, LineEnd, Sequence, Choice, Repeat };
    struct Node {
        Kind kind = Kind::Sequence;
        std::bitset<256> bytes;
        std::vector<size_t> parts; // numbers of nodes
        unsigned least = 0;        // of Repeat
        unsigned most = 0;         // noLimit: any number
    };
    static constexpr unsigned noLimit = ~0u;
    static constexpr unsigned mostRepeats = 1000;

    // Reading: each returns the number of a node; after an error what they return means nothing.
    size_t choice();
    size_t sequence();
    size_t repeated();
    size_t atom();
    size_t group();
    size_t set();
    /// What `\` and the characters after it stand for.
    std::bitset<256> escaped();
    bool bounds(unsigned &least, unsigned &most);
    bool number(unsigned &value);

    // Writing: the first state of a node that `next` follows.
    uint32_t write(size_t number, uint32_t next);
    uint32_t writeRepeat(const Node &node, uint32_t next);
    uint32_t addState(TextPattern::State state);
    bool matchesNothing() const;

    bool more() const { return at_ < expression_.size() && error_.empty(); }
    bool take(char c);
    size_t addNode(Node node);
    void fail(std::string why);

    std::string_view expression_;
    size_t at_ = 0;
    std::string error_;
    std::vector<Node> nodes_;
    TextPattern pattern_;
};

} // namespace bootglass
