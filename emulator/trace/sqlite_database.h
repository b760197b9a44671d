// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite's C interface with owners: a connection and its prepared statements. Every error throws a
// Failure whose sentence names the file.
#pragma once

#include "emulator/trace/failure.h"

#include <sqlite3.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bootglass {

class SqliteDatabase;

class SqliteStatement {
  public:
    SqliteStatement() = default;
    SqliteStatement(SqliteDatabase &database, std::string_view sql);
    SqliteStatement(SqliteStatement &&other) noexcept { swap(other); }
    SqliteStatement &operator=(SqliteStatement &&other) noexcept {
        swap(other);
        return *this;
    }
    ~SqliteStatement() { sqlite3_finalize(statement_); }

    explicit operator bool() const { return statement_ != nullptr; }
    sqlite3_stmt *get() const { return statement_; }

    // --- values of ?1, ?2, …; texts and blobs are not copied: they live until the step
    SqliteStatement &bind(int index, int64_t value);
    SqliteStatement &bind(int index, uint64_t value) {
        return bind(index, static_cast<int64_t>(value));
    }
    SqliteStatement &bind(int index, int value) { return bind(index, int64_t{value}); }
    SqliteStatement &bind(int index, double value);
    SqliteStatement &bind(int index, std::string_view text);
    SqliteStatement &bind(int index, std::span<const uint8_t> blob);

    /// True: a row is there; false: done, and ready for the next run.
    bool step();
    /// One step of a statement that has no rows.
    void run() {
        while (step()) {
        }
    }
    void reset() { sqlite3_reset(statement_); }

    // --- columns of the present row, from 0
    int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    /// A count or time: negative is damage.
    uint64_t natural(int column) const;
    double real(int column) const { return sqlite3_column_double(statement_, column); }
    bool null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::string text(int column) const;
    std::span<const uint8_t> blob(int column) const;

  private:
    void swap(SqliteStatement &other) {
        std::swap(statement_, other.statement_);
        std::swap(database_, other.database_);
    }
    SqliteDatabase *database_ = nullptr;
    sqlite3_stmt *statement_ = nullptr;
};

class SqliteDatabase {
  public:
    /// Flags are SQLITE_OPEN_…; `uri` may be a file: URI if they say so.
    SqliteDatabase(const std::string &uri, std::string path, int flags);
    SqliteDatabase(const SqliteDatabase &) = delete;
    SqliteDatabase &operator=(const SqliteDatabase &) = delete;
    ~SqliteDatabase() { close(); }
    /// Nothing can be done with it afterwards.
    void close() { sqlite3_close_v2(std::exchange(database_, nullptr)); }

    sqlite3 *get() const { return database_; }
    const std::string &path() const { return path_; }
    void execute(const std::string &sql);
    /// True if it worked; for what may fail without harm.
    bool tryExecute(const char *sql) {
        return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    SqliteStatement prepare(std::string_view sql) { return {*this, sql}; }
    /// Throws what SQLite says about its last error.
    [[noreturn]] void fail(int code) const;

  private:
    std::string path_;
    sqlite3 *database_ = nullptr;
};

/// Throws: this file's content cannot be right.
[[noreturn]] void failDamaged(const std::string &path, std::string_view what);

} // namespace bootglass
