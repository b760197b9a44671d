// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/run_notes.h"

#include "emulator/trace/schema.h"
#include "emulator/trace/sqlite_database.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace bootglass {

namespace fs = std::filesystem;

const std::string_view noteTableSql = R"(CREATE TABLE note(
  -- What people noted at places of the run.
  id INTEGER PRIMARY KEY, -- 1, 2, … in the order of time
  start_ns INTEGER,
  end_ns INTEGER, -- the same: a bookmark
  title TEXT,
  text TEXT
))";

namespace {

constexpr size_t mostNotes = 100'000;

/// Opened as an untrusted file: what it holds is data, never code.
class NoteDatabase : public SqliteDatabase {
  public:
    NoteDatabase(const std::string &path, int mode)
        : SqliteDatabase(path, path, mode | SQLITE_OPEN_NOMUTEX) {
        sqlite3_db_config(get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_db_config(get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
        sqlite3_busy_timeout(get(), 2000);
    }
};

bool hasTable(SqliteDatabase &database) {
    SqliteStatement row = database.prepare("SELECT sql FROM sqlite_schema WHERE name='note'");
    if (!row.step()) return false;
    if (row.text(0) != noteTableSql)
        failDamaged(database.path(), "its notes are not as they were written");
    return true;
}

std::vector<RunNote> notesIn(SqliteDatabase &database) {
    std::vector<RunNote> notes;
    if (!hasTable(database)) return notes;
    SqliteStatement rows =
        database.prepare("SELECT start_ns, end_ns, title, text FROM note ORDER BY start_ns, id");
    while (rows.step() && notes.size() < mostNotes) {
        RunNote note;
        note.range = {{rows.natural(0)}, {rows.natural(1)}};
        if (note.range.to < note.range.from)
            failDamaged(database.path(), "a note ends before it begins");
        note.title = rows.text(2);
        note.text = rows.text(3);
        notes.push_back(std::move(note));
    }
    return notes;
}

void put(SqliteDatabase &database, const std::vector<RunNote> &notes) {
    database.execute("BEGIN IMMEDIATE");
    if (!hasTable(database)) database.execute(std::string(noteTableSql));
    database.execute("DELETE FROM note");
    SqliteStatement insert = database.prepare(
        "INSERT INTO note(id, start_ns, end_ns, title, text) VALUES(?1,?2,?3,?4,?5)");
    for (const RunNote &note : notes) {
        insert.bind(1, note.id)
            .bind(2, note.range.from.value)
            .bind(3, note.range.to.value)
            .bind(4, std::string_view(note.title))
            .bind(5, std::string_view(note.text));
        insert.run();
    }
    database.execute("COMMIT");
}

/// Whole, and not read-only: a run that is being recorded has one writer already.
bool takesNotes(const std::string &runFile) {
    if (access(runFile.c_str(), W_OK) != 0) return false;
    NoteDatabase database(runFile, SQLITE_OPEN_READONLY);
    SqliteStatement row = database.prepare("SELECT value FROM meta WHERE key='complete'");
    return row.step() && row.text(0) == "1";
}

} // namespace

std::string notesBeside(const std::string &runFile) {
    return runFile + ".notes";
}

Result<std::vector<RunNote>> readNotes(const std::string &runFile) {
    return guarded([&] {
        // Those beside the run are newer, and all of them.
        const std::string beside = notesBeside(runFile);
        std::error_code ignored;
        NoteDatabase database(fs::exists(beside, ignored) ? beside : runFile, SQLITE_OPEN_READONLY);
        std::vector<RunNote> notes = notesIn(database);
        for (size_t n = 0; n < notes.size(); ++n)
            notes[n].id = static_cast<int64_t>(n) + 1;
        return notes;
    });
}

Result<void> writeNotes(const std::string &runFile, std::vector<RunNote> notes) {
    std::ranges::stable_sort(notes, {}, [](const RunNote &note) { return note.range.from; });
    for (size_t n = 0; n < notes.size(); ++n)
        notes[n].id = static_cast<int64_t>(n) + 1;
    return guarded([&] {
        const std::string beside = notesBeside(runFile);
        std::error_code ignored;
        if (takesNotes(runFile)) {
            NoteDatabase database(runFile, SQLITE_OPEN_READWRITE);
            put(database, notes);
            fs::remove(beside, ignored); // they have moved in
        } else {
            NoteDatabase database(beside, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
            put(database, notes);
        }
    });
}

} // namespace bootglass
