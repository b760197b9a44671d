// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison as text for people, and as JSON, CSV and Markdown for what comes after. All are made
// from the same rows.
#pragma once

#include "emulator/trace/comparison_divergence.h"
#include "emulator/trace/comparison_series.h"
#include "emulator/trace/comparison_waterfall.h"

#include <string>
#include <vector>

namespace bootglass {

/// What was asked for.
struct ComparisonRequest {
    std::vector<ComparedBy> by = {ComparedBy::Phase};
    RowFilter filter; // the measure is that of each table
    size_t baseline = 0;
    std::string align;               // a marker; empty: each phase on its own start
    std::optional<double> failAbove; // percent
    bool divergence = false;
};

/// What was found about one run against the baseline.
struct ComparisonResult {
    size_t run = 0;
    std::vector<DeltaRow> phases; // all, in order
    Waterfall waterfall;
    std::optional<Alignment> alignment;
    std::optional<Divergence> divergence;
    bool regression = false;
};

struct ComparisonReport {
    ComparisonRequest request;
    std::vector<ComparedRun> runs;
    std::vector<ComparisonResult> results; // of all but the baseline

    const ComparedRun &base() const { return runs[request.baseline]; }
    /// "A", "B", … by the place on the command line.
    std::string letter(size_t run) const;
    /// As asked: sorted, and without what is too small.
    std::vector<DeltaRow> rows(const ComparisonResult &result, ComparedBy by) const;
    std::vector<SeriesRow> series(ComparedBy by) const;
    std::string sentence(const ComparisonResult &result) const;
};

std::string comparisonText(const ComparisonReport &report);
std::string comparisonMarkdown(const ComparisonReport &report);
std::string comparisonCsv(const ComparisonReport &report);
std::string comparisonJson(const ComparisonReport &report);

/// On one line, without control characters: names may come from a guest, and go to a terminal.
std::string printable(std::string text);

} // namespace bootglass
