// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/regex_compiler.h"

#include <fmt/format.h>

#include <utility>

namespace bootglass {

namespace {

std::bitset<256> range(unsigned first, unsigned last) {
    std::bitset<256> bytes;
    for (unsigned byte = first; byte <= last; ++byte)
        bytes.set(byte);
    return bytes;
}

std::bitset<256> single(char c) {
    return range(static_cast<uint8_t>(c), static_cast<uint8_t>(c));
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool isWordByte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

} // namespace

TextPattern::Result RegexCompiler::compile() {
    size_t root = choice();
    if (error_.empty() && at_ < expression_.size()) fail("')' without '('");
    if (error_.empty()) {
        uint32_t accept = addState({});
        pattern_.start_ = write(root, accept);
    }
    if (error_.empty() && matchesNothing())
        fail("it also matches the empty text, so it would be found everywhere");
    if (!error_.empty()) return {{}, error_};
    pattern_.source_ = expression_;
    return {std::move(pattern_), {}};
}

void RegexCompiler::fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
}

bool RegexCompiler::take(char c) {
    if (!more() || expression_[at_] != c) return false;
    ++at_;
    return true;
}

size_t RegexCompiler::addNode(Node node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
}

size_t RegexCompiler::choice() {
    Node node{.kind = Kind::Choice};
    do
        node.parts.push_back(sequence());
    while (take('|'));
    return node.parts.size() == 1 ? node.parts[0] : addNode(std::move(node));
}

size_t RegexCompiler::sequence() {
    Node node{.kind = Kind::Sequence};
    while (more() && expression_[at_] != '|' && expression_[at_] != ')')
        node.parts.push_back(repeated());
    return addNode(std::move(node));
}

size_t RegexCompiler::repeated() {
    size_t part = atom();
    if (!more()) return part;
    Node node{.kind = Kind::Repeat, .parts = {part}};
    if (take('*')) {
        node.most = noLimit;
    } else if (take('+')) {
        node.least = 1;
        node.most = noLimit;
    } else if (take('?')) {
        node.most = 1;
    } else if (!(take('{') && bounds(node.least, node.most))) {
        return part;
    }
    take('?'); // as few as possible: no matter to whether and where a match ends first
    if (more() && std::string_view("*+?{").find(expression_[at_]) != std::string_view::npos)
        fail(fmt::format("'{}' repeats a repetition", expression_[at_]));
    return addNode(std::move(node));
}

bool RegexCompiler::bounds(unsigned &least, unsigned &most) {
    bool good = number(least);
    most = least;
    if (good && take(',')) {
        most = noLimit;
        if (more() && expression_[at_] != '}') good = number(most);
    }
    if (!good || !take('}'))
        fail("'{' needs {n}, {n,} or {m,n}; write \\{ for the character");
    else if (least > mostRepeats || (most != noLimit && most > mostRepeats))
        fail("it repeats more than 1000 times");
    else if (most < least)
        fail("the bounds of a repetition are the wrong way round");
    return error_.empty();
}

bool RegexCompiler::number(unsigned &value) {
    size_t first = at_;
    value = 0;
    while (more() && expression_[at_] >= '0' && expression_[at_] <= '9' && at_ - first < 6)
        value = value * 10 + static_cast<unsigned>(expression_[at_++] - '0');
    return at_ > first;
}

size_t RegexCompiler::atom() {
    char c = expression_[at_++];
    switch (c) {
    case '(': return group();
    case '[': return set();
    case '.': return addNode({.kind = Kind::Bytes, .bytes = range(0, 255)});
    case '^': return addNode({.kind = Kind::LineStart});
    case '$': return addNode({.kind = Kind::LineEnd});
    case '\\': return addNode({.kind = Kind::Bytes, .bytes = escaped()});
    case '*':
    case '+':
    case '?':
    case '{': fail(fmt::format("'{}' has nothing before it to repeat", c)); break;
    case '\r':
    case '\n': fail("the expression spans lines; texts are looked for within a line"); break;
    default: break;
    }
    return addNode({.kind = Kind::Bytes, .bytes = single(c)});
}

size_t RegexCompiler::group() {
    if (take('?') && !take(':')) fail("of the groups with '(?' only '(?:' is known");
    size_t inside = choice();
    if (!take(')')) fail("'(' without ')'");
    return inside;
}

std::bitset<256> RegexCompiler::escaped() {
    if (!more()) {
        fail("it ends in '\\'");
        return {};
    }
    char c = expression_[at_++];
    std::bitset<256> word = range('0', '9') | range('a', 'z') | range('A', 'Z') | single('_');
    std::bitset<256> space = single(' ') | range('\t', '\r');
    switch (c) {
    case 'd': return range('0', '9');
    case 'D': return ~range('0', '9');
    case 'w': return word;
    case 'W': return ~word;
    case 's': return space;
    case 'S': return ~space;
    case 't': return single('\t');
    case 'x': {
        int high = at_ + 1 < expression_.size() ? hexDigit(expression_[at_]) : -1;
        int low = at_ + 1 < expression_.size() ? hexDigit(expression_[at_ + 1]) : -1;
        if (high < 0 || low < 0) {
            fail("'\\x' needs two hexadecimal digits");
            return {};
        }
        at_ += 2;
        return single(static_cast<char>(high << 4 | low));
    }
    default:
        if (isWordByte(c)) fail(fmt::format("'\\{}' is not known", c));
        return single(c);
    }
}

size_t RegexCompiler::set() {
    Node node{.kind = Kind::Bytes};
    bool negated = take('^');
    bool first = true;
    while (more() && (first || expression_[at_] != ']')) {
        first = false;
        char c = expression_[at_++];
        if (c == '\\') {
            node.bytes |= escaped();
            continue;
        }
        bool isRange = at_ + 1 < expression_.size() && expression_[at_] == '-' &&
                       expression_[at_ + 1] != ']' && expression_[at_ + 1] != '\\';
        if (!isRange) {
            node.bytes |= single(c);
            continue;
        }
        char last = expression_[at_ + 1];
        at_ += 2;
        if (static_cast<uint8_t>(last) < static_cast<uint8_t>(c))
            fail(fmt::format("the range {}-{} is the wrong way round", c, last));
        else
            node.bytes |= range(static_cast<uint8_t>(c), static_cast<uint8_t>(last));
    }
    if (!take(']')) fail("'[' without ']'");
    if (negated) node.bytes = ~node.bytes;
    return addNode(std::move(node));
}

uint32_t RegexCompiler::addState(TextPattern::State state) {
    if (pattern_.states_.size() >= TextPattern::mostStates) {
        fail("it is too large; use smaller repetitions");
        return 0;
    }
    pattern_.states_.push_back(state);
    return static_cast<uint32_t>(pattern_.states_.size() - 1);
}

uint32_t RegexCompiler::write(size_t number, uint32_t next) {
    using StateKind = TextPattern::StateKind;
    const Node &node = nodes_[number];
    if (!error_.empty()) return 0;
    switch (node.kind) {
    case Kind::Bytes: return addState({StateKind::Byte, next, 0, node.bytes});
    case Kind::LineStart: return addState({StateKind::LineStart, next, 0, {}});
    case Kind::LineEnd: return addState({StateKind::LineEnd, next, 0, {}});
    case Kind::Sequence:
        for (size_t i = node.parts.size(); i-- > 0;)
            next = write(node.parts[i], next);
        return next;
    case Kind::Choice: {
        uint32_t entry = write(node.parts.back(), next);
        for (size_t i = node.parts.size() - 1; i-- > 0;)
            entry = addState({StateKind::Split, write(node.parts[i], next), entry, {}});
        return entry;
    }
    case Kind::Repeat: return writeRepeat(node, next);
    }
    return next;
}

uint32_t RegexCompiler::writeRepeat(const Node &node, uint32_t next) {
    using StateKind = TextPattern::StateKind;
    size_t part = node.parts[0];
    uint32_t entry = next;
    if (node.most == noLimit) {
        entry = addState({StateKind::Split, next, next, {}});
        uint32_t body = write(part, entry);
        if (error_.empty()) pattern_.states_[entry].other = body;
    } else {
        for (unsigned i = node.least; i < node.most && error_.empty(); ++i)
            entry = addState({StateKind::Split, write(part, entry), next, {}});
    }
    for (unsigned i = 0; i < node.least && error_.empty(); ++i) {
        const uint32_t following = entry;
        entry = write(part, following);
        // Nothing was written, as of "(){1000}": nor would it be by the next one, and nested ones
        // would take for ever.
        if (entry == following) break;
    }
    return entry;
}

bool RegexCompiler::matchesNothing() const {
    using StateKind = TextPattern::StateKind;
    std::vector<uint32_t> pending{pattern_.start_};
    std::vector<bool> seen(pattern_.states_.size());
    while (!pending.empty()) {
        uint32_t number = pending.back();
        pending.pop_back();
        if (seen[number]) continue;
        seen[number] = true;
        const TextPattern::State &state = pattern_.states_[number];
        if (state.kind == StateKind::Accept) return true;
        if (state.kind == StateKind::Byte) continue;
        pending.push_back(state.next);
        if (state.kind == StateKind::Split) pending.push_back(state.other);
    }
    return false;
}

} // namespace bootglass
