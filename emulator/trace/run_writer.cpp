// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/run_writer.h"

#include "emulator/trace/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bootglass {

namespace {

constexpr uint64_t idlePerRow = 1024;

} // namespace

RunWriter::RunWriter(const std::string &path, unsigned shift, uint32_t mostPages)
    : database_(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX),
      shift_(shift),
      codec_(shift) {
    chunk_.reserve(chunkEvents);
    // The header and the tables go into the file itself, so that it can be told from a foreign one
    // even if it is killed a moment later; only then comes the write-ahead log.
    std::string sql = fmt::format("PRAGMA page_size={}; PRAGMA application_id={}; "
                                  "PRAGMA auto_vacuum=NONE; BEGIN;",
                                  runFilePageSize, runFileApplicationId);
    for (const SchemaTable &table : schema)
        if (table.isIn(runFileSchema)) sql.append(table.sql).append(";");
    sql += fmt::format("PRAGMA user_version={}; COMMIT; PRAGMA journal_mode=WAL; "
                       "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=1000; "
                       "PRAGMA cache_size=-4096;",
                       runFileSchema);
    if (mostPages) sql += fmt::format("PRAGMA max_page_count={};", mostPages);
    database_.execute(sql);
    pairing_.addressSpaceFound = [this](uint16_t number, uint64_t cr3) {
        begin();
        statement("INSERT OR REPLACE INTO address_space VALUES(?1, ?2)")
            .bind(1, int{number})
            .bind(2, cr3)
            .run();
    };
    meta(metaKey::shift, std::to_string(shift));
    meta(metaKey::complete, "0");
    commit();
}

SqliteStatement &RunWriter::statement(const char *sql) {
    SqliteStatement &statement = statements_[sql];
    if (!statement) statement = database_.prepare(sql);
    return statement;
}

void RunWriter::begin() {
    dirty_ = true;
    if (inTransaction_) return;
    database_.execute("BEGIN");
    inTransaction_ = true;
}

void RunWriter::event(const Event &told) {
    dirty_ = true;
    touch(told.icount, told.ns);
    if (told.icount.value == lastIcount_ && told.ns.value == lastNs_) [[likely]]
        return add(told);
    // Rows are in the order of time whatever comes in, and within SQLite's integers.
    Event moved = told;
    moved.icount.value = lastIcount_;
    moved.ns.value = lastNs_;
    add(moved);
}

void RunWriter::events(std::span<const Event> told) {
    while (!told.empty()) {
        const size_t row = rowOf(told);
        if (row > 1)
            addRow(told.first(row));
        else
            event(told.front());
        told = told.subspan(std::max<size_t>(row, 1));
    }
}

/// How many events at the beginning are of one kind and source, in the order of time and in one
/// bin, and have no spans, so that they can be added together; they fit into the chunk.
size_t RunWriter::rowOf(std::span<const Event> events) const {
    const Event &first = events.front();
    if (hasSpans(trackKindOf(first.kind)) || first.icount.value < lastIcount_ ||
        first.ns.value < lastNs_)
        return 0;
    const uint64_t bin = rollup::binOf(0, first.ns.value);
    const size_t most = std::min(events.size(), chunkEvents - chunk_.size());
    size_t row = 1;
    while (row < most) {
        const Event &before = events[row - 1], &next = events[row];
        if (next.kind != first.kind || next.source != first.source || next.ns < before.ns ||
            next.icount < before.icount || rollup::binOf(0, next.ns.value) != bin)
            break;
        ++row;
    }
    const Event &last = events[row - 1];
    return last.icount.value <= mostTime && last.ns.value <= mostTime ? row : 0;
}

void RunWriter::addRow(std::span<const Event> row) {
    const Event &first = row.front();
    dirty_ = true;
    touch(row.back().icount, row.back().ns);
    rollups_.event(trackOf(first), first.ns, first.kind, keep(row), row.size());
    rollups_.advance(row.back().ns);
    if (chunk_.size() == chunkEvents) writeChunk();
}

void RunWriter::add(const Event &event) {
    const uint64_t id = keep({&event, 1});
    const TrackId track = pairing_.feed(event, id);
    rollups_.event(track, event.ns, event.kind, id);
    for (const Span &span : pairing_.ended())
        rollups_.span(span);
    rollups_.advance(event.ns);
    if (event.kind == EventKind::Wake) idled(event);
    if (chunk_.size() == chunkEvents) writeChunk();
}

/// Takes events of one kind into the chunk if they are kept at the present detail. The number of
/// the first, or 0.
uint64_t RunWriter::keep(std::span<const Event> row) {
    const uint32_t kind = kindBit(row.front().kind);
    if (!(keptKinds_ & kind)) return 0;
    if (chunk_.empty()) {
        chunkOpen_.clear();
        pairing_.save(chunkOpen_);
    }
    chunk_.insert(chunk_.end(), row.begin(), row.end());
    chunkKinds_ |= kind;
    return std::exchange(nextEvent_, nextEvent_ + row.size());
}

void RunWriter::idled(const Event &wake) {
    if (wake.value == 0 || wake.value > wake.ns.value) return;
    const VirtualNs start{wake.ns.value - wake.value};
    if (!idle_.count) {
        idle_.first = wake.icount;
        idle_.firstNs = start;
        idle_.before = idleTotal_;
        idle_.lastIcount = wake.icount.value;
    }
    idle_.data.varint(wake.icount.value - idle_.lastIcount);
    idle_.data.varint(wake.value);
    idle_.lastIcount = wake.icount.value;
    idle_.lastNs = wake.ns;
    idleTotal_ += wake.value;
    if (++idle_.count == idlePerRow) writeIdle();
}

void RunWriter::shares(const std::vector<ShareBin> &bins) {
    dirty_ = true;
    for (const ShareBin &bin : bins) {
        for (size_t share = 0; share < cpuShares; ++share)
            if (bin.busyNs[share] || bin.spans[share])
                rollups_.aggregate({TrackKind::CpuShare, static_cast<uint16_t>(share)}, bin.ns,
                                   bin.spans[share], 0, bin.busyNs[share]);
        if (bin.privilegeSwitches)
            rollups_.aggregate({TrackKind::PrivilegeSwitch, 0}, bin.ns, bin.privilegeSwitches,
                               kindBit(EventKind::PrivilegeSwitch), 0);
    }
}

void RunWriter::share(CpuShare share, VirtualNs from, VirtualNs to) {
    dirty_ = true;
    to.value = std::min(to.value, mostTime);
    if (to <= from) return;
    const TrackId track{TrackKind::CpuShare, static_cast<uint16_t>(share)};
    rollups_.aggregate(track, from, 1, 0, 0);
    rollups_.span({track, from, from, to, 0, 0, 0, false});
    rollups_.advance(to);
}

void RunWriter::detail(Detail detail, Icount icount, VirtualNs ns) {
    begin();
    touch(icount, ns);
    writeChunk(); // no chunk has two levels in it, so its open spans are those of its own
    keptKinds_ = 0;
    for (const EventKindInfo &row : eventKinds)
        if (keeps(detail, row.kind)) keptKinds_ |= kindBit(row.kind);
    statement("INSERT INTO detail(icount, virtual_ns, level) VALUES(?1, ?2, ?3)")
        .bind(1, lastIcount_)
        .bind(2, lastNs_)
        .bind(3, static_cast<int>(detail))
        .run();
}

void RunWriter::marker(uint64_t number, std::string_view name, std::string_view rule, Icount icount,
                       VirtualNs ns) {
    begin();
    touch(icount, ns);
    statement("INSERT INTO marker VALUES(?1, ?2, ?3, ?4, ?5)")
        .bind(1, number)
        .bind(2, name)
        .bind(3, rule)
        .bind(4, lastIcount_)
        .bind(5, lastNs_)
        .run();
}

void RunWriter::phaseStarted(const std::string &path, const RunPoint &at) {
    begin();
    touch(at.icount, at.ns);
    const size_t slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "" : path.substr(0, slash);
    const auto above = std::find_if(openPhases_.rbegin(), openPhases_.rend(),
                                    [&](const OpenPhase &phase) { return phase.path == parent; });
    SqliteStatement &insert = statement("INSERT INTO phase(id, parent, path, name, start_icount, "
                                        "start_ns, start_idle_ns, start_wall_s)"
                                        " VALUES(?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8)");
    insert.bind(1, nextPhase_)
        .bind(2, above == openPhases_.rend() ? int64_t{0} : above->id)
        .bind(3, path)
        .bind(4, slash == std::string::npos ? std::string_view(path)
                                            : std::string_view(path).substr(slash + 1))
        .bind(5, lastIcount_)
        .bind(6, lastNs_)
        .bind(7, at.idleNs)
        .bind(8, at.wallSeconds)
        .run();
    openPhases_.push_back({nextPhase_++, path});
}

void RunWriter::phaseEnded(const std::string &path, const RunPoint &at) {
    begin();
    touch(at.icount, at.ns);
    const auto phase = std::find_if(openPhases_.rbegin(), openPhases_.rend(),
                                    [&](const OpenPhase &open) { return open.path == path; });
    if (phase == openPhases_.rend()) return;
    statement(
        "UPDATE phase SET end_icount=?2, end_ns=?3, end_idle_ns=?4, end_wall_s=?5 WHERE id=?1")
        .bind(1, phase->id)
        .bind(2, lastIcount_)
        .bind(3, lastNs_)
        .bind(4, at.idleNs)
        .bind(5, at.wallSeconds)
        .run();
    openPhases_.erase(std::next(phase).base());
}

void RunWriter::console(uint64_t number, uint16_t source, std::string_view text, Icount icount,
                        VirtualNs ns) {
    begin();
    touch(icount, ns);
    statement("INSERT INTO console VALUES(?1, ?2, ?3, ?4, ?5)")
        .bind(1, number)
        .bind(2, int{source})
        .bind(3, lastIcount_)
        .bind(4, lastNs_)
        .bind(5, text)
        .run();
}

void RunWriter::source(const Source &source) {
    begin();
    statement("INSERT OR REPLACE INTO source VALUES(?1, ?2, ?3)")
        .bind(1, static_cast<int>(source.group))
        .bind(2, int{source.number})
        .bind(3, source.name)
        .run();
}

void RunWriter::meta(std::string_view key, std::string_view value) {
    begin();
    statement("INSERT OR REPLACE INTO meta VALUES(?1, ?2)").bind(1, key).bind(2, value).run();
}

void RunWriter::ended(std::string_view why, const RunPoint &at, std::string_view digest) {
    touch(at.icount, at.ns);
    meta(metaKey::ended, why);
    meta(metaKey::digest, digest);
    meta(metaKey::wallSeconds, fmt::format("{:.6f}", at.wallSeconds));
}

void RunWriter::input(const InputFile &file) {
    begin();
    statement("INSERT INTO input(role, path, sha256, bytes) VALUES(?1, ?2, ?3, ?4)")
        .bind(1, file.role)
        .bind(2, file.path)
        .bind(3, file.sha256)
        .bind(4, file.bytes)
        .run();
}

void RunWriter::hostCost(std::string_view purpose, double seconds) {
    begin();
    statement("INSERT OR REPLACE INTO host_cost VALUES(?1, ?2)")
        .bind(1, purpose)
        .bind(2, seconds)
        .run();
}

void RunWriter::hostCostUntil(VirtualNs ns, const HostCost &total) {
    begin();
    SqliteStatement &row =
        statement("INSERT OR REPLACE INTO host_cost_at VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    row.bind(1, std::min(ns.value, mostTime));
    for (size_t n = 0; n < hostActivities; ++n)
        row.bind(static_cast<int>(n) + 2, total.ns[n]);
    row.run();
}

void RunWriter::block(unsigned level, uint64_t block, std::span<const uint8_t> plain) {
    RollupRow &row = rollupRows_[level];
    if (row.plain.size() && block - row.first >= rollup::rowBlocks) writeRollups(level);
    if (!row.plain.size()) row.first = block;
    rollup::appendBlock(row.plain, static_cast<unsigned>(block - row.first), plain);
}

void RunWriter::writeRollups(unsigned level) {
    RollupRow &row = rollupRows_[level];
    if (!row.plain.size()) return;
    begin();
    statement("INSERT INTO rollup VALUES(?1, ?2)")
        .bind(1, rollup::rowId(level, row.first))
        .bind(2, compressor_.compress(row.plain.bytes()))
        .run();
    row.plain.clear();
}

void RunWriter::longSpan(unsigned level, const Span &span) {
    begin();
    statement("INSERT OR REPLACE INTO long_span VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(1, static_cast<int>(level))
        .bind(2, span.start.value)
        .bind(3, int64_t{span.track.packed()})
        .bind(4, span.end.value)
        .bind(5, span.startId)
        .bind(6, span.endId)
        .run();
}

void RunWriter::writeChunk() {
    if (chunk_.empty()) return;
    begin();
    SqliteStatement &row = statement(
        "INSERT INTO chunk(first_event, count, first_icount, last_icount, first_ns, last_ns, kinds)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    row.bind(1, nextEvent_ - chunk_.size())
        .bind(2, static_cast<uint64_t>(chunk_.size()))
        .bind(3, chunk_.front().icount.value)
        .bind(4, chunk_.back().icount.value)
        .bind(5, chunk_.front().ns.value)
        .bind(6, chunk_.back().ns.value)
        .bind(7, int64_t{chunkKinds_})
        .run();
    statement("INSERT INTO chunk_data VALUES(?1, ?2, ?3)")
        .bind(1, int64_t{sqlite3_last_insert_rowid(database_.get())})
        .bind(2, chunkOpen_.bytes())
        .bind(3, codec_.encode(chunk_))
        .run();
    chunk_.clear();
    chunkKinds_ = 0;
}

void RunWriter::writeIdle() {
    if (!idle_.count) return;
    begin();
    statement("INSERT INTO idle(first_icount, first_ns, last_ns, idle_before_ns, count, data)"
              " VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(1, idle_.first.value)
        .bind(2, idle_.firstNs.value)
        .bind(3, idle_.lastNs.value)
        .bind(4, idle_.before)
        .bind(5, idle_.count)
        .bind(6, idle_.data.bytes())
        .run();
    idle_.data.clear();
    idle_.count = 0;
}

void RunWriter::writeProgress() {
    meta(metaKey::icount, std::to_string(lastIcount_));
    meta(metaKey::virtualNs, std::to_string(lastNs_));
    // Within a halt its idle time has passed, though its wake is still to come.
    const uint64_t busy = lastIcount_ << shift_;
    meta(metaKey::idleNs, std::to_string(lastNs_ > busy ? lastNs_ - busy : 0));
    for (size_t kind = 0; kind < eventKinds.size(); ++kind)
        if (kindCounts_[kind])
            statement("INSERT OR REPLACE INTO kind_count VALUES(?1, ?2)")
                .bind(1, eventKinds[kind].name)
                .bind(2, kindCounts_[kind])
                .run();
    for (RollupBuilder::Total &total : rollups_.totals()) {
        if (!total.changed) continue;
        total.changed = false;
        statement("INSERT OR REPLACE INTO track VALUES(?1, ?2, ?3)")
            .bind(1, int64_t{total.track.packed()})
            .bind(2, total.count)
            .bind(3, total.busyNs)
            .run();
    }
    for (unsigned level = 0; level < rollup::levels; ++level) {
        const uint64_t closed = rollups_.closed(level).value;
        if (closed == writtenLevels_[level]) continue;
        writtenLevels_[level] = closed;
        statement("INSERT OR REPLACE INTO rollup_level VALUES(?1, ?2)")
            .bind(1, static_cast<int>(level))
            .bind(2, closed)
            .run();
    }
}

void RunWriter::commit() {
    begin();
    rollups_.advance({lastNs_});
    writeChunk();
    writeIdle();
    writeSamples();
    for (unsigned level = 0; level < rollup::levels; ++level)
        writeRollups(level);
    writeProgress();
    database_.execute("COMMIT");
    inTransaction_ = false;
    dirty_ = false;
    committedNs_ = {lastNs_};
}

void RunWriter::finish() {
    pairing_.forEachOpen({lastNs_}, [&](const Span &span) { rollups_.span(span); });
    rollups_.finish();
    meta(metaKey::complete, "1");
    commit();
    statements_.clear();
    database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    // Not possible while somebody reads the file: then the log stays beside it, empty, until the
    // last reader goes.
    database_.tryExecute("PRAGMA journal_mode=DELETE");
    database_.close();
}

void RunWriter::abandon() {
    statements_.clear();
    database_.tryExecute("ROLLBACK");
    inTransaction_ = false;
    dirty_ = false;
    database_.tryExecute("PRAGMA wal_checkpoint(TRUNCATE)");
    database_.tryExecute("PRAGMA journal_mode=DELETE");
    database_.close();
}

} // namespace bootglass
