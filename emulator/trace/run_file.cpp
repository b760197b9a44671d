// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/run_file.h"

#include "emulator/trace/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

namespace bootglass {

namespace fs = std::filesystem;

namespace {

constexpr size_t cachedChunks = 96; // 160 KiB each

[[noreturn]] void refuse(std::string sentence) {
    throw Failure{{std::move(sentence)}, 0};
}

uint32_t bigEndian(const std::array<char, 100> &bytes, size_t at) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
    return value;
}

/// As the path of a file: URI.
std::string uriPath(const std::string &path) {
    std::string uri;
    for (const char c : fs::absolute(path).string())
        if (c == '%' || c == '?' || c == '#')
            uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else
            uri += c;
    return uri;
}

} // namespace

RunFile::RunFile(std::string path) : path_(std::move(path)) {
    checkHeader();
    open();
    checkSchema();
    refresh();
    openedLive_ = !complete_;
    codec_ = std::make_unique<EventCodec>(shift_);
}

RunFile::~RunFile() {
    statements_.clear();
    database_.reset();
    if (!openedLive_ || !complete_) return;
    // Its recorder closed it while this reader looked, so the empty log could not be removed then.
    try {
        SqliteDatabase tidy(path_, path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
        tidy.tryExecute("PRAGMA journal_mode=DELETE");
    } catch (const Failure &) {
        // Not ours to write; the file is whole all the same.
    }
}

void RunFile::checkHeader() {
    // "The Database File Format", sqlite.org/fileformat2.html, section 1.3: magic at 0, user
    // version at 60, application id at 68. Looked at before SQLite, which would be less clear.
    std::error_code error;
    const fs::file_status status = fs::status(path_, error);
    if (!fs::exists(status)) refuse(fmt::format("{}: there is no such file", path_));
    if (fs::is_directory(status)) refuse(fmt::format("{}: is a directory, not a run file", path_));
    std::ifstream file(path_, std::ios::binary);
    if (!file) refuse(fmt::format("{}: cannot be read", path_));
    std::array<char, 100> header{};
    file.read(header.data(), header.size());
    if (file.gcount() != static_cast<std::streamsize>(header.size()) ||
        std::string_view(header.data(), 16) != std::string_view("SQLite format 3\0", 16))
        refuse(fmt::format("{}: is not a run file of Bootglass", path_));
    if (bigEndian(header, 68) != runFileApplicationId)
        refuse(fmt::format("{}: is a database of another program, not a run file of Bootglass",
                           path_));
    const auto version = static_cast<int32_t>(bigEndian(header, 60));
    if (version > runFileSchema)
        refuse(fmt::format("{}: was written by a newer Bootglass (schema {}, this one reads {}); "
                           "update Bootglass to open it",
                           path_, version, runFileSchema));
    if (version < 1) failDamaged(path_, "it has no schema version");
    schemaVersion_ = version;
}

void RunFile::open() {
    const std::string uri = "file:" + uriPath(path_) + "?mode=ro";
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    const auto configure = [this] {
        sqlite3 *db = database_->get();
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 128 << 20);
        sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
        sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 256);
        sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 256);
        sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 64);
        sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
        sqlite3_busy_timeout(db, 2000);
        database_->execute("PRAGMA cell_size_check=ON; PRAGMA query_only=ON; "
                           "PRAGMA mmap_size=0; PRAGMA cache_size=-16384;");
        database_->execute("SELECT count(*) FROM sqlite_schema");
        guard_.watch(db);
    };
    try {
        database_ = std::make_unique<SqliteDatabase>(uri, path_, flags);
        configure();
    } catch (const Failure &failure) {
        // A write-ahead log needs a helper file beside it. In a folder that cannot be written a
        // file without a log can still be read as it is.
        const int code = failure.code & 0xFF;
        std::error_code error;
        const uint64_t log = fs::file_size(path_ + "-wal", error);
        if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || (!error && log)) throw;
        database_ = std::make_unique<SqliteDatabase>(uri + "&immutable=1", path_, flags);
        configure();
    }
}

void RunFile::checkSchema() {
    // What SQLite would run when it reads a table is in the file too; so the tables must be ours,
    // to the letter.
    for (const SchemaTable &table : schema) {
        if (!table.isIn(schemaVersion_)) continue;
        SqliteStatement &row = statement("SELECT sql FROM sqlite_schema WHERE type=?1 AND name=?2")
                                   .bind(1, table.type);
        row.bind(2, table.name);
        const bool same = row.step() && row.text(0) == table.sql;
        row.reset();
        if (!same) damaged(fmt::format("{} {} is not as it was written", table.type, table.name));
    }
    SqliteStatement &other =
        statement("SELECT 1 FROM sqlite_schema WHERE name='event' COLLATE NOCASE");
    const bool hidden = other.step();
    other.reset();
    if (hidden) damaged("something in it hides its events");
}

SqliteStatement &RunFile::statement(const char *sql) {
    SqliteStatement &statement = statements_[sql];
    if (!statement) statement = database_->prepare(sql);
    statement.reset();
    return statement;
}

bool RunFile::refresh() {
    struct Moment {
        explicit Moment(RunFile &f) : file(f) { file.database_->execute("BEGIN"); }
        ~Moment() {
            file.endQuery();
            file.database_->tryExecute("COMMIT");
        }
        RunFile &file;
    } moment(*this);
    SqliteStatement &version = statement("PRAGMA data_version");
    version.step();
    const int64_t present = version.integer(0);
    version.reset();
    if (present == dataVersion_) return false;
    readMeta();
    readDirectory();
    dataVersion_ = present;
    return true;
}

void RunFile::readMeta() {
    meta_.clear();
    SqliteStatement &rows = statement("SELECT key, value FROM meta");
    while (rows.step())
        meta_[rows.text(0)] = rows.text(1);
    const uint64_t shift = metaNumber(metaKey::shift);
    if (shift > 10) damaged("its clock's shift is out of range");
    shift_ = static_cast<unsigned>(shift);
    end_.icount.value = metaNumber(metaKey::icount);
    end_.ns.value = metaNumber(metaKey::virtualNs);
    end_.idleNs = metaNumber(metaKey::idleNs);
    const std::string wall = metaText(metaKey::wallSeconds);
    end_.wallSeconds = 0;
    std::from_chars(wall.data(), wall.data() + wall.size(), end_.wallSeconds);
    complete_ = metaText(metaKey::complete) == "1";
}

uint64_t RunFile::metaNumber(std::string_view key) const {
    const std::string text = metaText(key);
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number > INT64_MAX)
        damaged(fmt::format("meta has no proper {}", key));
    return number;
}

std::string RunFile::metaText(std::string_view key) const {
    const auto found = meta_.find(key);
    return found == meta_.end() ? std::string() : found->second;
}

void RunFile::readDirectory() {
    SqliteStatement &rows = statement(
        "SELECT id, first_event, count, first_icount, last_icount, first_ns, last_ns, kinds"
        " FROM chunk WHERE id > ?1 ORDER BY id");
    rows.bind(1, chunks_.empty() ? int64_t{0} : chunks_.back().id);
    while (rows.step()) {
        ChunkRow row;
        row.id = rows.integer(0);
        row.firstEvent = rows.natural(1);
        const uint64_t count = rows.natural(2);
        row.firstIcount = {rows.natural(3)};
        row.lastIcount = {rows.natural(4)};
        row.firstNs = {rows.natural(5)};
        row.lastNs = {rows.natural(6)};
        row.kinds = static_cast<uint32_t>(rows.integer(7));
        if (count < 1 || count > chunkEvents || row.firstEvent != storedEvents() + 1 ||
            row.lastIcount < row.firstIcount || row.lastNs < row.firstNs ||
            (!chunks_.empty() &&
             (row.firstNs < chunks_.back().lastNs || row.firstIcount < chunks_.back().lastIcount)))
            damaged("its events are out of order");
        row.count = static_cast<uint32_t>(count);
        chunks_.push_back(row);
    }
    details_.clear();
    SqliteStatement &details = statement("SELECT virtual_ns, level FROM detail ORDER BY id");
    while (details.step()) {
        const int64_t level = details.integer(1);
        if (level < 0 || level > static_cast<int>(Detail::Full))
            damaged("a level of detail is unknown");
        details_.push_back({{details.natural(0)}, static_cast<Detail>(level)});
    }
    SqliteStatement &levels = statement("SELECT level, closed_ns FROM rollup_level");
    while (levels.step()) {
        const uint64_t level = levels.natural(0);
        if (level >= rollup::levels) damaged("a level of its roll-ups is unknown");
        closed_[level] = {levels.natural(1)};
    }
    spaces_.clear();
    spaceOf_.clear();
    SqliteStatement &spaces = statement("SELECT number, cr3 FROM address_space");
    while (spaces.step()) {
        const uint64_t number = spaces.natural(0);
        if (number >= mostAddressSpaces) damaged("an address space has no lane");
        const auto cr3 = static_cast<uint64_t>(spaces.integer(1));
        spaces_[static_cast<uint16_t>(number)] = cr3;
        spaceOf_[cr3] = static_cast<uint16_t>(number);
    }
}

size_t RunFile::chunkAt(VirtualNs ns) const {
    return static_cast<size_t>(
        std::partition_point(chunks_.begin(), chunks_.end(),
                             [&](const ChunkRow &row) { return row.lastNs < ns; }) -
        chunks_.begin());
}

size_t RunFile::chunkAt(Icount icount) const {
    return static_cast<size_t>(
        std::partition_point(chunks_.begin(), chunks_.end(),
                             [&](const ChunkRow &row) { return row.lastIcount < icount; }) -
        chunks_.begin());
}

size_t RunFile::chunkOf(uint64_t event) const {
    return static_cast<size_t>(std::partition_point(chunks_.begin(), chunks_.end(),
                                                    [&](const ChunkRow &row) {
                                                        return row.firstEvent + row.count <= event;
                                                    }) -
                               chunks_.begin());
}

uint64_t RunFile::eventsWithin(TimeRange range) const {
    const size_t first = chunkAt(range.from);
    const size_t end = static_cast<size_t>(
        std::partition_point(chunks_.begin(), chunks_.end(),
                             [&](const ChunkRow &row) { return row.firstNs < range.to; }) -
        chunks_.begin());
    if (first >= end) return 0;
    return chunks_[end - 1].firstEvent + chunks_[end - 1].count - chunks_[first].firstEvent;
}

std::shared_ptr<const Events> RunFile::events(size_t chunk) {
    if (const auto found = cached_.find(chunk); found != cached_.end()) {
        cache_.splice(cache_.begin(), cache_, found->second);
        return found->second->events;
    }
    checkCancelled();
    const ChunkRow &row = chunks_[chunk];
    SqliteStatement &data = statement("SELECT data FROM chunk_data WHERE id=?1").bind(1, row.id);
    auto events = std::make_shared<Events>();
    const bool good = data.step() && codec_->decode(data.blob(0), row.count, row.firstIcount,
                                                    row.firstNs, *events);
    data.reset();
    if (!good || events->back().ns != row.lastNs || events->back().icount != row.lastIcount)
        damaged(fmt::format("the events from number {} on cannot be decoded", row.firstEvent));
    if (cache_.size() >= cachedChunks) {
        cached_.erase(cache_.back().chunk);
        cache_.pop_back();
    }
    cache_.push_front({chunk, events});
    cached_[chunk] = cache_.begin();
    return events;
}

void RunFile::restorePairing(size_t chunk, SpanPairing &pairing) {
    pairing.learnAddressSpaces(false);
    for (const auto &[number, cr3] : spaces_)
        pairing.setAddressSpace(number, cr3);
    SqliteStatement &data =
        statement("SELECT open FROM chunk_data WHERE id=?1").bind(1, chunks_[chunk].id);
    const bool good = data.step() && pairing.restore(data.blob(0));
    data.reset();
    if (!good) damaged("the spans that are open at some event cannot be decoded");
}

TrackId RunFile::track(const Event &event) {
    TrackId track = trackOf(event);
    if (event.kind == EventKind::PageTableSwitch) {
        const auto found = spaceOf_.find(event.value);
        track.number =
            found == spaceOf_.end() ? static_cast<uint16_t>(mostAddressSpaces - 1) : found->second;
    }
    return track;
}

bool RunFile::keeps(uint32_t kinds, TimeRange range) const {
    for (size_t i = 0; i < details_.size(); ++i) {
        if (details_[i].from >= range.to) break;
        if (i + 1 < details_.size() && details_[i + 1].from <= range.from) continue;
        for (const EventKindInfo &kind : eventKinds)
            if (kinds & kindBit(kind.kind) && !bootglass::keeps(details_[i].level, kind.kind))
                return false;
    }
    return !details_.empty();
}

void RunFile::endQuery() {
    // A statement in the middle of its rows would keep the log from being emptied, and would be
    // interrupted together with what runs after it.
    for (auto &[sql, statement] : statements_)
        if (statement) statement.reset();
}

void RunFile::cancel() {
    cancelled_.store(true, std::memory_order_relaxed);
    sqlite3_interrupt(database_->get());
}

void RunFile::checkCancelled() const {
    if (cancelled_.load(std::memory_order_relaxed))
        throw Failure{{"the query was cancelled", true}, SQLITE_INTERRUPT};
}

} // namespace bootglass
