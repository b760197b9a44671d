// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a run file, finished, killed, or being recorded by another thread. The file is untrusted:
// it is opened read-only and defensively, every number and blob in it is checked before use, and
// what does not fit is reported in a sentence. A reader belongs to one thread; interrupt() alone
// may be called from another. Open as many readers of one file as there are threads.
#pragma once

#include "emulator/trace/result.h"
#include "emulator/trace/run_types.h"
#include "emulator/trace/symbol_table.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

class RunReader {
  public:
    static Result<std::unique_ptr<RunReader>> open(const std::string &path);
    ~RunReader();

    /// Looks for what was recorded since; true if there is more than before.
    Result<bool> refresh();
    /// Ends the query that is running now, which then returns a cancelled Error. Any thread. A
    /// query that starts after it is not affected, so ask again if it was the newest that was hit.
    void interrupt();

    // --- the run as a whole
    const std::string &path() const;
    Result<RunInfo> info();
    unsigned shift() const;
    /// The last moment recorded.
    RunPoint end() const;
    Result<std::vector<RunMarker>> markers();
    /// In the order of their starts; parents before children.
    Result<std::vector<RunPhase>> phases();
    Result<std::vector<Source>> sources();
    /// All tracks that have anything in them, by kind and number.
    Result<std::vector<RunTrack>> tracks();

    // --- pictures: one bin per pixel of [from, to)
    /// Any range and up to 65536 pixels; best for all visible tracks at once, as events are then
    /// decoded once. From single events where few are in view, else from the roll-up whose bin is
    /// at most a pixel.
    Result<std::vector<TrackBins>> bins(std::span<const TrackId> tracks, TimeRange range,
                                        unsigned pixels);
    Result<TrackBins> bins(TrackId track, TimeRange range, unsigned pixels);
    /// The same for pixels of any width, [edges[p], edges[p + 1]): for axes that fold time.
    Result<std::vector<TrackBins>> bins(std::span<const TrackId> tracks,
                                        std::span<const VirtualNs> edges);
    Result<std::vector<HostCost>> hostCosts(std::span<const VirtualNs> edges);
    Result<std::vector<ModeShare>> modeShares(std::span<const VirtualNs> edges);
    /// What the host's CPU time went into, per pixel.
    Result<std::vector<HostCost>> hostCosts(TimeRange range, unsigned pixels);
    /// Who had the CPU, per pixel.
    Result<std::vector<ModeShare>> modeShares(TimeRange range, unsigned pixels);

    // --- single events; nothing where the run was recorded with less detail
    /// Stored events in a range, an upper bound found at no cost.
    uint64_t eventsWithin(TimeRange range) const;
    uint64_t storedEvents() const;
    /// In order, at most `limit`.
    Result<std::vector<StoredEvent>> events(TimeRange range, size_t limit);
    Result<std::vector<StoredEvent>> events(TrackId track, TimeRange range, size_t limit);
    /// By number, from `firstId`: a table's rows.
    Result<std::vector<StoredEvent>> eventsFrom(uint64_t firstId, size_t limit);
    Result<StoredEvent> event(uint64_t id); ///< id 0 if there is none
    /// The event of the track nearest to a time; id 0 if none is found near (a million events).
    Result<StoredEvent> nearestEvent(TrackId track, VirtualNs ns);
    /// The next event of the track after a time, and the last one before it.
    Result<StoredEvent> nextEvent(TrackId track, VirtualNs after);
    Result<StoredEvent> previousEvent(TrackId track, VirtualNs before);
    /// Spans that touch the range.
    Result<SpanList> spans(TrackId track, TimeRange range, size_t limit);
    Result<TrackStatistics> statistics(TrackId track, TimeRange range);
    /// Of several tracks at once, whose events are then decoded once.
    Result<std::vector<TrackStatistics>> statistics(std::span<const TrackId> tracks,
                                                    TimeRange range);

    // --- the guest's work and code; nothing in runs of older versions
    /// In the order of their starts; parents before children.
    Result<std::vector<RunActivity>> activities();
    /// Where the CPU was, named by the symbols that the run was given. Of more than the limit, one
    /// of every so many.
    Result<SampleList> samples(TimeRange range, size_t limit);
    /// By function, the one with most samples first.
    Result<std::vector<FunctionSamples>> functions(TimeRange range);
    /// The symbols that the run was given, read once.
    Result<std::shared_ptr<const SymbolTable>> symbols();
    /// The page around a linear address as it was recorded last before a moment, or, if it was not
    /// seen before, first after it.
    Result<CodeBytes> codeAt(uint32_t eip, VirtualNs ns);

    // --- text
    /// The last lines, at most `limit`, that were complete at a time.
    Result<std::vector<ConsoleLine>> consoleAt(VirtualNs ns, size_t limit = 10000);
    Result<std::vector<ConsoleLine>> consoleLines(TimeRange range, size_t limit);
    Result<TextScreen> screenAt(VirtualNs ns); ///< no columns if there was none yet
    /// What the display showed; empty in text modes.
    Result<ScreenPicture> pictureAt(VirtualNs ns);

    // --- time
    /// Exact: idle time is known span by span. Within an idle span the count stands still.
    Result<Icount> icountAt(VirtualNs ns);
    /// The virtual time at which the count was reached, before idle time that follows it.
    Result<VirtualNs> timeAt(Icount icount);
    Result<std::vector<IdleSpan>> idleSpans(TimeRange range, size_t limit);
    /// What the host's clock showed, in ascending order; the first is the start.
    Result<std::vector<WallPoint>> wallPoints();

    // --- SQL
    struct Row {
        std::vector<std::string_view> values; // valid during the callback
        std::vector<bool> null;
    };
    /// Runs one reading statement; `row` returns false to stop. The tables are those of schema.h
    /// and `event`. Returns the names of the columns.
    Result<std::vector<std::string>>
    query(const std::string &sql,
          const std::function<void(const std::vector<std::string> &)> &header,
          const std::function<bool(const Row &)> &row);

  private:
    struct State;
    explicit RunReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace bootglass
