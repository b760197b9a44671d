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
    std::vector<HostCost> costs(std::clamp(pixels, 1U, 65536U));
    if (!file.tellsHostCost()) return costs;
    Totals totals(file);
    HostCost before = totals.until(range.from);
    for (size_t pixel = 0; pixel < costs.size(); ++pixel) {
        file.checkCancelled();
        const auto edge = static_cast<uint64_t>(static_cast<unsigned __int128>(range.lengthNs()) *
                                                (pixel + 1) / costs.size());
        const HostCost cost = totals.until(range.from + edge);
        costs[pixel] = cost - before;
        before = cost;
    }
    return costs;
}

} // namespace bootglass
