// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/bin_sampling.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

void add(Bin &sum, const Bin &bin) {
    sum.merge(bin);
}

void add(ModeShare &sum, const ModeShare &share) {
    for (size_t owner = 0; owner < sum.size(); ++owner)
        sum[owner] += share[owner];
}

void add(HostCost &sum, const HostCost &cost) {
    sum += cost;
}

double distance(VirtualNs from, VirtualNs to) {
    return to >= from ? static_cast<double>(to - from) : -static_cast<double>(from - to);
}

template<typename T>
std::vector<T> sampled(std::span<const T> bins, TimeRange range, TimeRange view, int columns) {
    std::vector<T> result(static_cast<size_t>(std::max(columns, 0)));
    if (bins.empty() || range.lengthNs() == 0) return result;
    const auto count = static_cast<double>(bins.size());
    const double binNs = static_cast<double>(range.lengthNs()) / count;
    const double columnNs =
        static_cast<double>(std::max<uint64_t>(view.lengthNs(), 1)) / std::max(columns, 1);
    const double start = distance(range.from, view.from) / binNs;
    const double step = columnNs / binNs; // bins per column
    const bool merges = step > 1.001;
    for (size_t column = 0; column < result.size(); ++column) {
        const double at = start + static_cast<double>(column) * step;
        // Merging, each bin belongs to the column in which its middle lies.
        const double first = merges ? std::floor(at + 0.5) : std::floor(at + step / 2);
        const double last = merges ? std::floor(at + step + 0.5) : first + 1;
        for (double bin = std::max(first, 0.0); bin < std::min(last, count); ++bin)
            add(result[column], bins[static_cast<size_t>(bin)]);
    }
    return result;
}

} // namespace

std::vector<Bin> sampledBins(std::span<const Bin> bins, TimeRange range, TimeRange view,
                             int columns) {
    return sampled(bins, range, view, columns);
}

std::vector<ModeShare> sampledShares(std::span<const ModeShare> shares, TimeRange range,
                                     TimeRange view, int columns) {
    return sampled(shares, range, view, columns);
}

std::vector<HostCost> sampledCosts(std::span<const HostCost> costs, TimeRange range, TimeRange view,
                                   int columns) {
    return sampled(costs, range, view, columns);
}

void addBins(std::vector<Bin> &sum, std::span<const Bin> bins) {
    if (sum.size() < bins.size()) sum.resize(bins.size());
    for (size_t column = 0; column < bins.size(); ++column)
        sum[column].merge(bins[column]);
}

TimeRange withWings(TimeRange view, TimeRange whole, unsigned &columns) {
    columns = std::clamp(columns, 1U, 16384U);
    const double columnNs = static_cast<double>(std::max<uint64_t>(view.lengthNs(), 1)) / columns;
    const auto wing = [&](uint64_t room) {
        return std::min<uint64_t>(
            columns, static_cast<uint64_t>(std::floor(static_cast<double>(room) / columnNs)));
    };
    const uint64_t before = wing(view.from > whole.from ? view.from - whole.from : 0);
    const uint64_t after = wing(whole.to > view.to ? whole.to - view.to : 0);
    const auto lengthOf = [&](uint64_t wingColumns) {
        return static_cast<uint64_t>(std::llround(static_cast<double>(wingColumns) * columnNs));
    };
    columns += static_cast<unsigned>(before + after);
    return {{view.from.value - std::min(view.from.value, lengthOf(before))},
            view.to + lengthOf(after)};
}

} // namespace bootglass
