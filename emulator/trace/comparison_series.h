// SPDX-License-Identifier: GPL-3.0-or-later
// More than two runs: each is compared with the baseline, and all stand in one table with a column
// for each. What a series of builds is read from.
#pragma once

#include "emulator/trace/comparison.h"

namespace bootglass {

struct SeriesRow {
    std::string name;
    int depth = 0;
    std::vector<std::optional<Amount>> runs; // in the order of the runs; nothing: it has none

    uint64_t value(size_t run, Measure measure) const {
        return runs[run] ? valueOf(*runs[run], measure) : 0;
    }
    /// The farthest that any run is from the baseline.
    uint64_t spread(size_t baseline, Measure measure) const;
};

/// In the baseline's order; what others add comes where they have it, of equal names once.
std::vector<SeriesRow> seriesRows(const std::vector<ComparedRun> &runs, size_t baseline,
                                  ComparedBy by);

std::vector<SeriesRow> filtered(std::vector<SeriesRow> rows, size_t baseline,
                                const RowFilter &filter);

} // namespace bootglass
