// SPDX-License-Identifier: GPL-3.0-or-later
// `export --table`: one of the tables that `bootglass query` promises (sql_views.h), as CSV
// (RFC 4180) or JSON, row by row, as it may be larger than memory.
#pragma once

#include "emulator/trace/run_reader.h"

namespace bootglass {

/// "run, inputs, phases, …"
std::string runTableNames();
/// `format` is csv or json.
Result<void> writeRunTable(RunReader &reader, const std::string &table, const std::string &format,
                           const std::string &outFile);

} // namespace bootglass
