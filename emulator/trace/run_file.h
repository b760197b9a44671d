// SPDX-License-Identifier: GPL-3.0-or-later
// An open run file as the reader's parts share it: the checked connection, the directory of chunks
// (kept in memory, it is small), and the chunks decoded last. Nothing that comes out of it is
// unchecked: what does not fit throws a Failure.
#pragma once

#include "emulator/trace/detail.h"
#include "emulator/trace/event_codec.h"
#include "emulator/trace/query_guard.h"
#include "emulator/trace/rollup_block.h"
#include "emulator/trace/span_pairing.h"
#include "emulator/trace/sqlite_database.h"

#include <array>
#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace bootglass {

/// A row of the table chunk.
struct ChunkRow {
    int64_t id = 0;
    uint64_t firstEvent = 0;
    uint32_t count = 0;
    uint32_t kinds = 0;
    Icount firstIcount;
    Icount lastIcount;
    VirtualNs firstNs;
    VirtualNs lastNs;
};

using Events = std::vector<Event>;

class RunFile {
  public:
    explicit RunFile(std::string path);
    ~RunFile();

    const std::string &path() const { return path_; }
    SqliteDatabase &database() { return *database_; }
    /// A prepared statement, kept; `sql` is a literal.
    SqliteStatement &statement(const char *sql);
    /// Reads what was recorded since, all of one moment; true if there is something.
    bool refresh();
    /// Of all SQL; while people's runs, it allows only what reads the tables of the run.
    QueryGuard &guard() { return guard_; }

    /// The version of its schema.
    int schemaVersion() const { return schemaVersion_; }
    bool tellsHostCost() const { return schemaVersion_ >= 2; }
    bool tellsActivities() const { return schemaVersion_ >= 3; }
    bool keepsCode() const { return schemaVersion_ >= 3; }

    // --- from meta
    unsigned shift() const { return shift_; }
    RunPoint end() const { return end_; }
    bool complete() const { return complete_; }
    const std::map<std::string, std::string, std::less<>> &meta() const { return meta_; }
    std::string metaText(std::string_view key) const;

    // --- single events
    const std::vector<ChunkRow> &chunks() const { return chunks_; }
    uint64_t storedEvents() const {
        return chunks_.empty() ? 0 : chunks_.back().firstEvent + chunks_.back().count - 1;
    }
    /// Index of the first chunk that reaches to a time (or count, or number) or beyond.
    size_t chunkAt(VirtualNs ns) const;
    size_t chunkAt(Icount icount) const;
    size_t chunkOf(uint64_t event) const;
    std::shared_ptr<const Events> events(size_t chunk);
    /// A pairing as it stood at a chunk's start.
    void restorePairing(size_t chunk, SpanPairing &pairing);
    /// An event's track, its address space found.
    TrackId track(const Event &event);
    /// Are all events of these kinds kept throughout the range?
    bool keeps(uint32_t kinds, TimeRange range) const;
    bool detailChanges() const { return details_.size() > 1; }
    /// Stored events in a range, at most.
    uint64_t eventsWithin(TimeRange range) const;

    // --- roll-ups
    VirtualNs closed(unsigned level) const { return closed_[level]; }
    rollup::Layout rollupLayout() const {
        return schemaVersion_ >= 4 ? rollup::Layout::Grouped : rollup::Layout::Single;
    }
    const std::map<uint16_t, uint64_t> &addressSpaces() const { return spaces_; }

    // --- cancelling
    void startQuery() { cancelled_.store(false, std::memory_order_relaxed); }
    /// Lets go of the moment that was read, however the query ended.
    void endQuery();
    void cancel();
    void checkCancelled() const;

    [[noreturn]] void damaged(std::string_view what) const { failDamaged(path_, what); }

  private:
    void checkHeader();
    void open();
    void checkSchema();
    void readMeta();
    void readDirectory();
    uint64_t metaNumber(std::string_view key) const;

    std::string path_;
    QueryGuard guard_; // outlives the connection
    std::unique_ptr<SqliteDatabase> database_;
    std::map<std::string_view, SqliteStatement> statements_;
    bool openedLive_ = false;
    int64_t dataVersion_ = -1;

    std::map<std::string, std::string, std::less<>> meta_;
    int schemaVersion_ = 0;
    unsigned shift_ = 3;
    RunPoint end_;
    bool complete_ = false;

    struct DetailRow {
        VirtualNs from;
        Detail level;
    };
    std::vector<ChunkRow> chunks_;
    std::vector<DetailRow> details_;
    std::array<VirtualNs, rollup::levels> closed_{};
    std::map<uint16_t, uint64_t> spaces_;
    std::unordered_map<uint64_t, uint16_t> spaceOf_;

    struct Cached {
        size_t chunk;
        std::shared_ptr<const Events> events;
    };
    std::unique_ptr<EventCodec> codec_;
    std::list<Cached> cache_; // the last used first
    std::unordered_map<size_t, std::list<Cached>::iterator> cached_;

    std::atomic<bool> cancelled_ = false;
};

} // namespace bootglass
