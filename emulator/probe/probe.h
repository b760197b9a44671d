// SPDX-License-Identifier: GPL-3.0-or-later
// Watches a machine and finds its profile's markers and phases, and puts console bytes together
// into lines. It only looks: nothing in the machine depends on it. It is told of every event,
// so what no unfound marker waits for is dropped by one test of a bit.
//
// A marker is found once. Phases are a tree and open phases are always one path of it: a phase that
// opens closes all that do not contain it, and opens its parents. Phases are written in the order
// of the boot; one whose marker comes after a later phase has begun is left out.
#pragma once

#include "emulator/probe/activity_reader.h"
#include "emulator/probe/activity_tracker.h"
#include "emulator/probe/console_reader.h"
#include "emulator/probe/event.h"
#include "emulator/probe/phase_tracker.h"
#include "emulator/probe/profile.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// Is told what the probe finds, on the machine's thread, in order. At a marker that bounds
/// phases: first the marker, then the ends, inner ones first, then the starts, outer ones first.
struct ProbeSink {
    virtual ~ProbeSink() = default;
    virtual void marker(const std::string &name, const std::string &rule, Icount icount,
                        VirtualNs ns) = 0;
    virtual void phaseStarted(const std::string &path, Icount icount, VirtualNs ns) = 0;
    virtual void phaseEnded(const std::string &path, Icount icount, VirtualNs ns) = 0;
    /// The line's bytes without its end; escape sequences are in it as they came.
    virtual void consoleLine(uint16_t console, const std::string &text, Icount icount,
                             VirtualNs ns) = 0;
    virtual void activityStarted(const Activity &, Icount, VirtualNs) {}
    virtual void activityEnded(const Activity &, Icount, VirtualNs) {}
    /// One that is over when it is noticed; when it began is known by the guest's clock alone.
    virtual void activityPast(const Activity &, VirtualNs /*start*/, Icount, VirtualNs) {}
};

class Probe {
  public:
    /// The sink must outlive the probe.
    Probe(Profile profile, ProbeSink &sink);
    Probe(const Probe &) = delete;
    Probe &operator=(const Probe &) = delete;

    void event(const Event &event) {
        if (wantedKinds_ >> static_cast<unsigned>(event.kind) & 1) wantedEvent(event);
    }
    /// A byte that the guest wrote to Console `console`.
    void consoleByte(uint16_t console, uint8_t byte, Icount icount, VirtualNs ns);
    /// Whether any rule that still waits looks at the screen.
    bool wantsScreen() const {
        return wantedConsoles_ >> static_cast<unsigned>(Console::Screen) & 1;
    }
    /// A row of the VGA text screen as it is now.
    void textRow(unsigned row, std::string_view utf8, Icount icount, VirtualNs ns);
    /// The functions that some rule waits for, and what tells that one is entered.
    std::vector<std::string> markerSymbols() const;
    void symbolReached(std::string_view symbol, Icount icount, VirtualNs ns);
    /// The run is over: hands out unfinished lines and closes what is open.
    void finish(Icount icount, VirtualNs ns);

    const Profile &profile() const { return profile_; }
    bool found(std::string_view marker) const;
    /// The innermost open phase; empty before the first.
    const std::string &phase() const { return phases_.innermost(); }

    ActivityTracker &activities() { return activities_; }
    /// Activities of that kind are known better than the guest's lines tell them.
    void ignoreLinesOf(ActivityKind kind) { activityReader_.ignore(kind); }

    void serialize(Archive &archive);

  private:
    static constexpr unsigned mostRows = 256;
    static constexpr size_t noMarker = SIZE_MAX;

    struct RuleState {
        size_t marker = 0; // its number
        const MarkerRule *rule = nullptr;
        size_t after = noMarker;
        size_t unless = noMarker;
        uint32_t seen = 0;                 // occurrences so far
        std::vector<TextMatcher> matchers; // of a pattern: one per byte console
        std::vector<uint8_t> shown;        // of a pattern: which screen rows show it
    };
    struct MarkerState {
        bool found = false;
        uint64_t step = 0; // in which it was found
    };

    void wantedEvent(const Event &event);
    /// The rule's text, event or write is there now.
    void occurred(RuleState &state, Icount icount, VirtualNs ns);
    void lineEnded(uint16_t console, const std::string &line, Icount icount, VirtualNs ns);
    static bool showsOn(const MarkerRule &rule, std::string_view utf8);
    bool pending(const RuleState &rule) const { return !markers_[rule.marker].found; }
    void findWanted();
    void report(const PhaseTracker::Changes &changes, Icount icount, VirtualNs ns);

    Profile profile_;
    ProbeSink &sink_;
    std::vector<RuleState> rules_;
    std::vector<MarkerState> markers_;
    std::array<ConsoleReader, consoles> readers_;
    std::vector<std::string> rows_; // of the screen, as seen last
    PhaseTracker phases_;
    ActivityTracker activities_;
    ActivityReader activityReader_;
    uint32_t wantedKinds_ = 0;   // bit per EventKind that some unfound marker waits for
    uint8_t wantedConsoles_ = 0; // bit per Console, likewise
    uint64_t step_ = 0;          // events, bytes and rows looked at so far
};

} // namespace bootglass
