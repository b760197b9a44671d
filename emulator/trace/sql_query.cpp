// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/sql_query.h"

#include "emulator/trace/sql_views.h"

#include <fmt/format.h>

namespace bootglass {

namespace {

struct Finalize {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

class Query {
  public:
    explicit Query(RunFile &file) : file_(file) { file_.guard().restrict(true); }
    ~Query() { file_.guard().restrict(false); }
    Query(const Query &) = delete;
    Query &operator=(const Query &) = delete;

    Statement prepare(std::string_view sql, std::string_view &rest) {
        sqlite3_stmt *statement = nullptr;
        const char *tail = nullptr;
        const int code = sqlite3_prepare_v2(file_.database().get(), sql.data(),
                                            static_cast<int>(sql.size()), &statement, &tail);
        if (code != SQLITE_OK) fail(code);
        rest = sql.substr(static_cast<size_t>(tail - sql.data()));
        return Statement(statement);
    }
    bool step(sqlite3_stmt *statement) {
        const int code = sqlite3_step(statement);
        if (code != SQLITE_ROW && code != SQLITE_DONE) fail(code);
        return code == SQLITE_ROW;
    }

  private:
    [[noreturn]] void fail(int code) {
        const std::string why = sqlite3_errmsg(file_.database().get());
        switch (code & 0xFF) {
        case SQLITE_AUTH:
            throw Failure{{"a query may only read the tables of the run (" + why + ")"}, code};
        case SQLITE_ERROR:
        case SQLITE_TOOBIG:
            // What the table of events says of a damaged file is a sentence already.
            if (why.starts_with(file_.path())) throw Failure{{why}, code};
            throw Failure{{"the query cannot be run: " + why}, code};
        default: file_.database().fail(code);
        }
    }
    RunFile &file_;
};

/// The value's bytes, valid until the next step.
std::string_view value(sqlite3_stmt *statement, int column) {
    const void *bytes = sqlite3_column_type(statement, column) == SQLITE_BLOB
                            ? sqlite3_column_blob(statement, column)
                            : static_cast<const void *>(sqlite3_column_text(statement, column));
    if (!bytes) return {};
    return {static_cast<const char *>(bytes),
            static_cast<size_t>(sqlite3_column_bytes(statement, column))};
}

} // namespace

std::vector<std::string>
runQuery(RunFile &file, const std::string &sql,
         const std::function<void(const std::vector<std::string> &)> &header,
         const std::function<bool(const RunReader::Row &)> &row) {
    addSqlViews(file);
    Query query(file);
    std::string_view rest;
    const Statement statement = query.prepare(sql, rest);
    if (!statement) throw Failure{{"the query is empty"}, SQLITE_ERROR};
    while (!rest.empty()) {
        const std::string_view more = rest;
        if (query.prepare(more, rest))
            throw Failure{{"only one statement can be run at a time"}, SQLITE_ERROR};
        if (rest.size() == more.size()) break;
    }
    const int columns = sqlite3_column_count(statement.get());
    if (!columns || !sqlite3_stmt_readonly(statement.get()))
        throw Failure{{"a query may only read the tables of the run"}, SQLITE_AUTH};
    std::vector<std::string> names;
    names.reserve(static_cast<size_t>(columns));
    for (int column = 0; column < columns; ++column)
        names.emplace_back(sqlite3_column_name(statement.get(), column));
    if (header) header(names);
    RunReader::Row values;
    values.values.resize(names.size());
    values.null.resize(names.size());
    while (query.step(statement.get())) {
        file.checkCancelled();
        for (int column = 0; column < columns; ++column) {
            const auto index = static_cast<size_t>(column);
            values.null[index] = sqlite3_column_type(statement.get(), column) == SQLITE_NULL;
            values.values[index] = value(statement.get(), column);
        }
        if (row && !row(values)) break;
    }
    return names;
}

} // namespace bootglass
