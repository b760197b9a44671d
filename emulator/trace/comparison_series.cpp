// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/comparison_series.h"

#include <algorithm>

namespace bootglass {

namespace {

/// A row that is new in a run stands after the row that it follows there.
size_t placeFor(const std::vector<SeriesRow> &rows, const std::string &after) {
    const auto found = std::ranges::find(rows, after, &SeriesRow::name);
    return after.empty() || found == rows.end() ? rows.size()
                                                : static_cast<size_t>(found - rows.begin()) + 1;
}

} // namespace

uint64_t SeriesRow::spread(size_t baseline, Measure measure) const {
    uint64_t most = 0;
    for (size_t run = 0; run < runs.size(); ++run)
        most = std::max(most, magnitude(difference(value(baseline, measure), value(run, measure))));
    return most;
}

std::vector<SeriesRow> seriesRows(const std::vector<ComparedRun> &runs, size_t baseline,
                                  ComparedBy by) {
    std::vector<SeriesRow> rows;
    if (baseline >= runs.size()) return rows;
    const ComparedRun &base = runs[baseline];
    const auto emptyRow = [&](const DeltaRow &row) {
        return SeriesRow{row.name, row.depth, std::vector<std::optional<Amount>>(runs.size())};
    };
    // The baseline against itself: all its rows, in its order.
    for (const DeltaRow &row : deltaRows(base, base, by)) {
        rows.push_back(emptyRow(row));
        rows.back().runs[baseline] = row.a;
    }
    const size_t own = rows.size();
    std::vector<SeriesRow> news;
    std::vector<std::string> follows;
    for (size_t run = 0; run < runs.size(); ++run) {
        if (run == baseline) continue;
        size_t place = 0; // rows that the baseline has come in its order
        std::string last;
        for (const DeltaRow &row : deltaRows(base, runs[run], by)) {
            if (!row.isNew()) {
                if (place < own) rows[place++].runs[run] = row.b;
                last = row.name;
                continue;
            }
            const auto known = std::ranges::find_if(news, [&](const SeriesRow &other) {
                return other.name == row.name && !other.runs[run];
            });
            if (known != news.end()) {
                known->runs[run] = row.b;
            } else {
                news.push_back(emptyRow(row));
                news.back().runs[run] = row.b;
                follows.push_back(last);
            }
            last = row.name;
        }
    }
    for (size_t place = 0; place < news.size(); ++place) {
        const size_t at = placeFor(rows, follows[place]);
        rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), std::move(news[place]));
    }
    return rows;
}

std::vector<SeriesRow> filtered(std::vector<SeriesRow> rows, size_t baseline,
                                const RowFilter &filter) {
    const Measure measure = filter.measure;
    std::erase_if(rows, [&](const SeriesRow &row) {
        uint64_t most = 0;
        for (size_t run = 0; run < row.runs.size(); ++run)
            most = std::max(most, row.value(run, measure));
        return row.spread(baseline, measure) < filter.leastDifference || most < filter.leastValue;
    });
    const auto down = [&](auto key) {
        std::ranges::stable_sort(rows, std::ranges::greater(), key);
    };
    switch (filter.sort) {
    case SortBy::Order: break;
    case SortBy::Name: std::ranges::stable_sort(rows, {}, &SeriesRow::name); break;
    case SortBy::A: down([&](const SeriesRow &row) { return row.value(baseline, measure); }); break;
    case SortBy::B:
        down([&](const SeriesRow &row) { return row.value(row.runs.size() - 1, measure); });
        break;
    case SortBy::Delta:
        down([&](const SeriesRow &row) { return row.spread(baseline, measure); });
        break;
    case SortBy::Percent:
        down([&](const SeriesRow &row) {
            const uint64_t base = row.value(baseline, measure);
            return base == 0 ? 1e300
                             : static_cast<double>(row.spread(baseline, measure)) /
                                   static_cast<double>(base);
        });
        break;
    case SortBy::Time:
        down([&](const SeriesRow &row) { return row.spread(baseline, Measure::VirtualTime); });
        break;
    case SortBy::Idle:
        down([&](const SeriesRow &row) { return row.spread(baseline, Measure::Idle); });
        break;
    case SortBy::Count:
        down([&](const SeriesRow &row) { return row.spread(baseline, Measure::Count); });
        break;
    }
    if (rows.size() > filter.most) rows.resize(filter.most);
    return rows;
}

} // namespace bootglass
