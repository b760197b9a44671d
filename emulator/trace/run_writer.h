// SPDX-License-Identifier: GPL-3.0-or-later
// The recorder's hand: turns what comes out of the queue, in order, into rows of the run file. All
// on the recorder's thread. Errors are thrown as Failure; what was committed before stays.
#pragma once

#include "emulator/trace/detail.h"
#include "emulator/trace/event_codec.h"
#include "emulator/trace/rollup_builder.h"
#include "emulator/trace/run_types.h"
#include "emulator/trace/span_pairing.h"
#include "emulator/trace/sqlite_database.h"
#include "emulator/trace/symbol_table.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace bootglass {

/// Bins of CPU time by owner, summed up on the machine's thread: one per bin of roll-up level 0.
struct ShareBin {
    VirtualNs ns; // somewhere in the bin
    std::array<uint64_t, cpuShares> busyNs{};
    std::array<uint32_t, cpuShares> spans{};
    uint32_t privilegeSwitches = 0;
};

class RunWriter : private RollupBuilder::Sink {
  public:
    /// Creates the file, which must not exist, with its tables.
    RunWriter(const std::string &path, unsigned shift, uint32_t mostPages);

    void event(const Event &told);
    /// The same, quicker where devices are busy.
    void events(std::span<const Event> told);
    void shares(const std::vector<ShareBin> &bins);
    void share(CpuShare share, VirtualNs from, VirtualNs to);
    void detail(Detail detail, Icount icount, VirtualNs ns);
    void marker(uint64_t number, std::string_view name, std::string_view rule, Icount icount,
                VirtualNs ns);
    void phaseStarted(const std::string &path, const RunPoint &at);
    void phaseEnded(const std::string &path, const RunPoint &at);
    void console(uint64_t number, uint16_t source, std::string_view text, Icount icount,
                 VirtualNs ns);
    void screen(const TextScreenUpdate &update, Icount icount, VirtualNs ns);
    void picture(const ScreenPicture &picture, Icount icount);
    void activityStarted(const RunActivity &activity);
    void activityEnded(int64_t id, const std::string &note, const RunPoint &at);
    /// One of which only the time of its start is known, by the guest's clock.
    void activityPast(const RunActivity &activity);
    void sample(const CodeSample &sample);
    void symbols(const SymbolTable &table);
    void codePage(uint64_t id, std::span<const uint8_t> bytes);
    void codeSeen(uint32_t address, uint64_t page, Icount icount, VirtualNs ns);
    void source(const Source &source);
    void meta(std::string_view key, std::string_view value);
    void ended(std::string_view why, const RunPoint &at, std::string_view digest);
    void input(const InputFile &file);
    void hostCost(std::string_view purpose, double seconds);
    void hostCostUntil(VirtualNs ns, const HostCost &total);

    /// The numbers of all events by kind so far, written at the next commit.
    void setKindCounts(const std::array<uint64_t, eventKinds.size()> &counts) {
        kindCounts_ = counts;
    }
    /// The last moment that is known of.
    VirtualNs now() const { return {lastNs_}; }
    VirtualNs committedNs() const { return committedNs_; }
    bool dirty() const { return dirty_; }
    void commit();
    /// Ends the spans that are open, writes all that is left and makes the file whole.
    void finish();
    /// After a failure: gives up what is not committed.
    void abandon();

  private:
    void block(unsigned level, uint64_t block, std::span<const uint8_t> plain) override;
    void longSpan(unsigned level, const Span &span) override;
    void touch(Icount icount, VirtualNs ns) {
        lastIcount_ = std::max(lastIcount_, std::min(icount.value, mostTime));
        lastNs_ = std::max(lastNs_, std::min(ns.value, mostTime));
    }
    void add(const Event &event);
    size_t rowOf(std::span<const Event> events) const;
    void addRow(std::span<const Event> row);
    void idled(const Event &wake);
    uint64_t keep(std::span<const Event> row);
    void begin();
    void writeChunk();
    void writeIdle();
    void writeSamples();
    void writeRollups(unsigned level);
    void writeProgress();
    SqliteStatement &statement(const char *sql);

    static constexpr uint64_t mostTime = INT64_MAX; // SQLite's integers are signed

    SqliteDatabase database_;
    std::map<std::string_view, SqliteStatement> statements_;
    unsigned shift_;
    EventCodec codec_;
    Compressor compressor_;
    SpanPairing pairing_;
    RollupBuilder rollups_{*this};

    /// Blocks of a level that are closed, for its next row. It is written when it is full, and by a
    /// commit as far as it is: a reader finds all that is said to be closed.
    struct RollupRow {
        uint64_t first = 0;
        ByteWriter plain;
    };
    std::array<RollupRow, rollup::levels> rollupRows_;

    std::vector<Event> chunk_;
    ByteWriter chunkOpen_;
    uint32_t chunkKinds_ = 0;
    uint64_t nextEvent_ = 1;

    struct Idle {
        Icount first;
        VirtualNs firstNs;
        VirtualNs lastNs;
        uint64_t before = 0;
        uint64_t count = 0;
        uint64_t lastIcount = 0;
        ByteWriter data;
    } idle_;
    uint64_t idleTotal_ = 0;

    struct OpenPhase {
        int64_t id;
        std::string path;
    };
    std::vector<OpenPhase> openPhases_;
    int64_t nextPhase_ = 1;

    std::vector<CodeSample> samples_;

    TextScreen screen_;
    unsigned screensSinceWhole_ = 0;

    std::array<uint64_t, eventKinds.size()> kindCounts_{};
    std::array<uint64_t, rollup::levels> writtenLevels_{};
    uint64_t lastIcount_ = 0;
    uint64_t lastNs_ = 0;
    VirtualNs committedNs_;
    uint32_t keptKinds_ = 0; // at the present detail: bits as in Bin::kinds
    bool dirty_ = false;
    bool inTransaction_ = false;
};

} // namespace bootglass
