// SPDX-License-Identifier: GPL-3.0-or-later
// How markers are named in a figure: by their names where all of them fit into a few rows, else by
// numbers with a key below; markers that fall onto one place share their number's label: "3–5".
#pragma once

#include <QStringList>

#include <span>
#include <vector>

namespace bootglass {

struct MarkerSpot {
    double x = 0;     // of the pole
    double width = 0; // of its name
};

struct PlacedMarker {
    size_t first = 0; // the markers that it stands for
    size_t last = 0;
    double x = 0; // of the pole of the first
    double left = 0;
    int row = 0;
};

/// Names at the right of their poles, or at the left near the edge; empty if they do not all fit.
std::vector<PlacedMarker> placeNames(std::span<const MarkerSpot> spots, double left, double right,
                                     int rows, double gap);
/// Numbers in one row, centred on their poles; `characterWidth` is a digit's.
std::vector<PlacedMarker> placeNumbers(std::span<const MarkerSpot> spots, double left, double right,
                                       double characterWidth);
QString numberLabel(const PlacedMarker &marker);

} // namespace bootglass
