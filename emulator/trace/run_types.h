// SPDX-License-Identifier: GPL-3.0-or-later
// What a run file holds, as plain values: what the reader hands out and the recorder takes. Times
// are VirtualNs and Icount; a length of virtual time is a bare count of ns, named …Ns.
#pragma once

#include "emulator/memory/host_activity.h"
#include "emulator/probe/activity.h"
#include "emulator/probe/event.h"
#include "emulator/trace/track.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace bootglass {

/// Half open: [from, to).
struct TimeRange {
    VirtualNs from;
    VirtualNs to;

    uint64_t lengthNs() const { return to > from ? to - from : 0; }
    bool operator==(const TimeRange &) const = default;
};

/// A moment of a run with everything that is counted there.
struct RunPoint {
    Icount icount;
    VirtualNs ns;
    uint64_t idleNs = 0;
    double wallSeconds = 0; // host time since the start; a cost, never a measure

    bool operator==(const RunPoint &) const = default;
};

/// CPU time of the host by what it was spent on, ns; a cost, never a measure.
struct HostCost {
    std::array<uint64_t, hostActivities> ns{};

    uint64_t total() const { return std::accumulate(ns.begin(), ns.end(), uint64_t{0}); }
    uint64_t &operator[](HostActivity activity) { return ns[static_cast<size_t>(activity)]; }
    uint64_t operator[](HostActivity activity) const { return ns[static_cast<size_t>(activity)]; }
    HostCost &operator+=(const HostCost &other) {
        for (size_t n = 0; n < hostActivities; ++n)
            ns[n] += other.ns[n];
        return *this;
    }
    /// What came after an earlier total.
    HostCost operator-(const HostCost &earlier) const {
        HostCost rest;
        for (size_t n = 0; n < hostActivities; ++n)
            rest.ns[n] = ns[n] - std::min(ns[n], earlier.ns[n]);
        return rest;
    }
    bool operator==(const HostCost &) const = default;
};

struct RunMarker {
    int64_t id = 0;
    std::string name;
    std::string rule; // what found it: "serial text 'Freeing unused kernel'"
    Icount icount;
    VirtualNs ns;

    bool operator==(const RunMarker &) const = default;
};

struct RunPhase {
    int64_t id = 0;
    int64_t parent = 0; // 0: none
    int depth = 0;      // 0: top
    std::string path;   // "kernel/drivers"
    std::string name;   // "drivers"
    RunPoint start;
    RunPoint end; // of an open phase: the last known moment of the run
    bool open = false;
    HostCost hostCost;

    uint64_t instructions() const { return end.icount - start.icount; }
    uint64_t durationNs() const { return end.ns - start.ns; }
    uint64_t idleNs() const { return end.idleNs - start.idleNs; }
    double wallSeconds() const { return end.wallSeconds - start.wallSeconds; }
    TimeRange range() const { return {start.ns, end.ns}; }
    bool operator==(const RunPhase &) const = default;
};

/// A named span of work inside the guest.
struct RunActivity {
    int64_t id = 0;
    int64_t parent = 0; // the one that it happened in; 0: none
    ActivityKind kind = ActivityKind::Initcall;
    std::string name; // "ata_piix_init"
    std::string note; // how it ended, and what tells of it
    RunPoint start;
    RunPoint end; // of an open one: the last known moment of the run
    bool open = false;

    uint64_t instructions() const { return end.icount - start.icount; }
    uint64_t durationNs() const { return end.ns - start.ns; }
    uint64_t idleNs() const { return end.idleNs - start.idleNs; }
    TimeRange range() const { return {start.ns, end.ns}; }
    bool operator==(const RunActivity &) const = default;
};

/// Where the CPU was at one of the counts at which it is sampled.
struct CodeSample {
    Icount icount;
    VirtualNs ns;
    uint32_t eip = 0; // linear
    uint8_t privilege = 0;
    uint64_t cr3 = 0;
    std::vector<uint32_t> callers; // return addresses, the innermost first; none: not known

    bool operator==(const CodeSample &) const = default;
};

/// Samples with the names of the functions they lie in.
struct SampleList {
    struct Stack {
        CodeSample sample;
        std::vector<uint32_t> frames; // in `functions`, the outermost first; the last is eip's
    };
    std::vector<std::string> functions;
    std::vector<Stack> stacks; // in the order of time
    uint64_t every = 0;        // instructions from one sample to the next, as the run was asked
    uint64_t thinned = 1;      // of so many samples one is here
};

struct FunctionSamples {
    std::string
        name; // "delay_tsc"; "[user] sh"; in a run without symbols the address, "0xc1234567"
    uint64_t samples = 0;
    uint64_t instructions = 0; // that the samples stand for

    bool operator==(const FunctionSamples &) const = default;
};

/// A page of the guest's code as it was when it was seen to run.
struct CodeBytes {
    uint32_t address = 0;       // linear, of the first byte
    VirtualNs ns;               // when it was recorded
    std::vector<uint8_t> bytes; // empty: that code was not recorded

    bool operator==(const CodeBytes &) const = default;
};

struct ConsoleLine {
    int64_t id = 0;
    uint16_t source = 0; // SourceGroup::Console
    Icount icount;       // of its end
    VirtualNs ns;
    std::string text; // bytes of the guest, without the line's end

    bool operator==(const ConsoleLine &) const = default;
};

/// What a display shows in a graphics mode.
struct ScreenPicture {
    VirtualNs ns;
    uint16_t width = 0; // 0: no graphics
    uint16_t height = 0;
    std::vector<uint32_t> pixels; // 00RRGGBB, row by row

    bool empty() const { return width == 0 || height == 0; }
    bool operator==(const ScreenPicture &) const = default;
};

/// A VGA text screen: cells are character (low byte, code page 437) and attribute (high byte).
struct TextScreen {
    uint16_t columns = 0;
    uint16_t rows = 0;
    uint16_t cursorRow = 0; // rows or more: hidden
    uint16_t cursorColumn = 0;
    std::vector<uint16_t> cells; // row by row

    bool operator==(const TextScreen &) const = default;
};

struct TextScreenRow {
    uint16_t row = 0;
    std::vector<uint16_t> cells;
};

/// The rows of a text screen that changed since the last update.
struct TextScreenUpdate {
    uint16_t columns = 80;
    uint16_t rows = 25;
    uint16_t cursorRow = 0;
    uint16_t cursorColumn = 0;
    std::vector<TextScreenRow> changed;
};

struct InputFile {
    std::string role; // "kernel", "initrd", "bios", …
    std::string path;
    std::string sha256;
    uint64_t bytes = 0;

    bool operator==(const InputFile &) const = default;
};

/// What `bootglass info` tells.
struct RunInfo {
    std::string version; // of the Bootglass that wrote it
    int schema = 0;
    bool complete = false; // closed in order; false: being written, or killed
    Icount icount;
    VirtualNs virtualNs;
    uint64_t idleNs = 0;
    unsigned shift = 3;
    std::string ended; // "marker:prompt", "reset", …; empty if it never ended
    std::string digest;
    double wallSeconds = 0;
    double mips = 0;
    std::vector<std::pair<std::string, double>> hostCost; // "translate", seconds
    HostCost cost;                                        // the same, up to its last moment
    std::vector<RunMarker> markers;
    std::vector<RunPhase> phases;
    std::vector<std::pair<std::string, uint64_t>> kindCounts; // by EventKindInfo::name, all events
    uint64_t storedEvents = 0;
    std::vector<InputFile> inputs;
    std::map<std::string, std::string> meta; // everything else: machine, command line, seeds, …
};

/// A lane of a run that has something in it.
struct RunTrack {
    TrackId id;
    std::string label;  // "IRQ 4 COM1"
    uint64_t count = 0; // events; of CPU shares: spans
    uint64_t busyNs = 0;
};

/// A stored event and its number, which is its place in the order of all stored events, from 1.
struct StoredEvent {
    uint64_t id = 0; // 0: none
    Event event;

    bool operator==(const StoredEvent &) const = default;
};

/// What happened on a track within one pixel (or one roll-up bin).
struct Bin {
    uint64_t count = 0;     // events
    uint64_t busyNs = 0;    // how much of the bin its spans cover
    uint64_t longestNs = 0; // whole length of the longest span that touches the bin
    uint64_t longestId = 0; // that span's first stored event, or the bin's first; 0: not stored
    uint32_t kinds = 0;     // bit per EventKind

    bool empty() const { return count == 0 && busyNs == 0 && longestNs == 0; }
    void merge(const Bin &other);
    void candidate(uint64_t lengthNs, uint64_t id);
    bool operator==(const Bin &) const = default;
};
constexpr uint32_t kindBit(EventKind kind) {
    return uint32_t{1} << static_cast<unsigned>(kind);
}

/// Bins of one track, one per pixel.
struct TrackBins {
    TrackId track;
    uint64_t resolutionNs = 0; // of the roll-up used; 0: exact, from single events
    bool coarse = false;       // a roll-up bin is wider than a pixel: no finer data is kept
    std::vector<Bin> pixels;
};

/// One span of a track: an interrupt, an armed timer, a halt, an address space in use.
struct Span {
    TrackId track;
    VirtualNs start;
    VirtualNs accepted; // IrqLine: when the CPU took it; else equal to start
    VirtualNs end;
    uint64_t startId = 0; // its events; 0: not stored
    uint64_t acceptedId = 0;
    uint64_t endId = 0;
    bool open = false; // goes on beyond what is recorded or was asked for

    uint64_t lengthNs() const { return end - start; }
    bool operator==(const Span &) const = default;
};

struct SpanList {
    std::vector<Span> spans; // by start
    bool truncated = false;  // there are more than the limit
};

/// CPU time by owner within one pixel, ns.
using ModeShare = std::array<uint64_t, cpuShares>;

/// Host time since the start of the run; a cost, never a measure.
struct WallPoint {
    VirtualNs ns;
    uint64_t wallNs = 0;

    bool operator==(const WallPoint &) const = default;
};

/// A span of virtual time in which the CPU was halted.
struct IdleSpan {
    Icount icount;
    VirtualNs from;
    VirtualNs to;

    bool operator==(const IdleSpan &) const = default;
};

/// Numbers about one track in a range. Values are span lengths, or, on a track of points, the gaps
/// between one event and the next, ns.
struct TrackStatistics {
    TrackId track;
    uint64_t count = 0; // events
    double perSecond = 0;
    uint64_t busyNs = 0;
    bool exact = false;   // false: too much for single events; only count, busy and max are known
    uint64_t samples = 0; // values
    uint64_t minNs = 0;
    double meanNs = 0;
    uint64_t maxNs = 0;
    uint64_t p50Ns = 0;
    uint64_t p95Ns = 0;
    uint64_t p99Ns = 0;
    std::array<uint64_t, 64> histogram{}; // [n]: values of n bits, so below 2^n ns
};

} // namespace bootglass
