// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/host_cost.h"

#include "emulator/trace/run_file.h"
#include "emulator/trace/run_tables.h"

#include <algorithm>

namespace bootglass {

namespace {

/// A row of host_cost_at.
struct Total {
    VirtualNs ns;
    HostCost cost;
};

Total totalOf(const SqliteStatement &row) {
    Total total{{row.natural(0)}, {}};
    for (size_t n = 0; n < hostActivities; ++n)
        total.cost.ns[n] = row.natural(static_cast<int>(n) + 1);
    return total;
}

/// Answers for moments in ascending order, two rows at a time.
class Totals {
  public:
    explicit Totals(RunFile &file) : file_(file) {}

    HostCost until(VirtualNs ns) {
        if (!known_ || ns < before_.ns || (!last_ && ns >= after_.ns)) find(ns);
        if (last_ || ns <= before_.ns || after_.ns <= before_.ns) return before_.cost;
        const long double part = static_cast<long double>(ns - before_.ns) /
                                 static_cast<long double>(after_.ns - before_.ns);
        HostCost cost = before_.cost;
        for (size_t n = 0; n < hostActivities; ++n) {
            // Totals only grow; in a damaged file they may not.
            const uint64_t most = std::max(after_.cost.ns[n], cost.ns[n]) - cost.ns[n];
            cost.ns[n] += static_cast<uint64_t>(part * static_cast<long double>(most));
        }
        return cost;
    }

  private:
    void find(VirtualNs ns) {
        known_ = true;
        before_ = {};
        SqliteStatement &earlier =
            file_.statement("SELECT * FROM host_cost_at WHERE virtual_ns <= ?1"
                            " ORDER BY virtual_ns DESC LIMIT 1");
        earlier.bind(1, sqlTime(ns));
        if (earlier.step()) before_ = totalOf(earlier);
        earlier.reset();
        SqliteStatement &later = file_.statement("SELECT * FROM host_cost_at WHERE virtual_ns > ?1"
                                                 " ORDER BY virtual_ns LIMIT 1");
        later.bind(1, sqlTime(ns));
        last_ = !later.step();
        if (!last_) after_ = totalOf(later);
        later.reset();
    }

    RunFile &file_;
    bool known_ = false;
    bool last_ = false; // nothing comes after `before_`
    Total before_, after_;
};

} // namespace

HostCost hostCostUntil(RunFile &file, VirtualNs ns) {
    if (!file.tellsHostCost()) return {};
    return Totals(file).until(ns);
}

std::vector<HostCost> hostCosts(RunFile &file, TimeRange range, unsigned pixels) {
    const size_t count = std::clamp(pixels, 1U, 65536U);
    std::vector<VirtualNs> edges;
    for (size_t pixel = 0; pixel <= count; ++pixel)
        edges.push_back(range.from + mulDiv(range.lengthNs(), pixel, count));
    return hostCosts(file, edges);
}

std::vector<HostCost> hostCosts(RunFile &file, std::span<const VirtualNs> edges) {
    std::vector<HostCost> costs(edges.empty() ? 0 : edges.size() - 1);
    if (!file.tellsHostCost() || costs.empty()) return costs;
    Totals totals(file);
    HostCost before = totals.until(edges.front());
    for (size_t pixel = 0; pixel < costs.size(); ++pixel) {
        file.checkCancelled();
        const HostCost cost = totals.until(edges[pixel + 1]);
        costs[pixel] = cost - before;
        before = cost;
    }
    return costs;
}

std::vector<WallPoint> wallPoints(RunFile &file) {
    std::vector<WallPoint> points{{{0}, 0}};
    // The clock was read where a phase starts or ends, and at the run's end.
    std::vector<std::pair<VirtualNs, double>> known;
    for (const RunPhase &phase : readPhases(file)) {
        known.emplace_back(phase.start.ns, phase.start.wallSeconds);
        if (!phase.open) known.emplace_back(phase.end.ns, phase.end.wallSeconds);
    }
    known.emplace_back(file.end().ns, readInfo(file).wallSeconds);
    std::ranges::sort(known);
    std::vector<Total> totals;
    if (file.tellsHostCost()) {
        SqliteStatement &rows = file.statement("SELECT * FROM host_cost_at ORDER BY virtual_ns");
        while (rows.step())
            totals.push_back(totalOf(rows));
    }
    size_t next = 0;
    for (const auto &[ns, seconds] : known) {
        const WallPoint from = points.back();
        const double most = 1e9; // some thirty years: what a damaged file may tell is no clock
        if (ns <= from.ns || !(seconds >= 0 && seconds < most)) continue;
        const WallPoint to{ns, std::max(from.wallNs, static_cast<uint64_t>(seconds * 1e9))};
        // Between, as the CPU seconds went.
        while (next < totals.size() && totals[next].ns <= from.ns)
            ++next;
        const uint64_t before = next > 0 ? totals[next - 1].cost.total() : 0;
        size_t last = next;
        while (last < totals.size() && totals[last].ns <= to.ns)
            ++last;
        const uint64_t after = last > 0 ? totals[last - 1].cost.total() : 0;
        for (; next < last && after > before; ++next) {
            const uint64_t cost = std::clamp(totals[next].cost.total(), before, after);
            const uint64_t wall =
                from.wallNs + mulDiv(to.wallNs - from.wallNs, cost - before, after - before);
            if (totals[next].ns < to.ns && wall >= points.back().wallNs)
                points.push_back({totals[next].ns, wall});
        }
        points.push_back(to);
    }
    return points;
}

} // namespace bootglass
