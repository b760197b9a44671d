// SPDX-License-Identifier: GPL-3.0-or-later
// A figure's axis: virtual time, or instructions, on which idle time has no width. It tells where a
// moment lies and brings what the reader counts per time bin onto columns of equal width.
#pragma once

#include "emulator/trace/run_reader.h"
#include "ui/figure/figure_spec.h"

#include <QString>

#include <span>

namespace bootglass {

struct AxisTick {
    double share = 0; // of the axis' width
    QString label;
};

/// What a column of a lane holds; counts are shared out where a bin lies on two columns.
struct LaneColumn {
    double count = 0;
    double busyNs = 0;
};
using ShareColumn = std::array<double, cpuShares>; // ns by owner

class FigureAxis {
  public:
    static Result<FigureAxis> make(RunReader &reader, TimeRange range, AxisKind kind);

    AxisKind kind() const { return kind_; }
    TimeRange range() const { return range_; }
    /// Its ends in its own unit: ns or instructions.
    std::pair<uint64_t, uint64_t> ends() const { return {first(), last()}; }
    /// Where a moment lies, 0 at the left end, 1 at the right one.
    Result<double> shareOf(VirtualNs ns) const;

    /// Of all tracks together, as many columns as asked for.
    Result<std::vector<LaneColumn>> columns(std::span<const TrackId> tracks, size_t count) const;
    Result<std::vector<ShareColumn>> shares(size_t count) const;

    std::vector<AxisTick> ticks(int most) const;
    /// "virtual time (s)", "instructions (10⁹)"
    QString title(int mostTicks) const;

  private:
    struct Scale {
        uint64_t step = 1;
        uint64_t unit = 1;
        uint64_t base = 0; // labels tell the distance from it
    };
    Scale scale(int mostTicks) const;
    uint64_t first() const { return kind_ == AxisKind::Time ? range_.from.value : icounts_.first; }
    uint64_t last() const { return kind_ == AxisKind::Time ? range_.to.value : icounts_.second; }
    /// Where the edges of equal time bins lie.
    Result<std::vector<double>> edges(size_t bins) const;
    static size_t binsFor(size_t columns);

    RunReader *reader_ = nullptr;
    TimeRange range_;
    AxisKind kind_ = AxisKind::Time;
    std::pair<uint64_t, uint64_t> icounts_;
};

} // namespace bootglass
