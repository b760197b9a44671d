// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/query_guard.h"

#include "emulator/trace/schema.h"
#include "emulator/trace/sql_views.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace bootglass {

namespace {

std::string_view text(const char *text) {
    return text ? text : "";
}

/// SQLite compares names without regard to case.
bool same(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool isReadable(std::string_view table) {
    constexpr std::array others = {"event",     "note",      "sqlite_schema",     "sqlite_master",
                                   "json_each", "json_tree", "sqlite_temp_master"};
    return table.empty() || // a table that only exists within the statement
           std::ranges::any_of(others, [&](std::string_view name) { return same(table, name); }) ||
           std::ranges::any_of(schema,
                               [&](const SchemaTable &row) { return same(table, row.name); }) ||
           std::ranges::any_of(sqlViews(),
                               [&](const SqlView &view) { return same(table, view.name); });
}

/// Functions of SQLite that reach beyond the statement; none is compiled in by default.
bool isHarmless(std::string_view function) {
    constexpr std::array refused = {"load_extension", "readfile",      "writefile", "edit",
                                    "fts3_tokenizer", "sqlite_dbpage", "randomblob"};
    return std::ranges::none_of(refused,
                                [&](std::string_view name) { return same(function, name); });
}

/// Pragmas that tell of a table, and change nothing with or without an argument.
bool isTelling(std::string_view pragma) {
    constexpr std::array told = {"table_info", "table_xinfo", "table_list", "index_list",
                                 "index_info"};
    return std::ranges::any_of(told, [&](std::string_view name) { return same(pragma, name); });
}

} // namespace

void QueryGuard::watch(sqlite3 *database) {
    sqlite3_set_authorizer(database, &QueryGuard::authorize, this);
}

int QueryGuard::authorize(void *self, int action, const char *first, const char *second,
                          const char *, const char *) {
    return static_cast<const QueryGuard *>(self)->allows(action, first, second) ? SQLITE_OK
                                                                                : SQLITE_DENY;
}

bool QueryGuard::mayDefine(int action, const char *first) const {
    if (!defining_) return false;
    return action == SQLITE_CREATE_TEMP_VIEW ||
           (action == SQLITE_PRAGMA && same(text(first), "query_only")) ||
           ((action == SQLITE_INSERT || action == SQLITE_UPDATE) &&
            same(text(first), "sqlite_temp_master"));
}

bool QueryGuard::allows(int action, const char *first, const char *second) const {
    if (mayDefine(action, first)) return true;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return true;
    case SQLITE_READ: return isReadable(text(first));
    case SQLITE_FUNCTION: return isHarmless(text(second));
    case SQLITE_UPDATE: return declaring_ && same(text(first), "sqlite_master");
    case SQLITE_TRANSACTION: return !restricted_;
    case SQLITE_PRAGMA:
        if (restricted_) return isTelling(text(first));
        return same(text(first), "data_version");
    default: return false;
    }
}

} // namespace bootglass
