// SPDX-License-Identifier: GPL-3.0-or-later
// The tables that `bootglass query` and `export --table` promise: views with plain names and plain
// columns, the same whatever the schema of the file becomes. They are no part of the file but made
// beside it, in the connection's own temporary schema. Columns are added, never changed.
#pragma once

#include "emulator/trace/run_file.h"

#include <span>
#include <string_view>

namespace bootglass {

struct SqlColumn {
    std::string_view name;
    std::string_view meaning;
};

struct SqlView {
    std::string_view name; // "phases"
    std::string_view meaning;
    std::vector<SqlColumn> columns;
    std::string_view select; // what it stands for
};

std::span<const SqlView> sqlViews();
const SqlView *sqlView(std::string_view name);

/// Makes the views known to the file's connection; the first time only.
void addSqlViews(RunFile &file);

} // namespace bootglass
