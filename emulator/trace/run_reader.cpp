// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/run_reader.h"

#include "emulator/trace/bins_query.h"
#include "emulator/trace/event_search.h"
#include "emulator/trace/event_table.h"
#include "emulator/trace/guest_tables.h"
#include "emulator/trace/host_cost.h"
#include "emulator/trace/idle_clock.h"
#include "emulator/trace/run_tables.h"
#include "emulator/trace/sample_codec.h"
#include "emulator/trace/span_walk.h"
#include "emulator/trace/sql_query.h"
#include "emulator/trace/track_statistics.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr uint64_t spanLookAheadNs =
    100'000'000; // beyond a range, for when an interrupt is accepted

std::array<TrackId, cpuShares> shareTracks() {
    std::array<TrackId, cpuShares> tracks;
    for (size_t share = 0; share < cpuShares; ++share)
        tracks[share] = {TrackKind::CpuShare, static_cast<uint16_t>(share)};
    return tracks;
}

std::vector<ModeShare> sharesOf(const std::vector<TrackBins> &bins) {
    std::vector<ModeShare> shares(bins.front().pixels.size());
    for (size_t share = 0; share < cpuShares; ++share)
        for (size_t pixel = 0; pixel < shares.size(); ++pixel)
            shares[pixel][share] = bins[share].pixels[pixel].busyNs;
    return shares;
}

SpanList findSpans(RunFile &file, TrackId track, TimeRange range, size_t limit) {
    SpanList list;
    range.to = std::min(range.to, file.end().ns + 1);
    if (range.to <= range.from || !hasSpans(track.kind) || track.kind == TrackKind::CpuShare ||
        !file.keeps(kindsOf(track.kind), range))
        return list;
    SpanWalk walk;
    walk.lookAheadNs = spanLookAheadNs;
    walk.wanted = [&](TrackId other) { return other == track; };
    walk.span = [&](const Span &span) {
        list.truncated = list.spans.size() >= limit;
        if (!list.truncated) list.spans.push_back(span);
        return !list.truncated;
    };
    walkSpans(file, range, walk);
    std::ranges::stable_sort(list.spans, {}, &Span::start);
    return list;
}

} // namespace

struct RunReader::State {
    explicit State(const std::string &path) : file(path) {
        addEventTable(file);
        idle.refresh();
    }

    RunFile file;
    IdleClock idle{file};
    EventSearch search{file};
    std::shared_ptr<const SymbolTable> symbols;

    const std::shared_ptr<const SymbolTable> &symbolTable() {
        if (!symbols) symbols = std::make_shared<const SymbolTable>(readSymbols(file));
        return symbols;
    }

    /// Runs a query: whatever its end, it leaves no statement in the middle of its rows.
    template<typename Function>
    auto run(Function &&function) {
        file.startQuery();
        auto result = guarded(std::forward<Function>(function));
        file.endQuery();
        return result;
    }
};

Result<std::unique_ptr<RunReader>> RunReader::open(const std::string &path) {
    return guarded(
        [&] { return std::unique_ptr<RunReader>(new RunReader(std::make_unique<State>(path))); });
}

RunReader::RunReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunReader::~RunReader() = default;

Result<bool> RunReader::refresh() {
    return state_->run([&] {
        // While a run is recorded its kernel may be found elsewhere than its symbols said.
        if (!state_->file.complete()) state_->symbols.reset();
        const bool more = state_->file.refresh();
        if (more) state_->idle.refresh();
        return more;
    });
}

void RunReader::interrupt() {
    state_->file.cancel();
}

// --- the run as a whole

const std::string &RunReader::path() const {
    return state_->file.path();
}

Result<RunInfo> RunReader::info() {
    return state_->run([&] { return readInfo(state_->file); });
}

unsigned RunReader::shift() const {
    return state_->file.shift();
}

RunPoint RunReader::end() const {
    return state_->file.end();
}

Result<std::vector<RunMarker>> RunReader::markers() {
    return state_->run([&] { return readMarkers(state_->file); });
}

Result<std::vector<RunPhase>> RunReader::phases() {
    return state_->run([&] { return readPhases(state_->file); });
}

Result<std::vector<Source>> RunReader::sources() {
    return state_->run([&] { return SourceNames(state_->file).all(); });
}

Result<std::vector<RunTrack>> RunReader::tracks() {
    return state_->run([&] { return readTracks(state_->file); });
}

// --- pictures

Result<std::vector<TrackBins>> RunReader::bins(std::span<const TrackId> tracks, TimeRange range,
                                               unsigned pixels) {
    return state_->run([&] { return queryBins(state_->file, tracks, range, pixels); });
}

Result<TrackBins> RunReader::bins(TrackId track, TimeRange range, unsigned pixels) {
    return state_->run([&] {
        return std::move(queryBins(state_->file, std::array{track}, range, pixels).front());
    });
}

Result<std::vector<TrackBins>> RunReader::bins(std::span<const TrackId> tracks,
                                               std::span<const VirtualNs> edges) {
    return state_->run([&] { return queryBins(state_->file, tracks, edges); });
}

Result<std::vector<ModeShare>> RunReader::modeShares(TimeRange range, unsigned pixels) {
    return state_->run(
        [&] { return sharesOf(queryBins(state_->file, shareTracks(), range, pixels)); });
}

Result<std::vector<ModeShare>> RunReader::modeShares(std::span<const VirtualNs> edges) {
    return state_->run([&] { return sharesOf(queryBins(state_->file, shareTracks(), edges)); });
}

Result<std::vector<HostCost>> RunReader::hostCosts(std::span<const VirtualNs> edges) {
    return state_->run([&] { return bootglass::hostCosts(state_->file, edges); });
}

Result<std::vector<HostCost>> RunReader::hostCosts(TimeRange range, unsigned pixels) {
    return state_->run([&] { return bootglass::hostCosts(state_->file, range, pixels); });
}

// --- single events

uint64_t RunReader::eventsWithin(TimeRange range) const {
    return state_->file.eventsWithin(range);
}

uint64_t RunReader::storedEvents() const {
    return state_->file.storedEvents();
}

Result<std::vector<StoredEvent>> RunReader::events(TimeRange range, size_t limit) {
    return state_->run([&] { return state_->search.within(range, limit); });
}

Result<std::vector<StoredEvent>> RunReader::events(TrackId track, TimeRange range, size_t limit) {
    return state_->run([&] { return state_->search.within(track, range, limit); });
}

Result<std::vector<StoredEvent>> RunReader::eventsFrom(uint64_t firstId, size_t limit) {
    return state_->run([&] { return state_->search.from(firstId, limit); });
}

Result<StoredEvent> RunReader::event(uint64_t id) {
    return state_->run([&] { return state_->search.at(id); });
}

Result<StoredEvent> RunReader::nearestEvent(TrackId track, VirtualNs ns) {
    return state_->run([&] { return state_->search.near(track, ns); });
}

Result<StoredEvent> RunReader::nextEvent(TrackId track, VirtualNs after) {
    return state_->run([&] { return state_->search.after(track, after); });
}

Result<StoredEvent> RunReader::previousEvent(TrackId track, VirtualNs before) {
    return state_->run([&] { return state_->search.before(track, before); });
}

Result<SpanList> RunReader::spans(TrackId track, TimeRange range, size_t limit) {
    return state_->run([&] { return findSpans(state_->file, track, range, limit); });
}

Result<TrackStatistics> RunReader::statistics(TrackId track, TimeRange range) {
    return state_->run(
        [&] { return queryStatistics(state_->file, std::array{track}, range).front(); });
}

Result<std::vector<TrackStatistics>> RunReader::statistics(std::span<const TrackId> tracks,
                                                           TimeRange range) {
    return state_->run([&] { return queryStatistics(state_->file, tracks, range); });
}

// --- the guest's work and code

Result<std::vector<RunActivity>> RunReader::activities() {
    return state_->run([&] { return readActivities(state_->file, state_->idle); });
}

Result<std::shared_ptr<const SymbolTable>> RunReader::symbols() {
    return state_->run([&] { return state_->symbolTable(); });
}

Result<SampleList> RunReader::samples(TimeRange range, size_t limit) {
    return state_->run([&] {
        const uint64_t most = std::clamp<uint64_t>(limit, 1, 1'000'000);
        const uint64_t count = countSamples(state_->file, range);
        const uint64_t every = count > most + 2 * samplesPerRow ? (count + most - 1) / most : 1;
        std::vector<CodeSample> samples = readSamples(state_->file, range, every);
        const uint64_t again = std::max<uint64_t>((samples.size() + most - 1) / most, 1);
        size_t kept = 0;
        for (size_t n = 0; again > 1 && n < samples.size(); n += again)
            samples[kept++] = std::move(samples[n]);
        if (again > 1) samples.resize(kept);
        SampleList list = nameSamples(state_->file, std::move(samples), *state_->symbolTable());
        list.thinned = every * again;
        return list;
    });
}

Result<std::vector<FunctionSamples>> RunReader::functions(TimeRange range) {
    return state_->run([&] { return countFunctions(state_->file, range, *state_->symbolTable()); });
}

Result<CodeBytes> RunReader::codeAt(uint32_t eip, VirtualNs ns) {
    return state_->run([&] { return readCode(state_->file, eip, ns); });
}

// --- text

Result<std::vector<ConsoleLine>> RunReader::consoleAt(VirtualNs ns, size_t limit) {
    return state_->run([&] { return readConsoleUntil(state_->file, ns, limit); });
}

Result<std::vector<ConsoleLine>> RunReader::consoleLines(TimeRange range, size_t limit) {
    return state_->run([&] { return readConsole(state_->file, range, limit); });
}

Result<TextScreen> RunReader::screenAt(VirtualNs ns) {
    return state_->run([&] { return readScreen(state_->file, ns); });
}

Result<ScreenPicture> RunReader::pictureAt(VirtualNs ns) {
    return state_->run([&] { return readPicture(state_->file, ns); });
}

// --- time

Result<Icount> RunReader::icountAt(VirtualNs ns) {
    return state_->run([&] { return state_->idle.icountAt(ns); });
}

Result<VirtualNs> RunReader::timeAt(Icount icount) {
    return state_->run([&] { return state_->idle.timeAt(icount); });
}

Result<std::vector<IdleSpan>> RunReader::idleSpans(TimeRange range, size_t limit) {
    return state_->run([&] { return state_->idle.spans(range, limit); });
}

Result<std::vector<WallPoint>> RunReader::wallPoints() {
    return state_->run([&] { return bootglass::wallPoints(state_->file); });
}

// --- SQL

Result<std::vector<std::string>>
RunReader::query(const std::string &sql,
                 const std::function<void(const std::vector<std::string> &)> &header,
                 const std::function<bool(const Row &)> &row) {
    return state_->run([&] { return runQuery(state_->file, sql, header, row); });
}

} // namespace bootglass
