// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/axis_scale.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t mostHalts = 2'000'000;

} // namespace

AxisScale::AxisScale(AxisUnit unit, std::vector<Knot> knots)
    : unit_(unit), knots_(std::move(knots)) {
    if (knots_.empty()) knots_.push_back({});
}

uint64_t AxisScale::unitsAt(VirtualNs ns) const {
    const auto after = std::ranges::upper_bound(knots_, ns, {}, &Knot::ns);
    if (after == knots_.begin()) {
        const uint64_t before = after->ns - ns;
        return after->units - std::min(after->units, before);
    }
    const Knot &from = *std::prev(after);
    if (after == knots_.end()) return from.units + (ns - from.ns);
    return from.units + mulDiv(after->units - from.units, ns - from.ns, after->ns - from.ns);
}

VirtualNs AxisScale::timeAt(uint64_t units) const {
    const auto after = std::ranges::lower_bound(knots_, units, {}, &Knot::units);
    if (after == knots_.begin()) {
        const uint64_t before = after->units - units;
        return {after->ns.value - std::min(after->ns.value, before)};
    }
    const Knot &from = *std::prev(after);
    if (after == knots_.end()) return from.ns + (units - from.units);
    return from.ns + mulDivUp(after->ns - from.ns, units - from.units, after->units - from.units);
}

Result<SharedScale> queryScale(RunReader &reader, AxisUnit unit) {
    if (unit == AxisUnit::VirtualTime) return SharedScale();
    std::vector<AxisScale::Knot> knots{{}};
    if (unit == AxisUnit::Instructions) {
        const auto halts = reader.idleSpans({{0}, reader.end().ns + 1}, mostHalts);
        if (!halts) return halts.error();
        uint64_t idle = 0;
        for (const IdleSpan &halt : *halts) {
            knots.push_back({halt.from, halt.from.value - idle});
            idle += halt.to - halt.from;
            knots.push_back({halt.to, halt.to.value - idle});
        }
    } else {
        const auto points = reader.wallPoints();
        if (!points) return points.error();
        knots.clear();
        for (const WallPoint &point : *points)
            knots.push_back({point.ns, point.wallNs});
    }
    return std::make_shared<const AxisScale>(unit, std::move(knots));
}

uint64_t unitsOf(const SharedScale &scale, VirtualNs ns) {
    return scale ? scale->unitsAt(ns) : ns.value;
}

VirtualNs timeOf(const SharedScale &scale, uint64_t units) {
    return scale ? scale->timeAt(units) : VirtualNs{units};
}

TimeRange unitsOf(const SharedScale &scale, TimeRange range) {
    return {{unitsOf(scale, range.from)}, {unitsOf(scale, range.to)}};
}

TimeRange timeOf(const SharedScale &scale, TimeRange units) {
    return {timeOf(scale, units.from.value), timeOf(scale, units.to.value)};
}

std::vector<VirtualNs> pixelEdges(const SharedScale &scale, TimeRange range, unsigned pixels) {
    const TimeRange units = unitsOf(scale, range);
    std::vector<VirtualNs> edges{range.from};
    for (uint64_t pixel = 1; pixel < pixels; ++pixel) {
        const VirtualNs edge =
            timeOf(scale, units.from.value + mulDivUp(pixel, units.lengthNs(), pixels));
        edges.push_back(std::clamp(edge, edges.back(), range.to));
    }
    edges.push_back(range.to);
    return edges;
}

} // namespace bootglass
