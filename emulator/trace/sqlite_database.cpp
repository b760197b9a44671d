// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/sqlite_database.h"

#include <fmt/format.h>

#include <cstring>

namespace bootglass {

SqliteStatement::SqliteStatement(SqliteDatabase &database, std::string_view sql)
    : database_(&database) {
    const int code = sqlite3_prepare_v3(database.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) database.fail(code);
}

SqliteStatement &SqliteStatement::bind(int index, int64_t value) {
    sqlite3_bind_int64(statement_, index, value);
    return *this;
}

SqliteStatement &SqliteStatement::bind(int index, double value) {
    sqlite3_bind_double(statement_, index, value);
    return *this;
}

SqliteStatement &SqliteStatement::bind(int index, std::string_view text) {
    // A null pointer would bind NULL; an empty text is not that.
    sqlite3_bind_text64(statement_, index, text.data() ? text.data() : "", text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

SqliteStatement &SqliteStatement::bind(int index, std::span<const uint8_t> blob) {
    if (blob.empty())
        sqlite3_bind_zeroblob(statement_, index, 0);
    else
        sqlite3_bind_blob64(statement_, index, blob.data(), blob.size(), SQLITE_STATIC);
    return *this;
}

bool SqliteStatement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(statement_);
    if (code != SQLITE_DONE) database_->fail(code);
    return false;
}

uint64_t SqliteStatement::natural(int column) const {
    const int64_t value = integer(column);
    if (value < 0) failDamaged(database_->path(), "a count or time is negative");
    return static_cast<uint64_t>(value);
}

std::string SqliteStatement::text(int column) const {
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement_, column));
    if (!text) return {};
    return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const uint8_t> SqliteStatement::blob(int column) const {
    const auto *blob = static_cast<const uint8_t *>(sqlite3_column_blob(statement_, column));
    if (!blob) return {};
    return {blob, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

SqliteDatabase::SqliteDatabase(const std::string &uri, std::string path, int flags)
    : path_(std::move(path)) {
    const int code = sqlite3_open_v2(uri.c_str(), &database_, flags, nullptr);
    if (code != SQLITE_OK) {
        // The destructor does not run when a constructor throws.
        Failure failure{{fmt::format("{}: cannot be opened ({})", path_, sqlite3_errstr(code))},
                        code};
        sqlite3_close_v2(database_);
        throw failure;
    }
    sqlite3_extended_result_codes(database_, 1);
}

void SqliteDatabase::execute(const std::string &sql) {
    const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

void SqliteDatabase::fail(int code) const {
    switch (code & 0xFF) {
    case SQLITE_INTERRUPT: throw Failure{{"the query was cancelled", true}, code};
    case SQLITE_FULL:
        throw Failure{
            {fmt::format("{}: the disk is full; what was recorded before is kept", path_)}, code};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: failDamaged(path_, sqlite3_errmsg(database_));
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: {
        const bool writing = code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC;
        // The system's reason, where SQLite has kept it, says more than "disk I/O error".
        const int reason = sqlite3_system_errno(database_);
        throw Failure{{fmt::format("{}: {} ({}){}", path_,
                                   writing ? "cannot be written any more" : "input/output error",
                                   reason != 0 ? std::strerror(reason) : sqlite3_errmsg(database_),
                                   writing ? "; what was recorded before is kept" : "")},
                      code};
    }
    default: throw Failure{{fmt::format("{}: {}", path_, sqlite3_errmsg(database_))}, code};
    }
}

void failDamaged(const std::string &path, std::string_view what) {
    throw Failure{
        {fmt::format("{}: the run file is damaged ({}); record the run again", path, what)},
        SQLITE_CORRUPT};
}

} // namespace bootglass
