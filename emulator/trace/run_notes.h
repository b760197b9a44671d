// SPDX-License-Identifier: GPL-3.0-or-later
// What people note at places of a run: bookmarks and ranges with a title and a text. They are kept
// in the run file, in a table of their own that changes nothing else of it; where the file cannot
// be written, or is still being recorded, in a file beside it (RUN.notes) that moves in once it
// can.
#pragma once

#include "emulator/trace/result.h"
#include "emulator/trace/run_types.h"

#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

struct RunNote {
    int64_t id = 0;  // 1, 2, … in the order of time
    TimeRange range; // from == to: a bookmark
    std::string title;
    std::string text;

    bool isRange() const { return range.to > range.from; }
    bool operator==(const RunNote &) const = default;
};

/// The table in both places, to the letter.
extern const std::string_view noteTableSql;

/// By their starts, those beside the run in place of those in it; none if there is no table of
/// them. An error if there is one and it is not ours.
Result<std::vector<RunNote>> readNotes(const std::string &runFile);
/// All of them at once, in place of those before; they are numbered anew.
Result<void> writeNotes(const std::string &runFile, std::vector<RunNote> notes);
/// Where notes go that the run file cannot take.
std::string notesBeside(const std::string &runFile);

} // namespace bootglass
