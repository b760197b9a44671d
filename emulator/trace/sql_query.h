// SPDX-License-Identifier: GPL-3.0-or-later
// A person's SQL on a run: one statement that reads, under the eyes of QueryGuard.
#pragma once

#include "emulator/trace/run_file.h"
#include "emulator/trace/run_reader.h"

namespace bootglass {

/// Hands each row to `row` until it returns false. Returns the names of the columns.
std::vector<std::string>
runQuery(RunFile &file, const std::string &sql,
         const std::function<void(const std::vector<std::string> &)> &header,
         const std::function<bool(const RunReader::Row &)> &row);

} // namespace bootglass
