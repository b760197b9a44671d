// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/probe.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace bootglass {

namespace {

constexpr uint32_t bit(EventKind kind) {
    return uint32_t{1} << static_cast<unsigned>(kind);
}

constexpr uint8_t bit(Console console) {
    return static_cast<uint8_t>(1 << static_cast<unsigned>(console));
}

EventKind kindOf(CpuMoment moment) {
    switch (moment) {
    case CpuMoment::Reset: return EventKind::Reset;
    case CpuMoment::ProtectedMode:
    case CpuMoment::Paging:
    case CpuMoment::Virtual8086: return EventKind::ModeSwitch;
    case CpuMoment::User: return EventKind::PrivilegeSwitch;
    case CpuMoment::Halt: return EventKind::Halt;
    case CpuMoment::Shutdown: return EventKind::Shutdown;
    }
    return EventKind::Reset;
}

/// Whether an event of the moment's kind is the moment.
bool isMoment(CpuMoment moment, const Event &event) {
    auto mode = static_cast<CpuMode>(event.value);
    auto before = static_cast<CpuMode>(event.detail);
    switch (moment) {
    case CpuMoment::ProtectedMode:
        return before == CpuMode::Real && (mode == CpuMode::Protected || mode == CpuMode::Paged);
    case CpuMoment::Paging: // and not the way back from virtual-8086 mode
        return mode == CpuMode::Paged && (before == CpuMode::Real || before == CpuMode::Protected);
    case CpuMoment::Virtual8086: return mode == CpuMode::Virtual8086;
    case CpuMoment::User: return event.value == 3;
    default: return true;
    }
}

/// The events that a rule can name tell the linear address of the instruction.
CodeOwner ownerOf(const Event &event) {
    constexpr uint32_t romsStart = 0xC0000;
    constexpr uint32_t romsEnd = 0x100000;
    return event.address >= romsStart && event.address < romsEnd ? CodeOwner::Firmware
                                                                 : CodeOwner::Loaded;
}

bool applies(const MarkerRule &rule, const Event &event) {
    if (rule.moment) {
        return kindOf(*rule.moment) == event.kind && isMoment(*rule.moment, event) &&
               (!rule.by || *rule.by == ownerOf(event));
    }
    return rule.port && event.kind == EventKind::PortWrite && event.address == *rule.port &&
           (!rule.portValue || event.value == *rule.portValue);
}

} // namespace

Probe::Probe(Profile profile, ProbeSink &sink)
    : profile_(std::move(profile)),
      sink_(sink),
      markers_(profile_.markers.size()),
      phases_(profile_.phases),
      activities_(sink),
      activityReader_(profile_.activities, activities_) {
    auto numberOf = [this](const std::string &name) {
        for (size_t i = 0; i < profile_.markers.size(); ++i)
            if (profile_.markers[i].name == name) return i;
        return noMarker;
    };
    for (size_t i = 0; i < profile_.markers.size(); ++i) {
        for (const MarkerRule &rule : profile_.markers[i].rules) {
            RuleState state{.marker = i,
                            .rule = &rule,
                            .after = numberOf(rule.after),
                            .unless = numberOf(rule.unless)};
            if (rule.pattern) state.matchers.assign(consoles, TextMatcher(*rule.pattern));
            rules_.push_back(std::move(state));
        }
    }
    findWanted();
}

bool Probe::found(std::string_view marker) const {
    for (size_t i = 0; i < markers_.size(); ++i)
        if (profile_.markers[i].name == marker) return markers_[i].found;
    return false;
}

void Probe::findWanted() {
    wantedKinds_ = 0;
    wantedConsoles_ = 0;
    for (const RuleState &state : rules_) {
        if (!pending(state)) continue;
        if (state.rule->moment) wantedKinds_ |= bit(kindOf(*state.rule->moment));
        if (state.rule->port) wantedKinds_ |= bit(EventKind::PortWrite);
        if (state.rule->pattern)
            wantedConsoles_ = static_cast<uint8_t>(wantedConsoles_ | state.rule->sources);
    }
}

void Probe::wantedEvent(const Event &event) {
    ++step_;
    for (RuleState &state : rules_)
        if (pending(state) && applies(*state.rule, event)) occurred(state, event.icount, event.ns);
}

void Probe::occurred(RuleState &state, Icount icount, VirtualNs ns) {
    if (state.after != noMarker) {
        const MarkerState &after = markers_[state.after];
        if (!after.found || after.step == step_) return;
    }
    if (state.unless != noMarker && markers_[state.unless].found) return;
    if (++state.seen < state.rule->occurrence) return;
    markers_[state.marker] = {true, step_};
    findWanted();
    const std::string &name = profile_.markers[state.marker].name;
    sink_.marker(name, state.rule->description, icount, ns);
    report(phases_.marker(name), icount, ns);
}

void Probe::report(const PhaseTracker::Changes &changes, Icount icount, VirtualNs ns) {
    for (const std::string &path : changes.ended)
        sink_.phaseEnded(path, icount, ns);
    for (const std::string &path : changes.started)
        sink_.phaseStarted(path, icount, ns);
}

void Probe::consoleByte(uint16_t console, uint8_t byte, Icount icount, VirtualNs ns) {
    if (console >= consoles || console == static_cast<uint16_t>(Console::Screen)) return;
    ++step_;
    ConsoleReader::Step read = readers_[console].byte(byte);
    if (read.endedBefore) lineEnded(console, read.line, icount, ns);
    if (read.cut) sink_.consoleLine(console, read.line, icount, ns);
    if (read.text && activityReader_.wants(console))
        activityReader_.text(console, *read.text, icount, ns);
    if (read.text && wantedConsoles_ >> console & 1) {
        for (RuleState &state : rules_)
            if (pending(state) && state.rule->pattern && state.rule->sources >> console & 1 &&
                state.matchers[console].byte(*read.text))
                occurred(state, icount, ns);
    }
    if (read.ended) lineEnded(console, read.line, icount, ns);
}

void Probe::lineEnded(uint16_t console, const std::string &line, Icount icount, VirtualNs ns) {
    for (RuleState &state : rules_)
        if (pending(state) && state.rule->pattern && state.rule->sources >> console & 1 &&
            state.matchers[console].lineEnd())
            occurred(state, icount, ns);
    sink_.consoleLine(console, line, icount, ns);
    if (activityReader_.wants(console)) activityReader_.lineEnded(console, icount, ns);
}

void Probe::textRow(unsigned row, std::string_view utf8, Icount icount, VirtualNs ns) {
    if (row >= mostRows || !(wantedConsoles_ & bit(Console::Screen))) return;
    if (row >= rows_.size()) rows_.resize(row + 1);
    if (rows_[row] == utf8) return;
    rows_[row] = utf8;
    ++step_;
    for (RuleState &state : rules_) {
        if (!pending(state) || !(state.rule->sources & bit(Console::Screen))) continue;
        // A text that scrolls moves from row to row: only its first appearance counts.
        bool before = std::find(state.shown.begin(), state.shown.end(), 1) != state.shown.end();
        if (row >= state.shown.size()) state.shown.resize(row + 1);
        state.shown[row] = showsOn(*state.rule, utf8);
        if (state.shown[row] && !before) occurred(state, icount, ns);
    }
}

bool Probe::showsOn(const MarkerRule &rule, std::string_view utf8) {
    TextMatcher matcher(*rule.pattern);
    for (char c : utf8)
        if (matcher.byte(static_cast<uint8_t>(c))) return true;
    return matcher.lineEnd();
}

std::vector<std::string> Probe::markerSymbols() const {
    std::vector<std::string> symbols;
    for (const RuleState &state : rules_)
        if (!state.rule->symbol.empty()) symbols.push_back(state.rule->symbol);
    return symbols;
}

void Probe::symbolReached(std::string_view symbol, Icount icount, VirtualNs ns) {
    ++step_;
    for (RuleState &state : rules_)
        if (pending(state) && state.rule->symbol == symbol) occurred(state, icount, ns);
}

void Probe::finish(Icount icount, VirtualNs ns) {
    ++step_;
    for (uint16_t console = 0; console < consoles; ++console)
        if (!readers_[console].line().empty())
            sink_.consoleLine(console, readers_[console].take(), icount, ns);
    report(phases_.finish(), icount, ns);
}

void Probe::serialize(Archive &archive) {
    archive.section("probe");
    auto markers = static_cast<uint32_t>(markers_.size());
    auto rules = static_cast<uint32_t>(rules_.size());
    archive(markers, rules);
    if (markers != markers_.size() || rules != rules_.size()) {
        archive.fail("the saved state was made with another profile");
        return;
    }
    for (MarkerState &marker : markers_)
        archive(marker.found, marker.step);
    for (RuleState &rule : rules_) {
        archive(rule.seen, rule.shown);
        for (TextMatcher &matcher : rule.matchers)
            matcher.serialize(archive);
    }
    for (ConsoleReader &reader : readers_)
        reader.serialize(archive);
    archive(rows_, phases_, step_, activities_, activityReader_);
    findWanted();
}

} // namespace bootglass
