// SPDX-License-Identifier: GPL-3.0-or-later
// Between virtual time and pixels: a plain value, so that every mapping, zoom and pan is a function
// from values to values. Times stay 64-bit integers; only distances from the range's start, which
// are small where precision matters, become doubles. Pixels are of equal width in the units of the
// axis' scale, which is virtual time unless another is given.
#pragma once

#include "ui/timeline/axis_scale.h"

namespace bootglass {

/// The closest look: 25 instructions of 8 ns over the whole width.
inline constexpr uint64_t shortestViewNs = 200;

struct TimeAxis {
    TimeRange range;
    double left = 0;  // pixel of range.from
    double width = 1; // pixels of the whole range
    SharedScale scale{};

    double right() const { return left + width; }
    TimeRange unitRange() const { return unitsOf(scale, range); }
    double unitsPerPixel() const;
    double pixelOf(VirtualNs ns) const;
    /// Clamped to what 64 bits hold.
    VirtualNs timeAt(double pixel) const;
    /// What one pixel shows, [from, to), never empty.
    TimeRange pixelRange(double pixel) const;
    bool shows(VirtualNs ns) const { return ns >= range.from && ns < range.to; }

    bool operator==(const TimeAxis &) const = default;
};

/// The same length, moved into `whole`; cut to it if longer; not shorter than the closest look.
TimeRange clamped(TimeRange range, TimeRange whole);
/// Factor below 1 looks closer; `centre` keeps its place.
TimeRange zoomed(TimeRange range, VirtualNs centre, double factor, TimeRange whole);
/// Moved by a share of its length: positive to later times.
TimeRange panned(TimeRange range, double share, TimeRange whole);
/// A range with some air around it, as zooming to a phase shows it.
TimeRange withMargin(TimeRange range, double share, TimeRange whole);
/// In order, whichever end came first.
TimeRange ordered(VirtualNs a, VirtualNs b);

} // namespace bootglass
