// SPDX-License-Identifier: GPL-3.0-or-later
// Where marker flags and their names go, so that none overlaps another: each takes the first row in
// which flag and name are free, the name at its right or, near the edge, at its left. A name that
// fits nowhere is left out; its flag stays and tells on hovering.
#pragma once

#include "ui/timeline/time_axis.h"

#include <span>
#include <vector>

namespace bootglass {

// Two rows, so that the names of neighbours both fit.
inline constexpr int markerRows = 2;
inline constexpr int markerRowHeight = 17;

struct MarkerFlag {
    size_t marker = 0; // its place among the markers
    int x = 0;         // of the pole
    int row = 0;
    bool named = false;
    bool atLeft = false; // flag and name fly to the left of the pole
    int nameLeft = 0;
    int nameWidth = 0;

    bool operator==(const MarkerFlag &) const = default;
};

inline constexpr int flagWidth = 9;
inline constexpr int flagGap = 4; // between flag and name

struct MarkerRoom {
    int left = 0;
    int right = 0;
    int rows = markerRows;
};

/// Markers in order of time; `widths` are those of their names.
std::vector<MarkerFlag> layOutMarkers(std::span<const RunMarker> markers,
                                      std::span<const int> widths, const TimeAxis &axis,
                                      MarkerRoom room);

} // namespace bootglass
