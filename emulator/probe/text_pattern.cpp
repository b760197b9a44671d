// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/text_pattern.h"

#include "emulator/probe/regex_compiler.h"

#include <algorithm>
#include <utility>

namespace bootglass {

TextPattern::Result TextPattern::literal(std::string_view text) {
    Result result;
    if (text.empty()) result.error = "the text is empty";
    if (text.size() > mostBytes) result.error = "the text is longer than 500 bytes";
    if (text.find_first_of("\r\n") != std::string_view::npos)
        result.error = "the text spans lines; texts are looked for within a line";
    if (!result.error.empty()) return result;

    TextPattern &pattern = result.pattern;
    pattern.source_ = text;
    for (char c : text) {
        State state;
        state.kind = StateKind::Byte;
        state.next = static_cast<uint32_t>(pattern.states_.size() + 1);
        state.bytes.set(static_cast<uint8_t>(c));
        pattern.states_.push_back(state);
    }
    pattern.states_.push_back({});
    return result;
}

TextPattern::Result TextPattern::regex(std::string_view expression) {
    if (expression.size() > mostBytes) return {{}, "the expression is longer than 500 bytes"};
    return RegexCompiler(expression).compile();
}

TextMatcher::TextMatcher(const TextPattern &pattern)
    : pattern_(&pattern), seen_(pattern.states().size()) {
    restart();
}

void TextMatcher::reach(uint32_t state, bool atLineEnd) {
    pending_.assign(1, state);
    while (!pending_.empty()) {
        uint32_t number = pending_.back();
        pending_.pop_back();
        if (seen_[number] == step_) continue;
        seen_[number] = step_;
        const TextPattern::State &reached = pattern_->states()[number];
        switch (reached.kind) {
        case TextPattern::StateKind::Byte: active_.push_back(number); break;
        case TextPattern::StateKind::Split:
            pending_.push_back(reached.next);
            pending_.push_back(reached.other);
            break;
        case TextPattern::StateKind::LineStart:
            if (atLineStart_) pending_.push_back(reached.next);
            break;
        case TextPattern::StateKind::LineEnd:
            active_.push_back(number);
            if (atLineEnd) pending_.push_back(reached.next);
            break;
        case TextPattern::StateKind::Accept: accepted_ = true; break;
        }
    }
}

void TextMatcher::restart() {
    ++step_;
    active_.clear();
    accepted_ = false;
    reach(pattern_->start(), false);
}

bool TextMatcher::byte(uint8_t value) {
    ++step_;
    std::swap(active_, before_);
    active_.clear();
    accepted_ = false;
    atLineStart_ = false;
    for (uint32_t number : before_) {
        const TextPattern::State &state = pattern_->states()[number];
        if (state.kind == TextPattern::StateKind::Byte && state.bytes[value])
            reach(state.next, false);
    }
    if (!accepted_) {
        reach(pattern_->start(), false);
        return false;
    }
    restart();
    return true;
}

bool TextMatcher::lineEnd() {
    ++step_;
    std::swap(active_, before_);
    active_.clear();
    accepted_ = false;
    for (uint32_t number : before_) {
        const TextPattern::State &state = pattern_->states()[number];
        if (state.kind == TextPattern::StateKind::LineEnd) reach(state.next, true);
    }
    bool matched = accepted_;
    atLineStart_ = true;
    restart();
    return matched;
}

void TextMatcher::serialize(Archive &archive) {
    // Their order means nothing; in this one, equal searches are saved as equal bytes.
    std::sort(active_.begin(), active_.end());
    archive(atLineStart_, active_);
    if (!archive.loading()) return;
    std::sort(active_.begin(), active_.end()); // damaged bytes may have any order
    active_.erase(std::unique(active_.begin(), active_.end()), active_.end());
    if (!active_.empty() && active_.back() >= pattern_->states().size()) {
        archive.fail("the saved search for a text is not of this profile");
        active_.clear();
    }
    // Steps are only compared for equality with the present one.
    step_ = 0;
    std::fill(seen_.begin(), seen_.end(), 0);
}

} // namespace bootglass
