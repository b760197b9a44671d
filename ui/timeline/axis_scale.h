// SPDX-License-Identifier: GPL-3.0-or-later
// What the axis counts. Virtual time runs evenly; an axis of instructions leaves idle time out, one
// of wall clock stretches what cost the host much. Such an axis is a table of knots between virtual
// time and the axis' own units, even between two knots; a plain value, shared, never changed.
#pragma once

#include "emulator/trace/run_reader.h"

#include <memory>
#include <span>
#include <vector>

namespace bootglass {

/// Units: ns of virtual time; ns of virtual time without idle (instructions << shift); ns of the
/// host's clock.
enum class AxisUnit { VirtualTime, Instructions, WallClock };

class AxisScale {
  public:
    struct Knot {
        VirtualNs ns;
        uint64_t units = 0;

        bool operator==(const Knot &) const = default;
    };

    /// In ascending order of both; at least one. Beyond the first and last a unit is a ns.
    AxisScale(AxisUnit unit, std::vector<Knot> knots);

    AxisUnit unit() const { return unit_; }
    uint64_t unitsAt(VirtualNs ns) const;
    /// The first moment at which the axis stands there.
    VirtualNs timeAt(uint64_t units) const;
    bool operator==(const AxisScale &) const = default;

  private:
    AxisUnit unit_;
    std::vector<Knot> knots_;
};

/// nullptr: virtual time itself.
using SharedScale = std::shared_ptr<const AxisScale>;

/// Of the run as far as it is recorded.
Result<SharedScale> queryScale(RunReader &reader, AxisUnit unit);

// --- of a scale that may be nullptr
uint64_t unitsOf(const SharedScale &scale, VirtualNs ns);
VirtualNs timeOf(const SharedScale &scale, uint64_t units);
/// A range in units, for what reckons with ranges: both ends are numbers of the axis, no times.
TimeRange unitsOf(const SharedScale &scale, TimeRange range);
TimeRange timeOf(const SharedScale &scale, TimeRange units);
/// Where `pixels` equal parts of the axis begin and end.
std::vector<VirtualNs> pixelEdges(const SharedScale &scale, TimeRange range, unsigned pixels);

} // namespace bootglass
