// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/time_axis.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

// Beyond this a double no longer tells nanoseconds apart, and no run is 104 days long.
constexpr double farthest = 9e15;

VirtualNs moved(VirtualNs from, double ns) {
    if (std::isnan(ns)) return from;
    const double clampedNs = std::clamp(ns, -farthest, farthest);
    if (clampedNs >= 0) {
        const auto distance = static_cast<uint64_t>(clampedNs);
        return {from.value > UINT64_MAX - distance ? UINT64_MAX : from.value + distance};
    }
    const auto distance = static_cast<uint64_t>(std::ceil(-clampedNs));
    return {from.value - std::min(from.value, distance)};
}

} // namespace

double TimeAxis::unitsPerPixel() const {
    return static_cast<double>(std::max<uint64_t>(unitRange().lengthNs(), 1)) /
           std::max(width, 1.0);
}

double TimeAxis::pixelOf(VirtualNs ns) const {
    const uint64_t at = unitsOf(scale, ns);
    const uint64_t from = unitsOf(scale, range.from);
    const double distance =
        at >= from ? static_cast<double>(at - from) : -static_cast<double>(from - at);
    return left + distance / unitsPerPixel();
}

VirtualNs TimeAxis::timeAt(double pixel) const {
    const VirtualNs units = moved({unitsOf(scale, range.from)}, (pixel - left) * unitsPerPixel());
    return timeOf(scale, units.value);
}

TimeRange TimeAxis::pixelRange(double pixel) const {
    const double column = std::floor(pixel - left);
    const VirtualNs start{unitsOf(scale, range.from)};
    const TimeRange units{moved(start, column * unitsPerPixel()),
                          moved(start, (column + 1) * unitsPerPixel())};
    const TimeRange times = timeOf(scale, units);
    return {times.from, std::max(times.to, times.from + 1)};
}

TimeRange clamped(TimeRange range, TimeRange whole) {
    const uint64_t wholeLength = std::max(whole.lengthNs(), shortestViewNs);
    const uint64_t length = std::clamp(range.lengthNs(), shortestViewNs, wholeLength);
    const VirtualNs last = whole.from + (wholeLength - length);
    const VirtualNs from = std::clamp(range.from, whole.from, last);
    return {from, from + length};
}

TimeRange zoomed(TimeRange range, VirtualNs centre, double factor, TimeRange whole) {
    const double wholeLength = static_cast<double>(std::max(whole.lengthNs(), shortestViewNs));
    const double length = std::clamp(static_cast<double>(range.lengthNs()) * factor,
                                     static_cast<double>(shortestViewNs), wholeLength);
    const VirtualNs inside = std::clamp(centre, range.from, range.to);
    const double share = range.lengthNs() == 0 ? 0.5
                                               : static_cast<double>(inside - range.from) /
                                                     static_cast<double>(range.lengthNs());
    const auto exact = static_cast<uint64_t>(std::llround(length));
    const auto before = static_cast<uint64_t>(std::llround(share * length));
    const VirtualNs from{inside.value - std::min(inside.value, before)};
    return clamped({from, from + exact}, whole);
}

TimeRange panned(TimeRange range, double share, TimeRange whole) {
    const double distance = share * static_cast<double>(range.lengthNs());
    const VirtualNs from = moved(range.from, distance);
    return clamped({from, from + range.lengthNs()}, whole);
}

TimeRange withMargin(TimeRange range, double share, TimeRange whole) {
    const double margin = share * static_cast<double>(range.lengthNs());
    return clamped({moved(range.from, -margin), moved(range.to, margin)}, whole);
}

TimeRange ordered(VirtualNs a, VirtualNs b) {
    return {std::min(a, b), std::max(a, b)};
}

} // namespace bootglass
