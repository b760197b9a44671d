// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/marker_layout.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace bootglass {

namespace {

constexpr int nameSpace = 8; // from a name to the next flag

struct Taken {
    int from;
    int to;
};

using Row = std::vector<Taken>;

bool isFree(const Row &row, int from, int to) {
    return std::ranges::none_of(row, [&](const Taken &t) { return from < t.to && to > t.from; });
}

/// Flag and name at one side of the pole, in the first row where both are free.
bool placeNamed(MarkerFlag &flag, std::vector<Row> &rows, const MarkerRoom &room, bool atLeft) {
    const int span = flagWidth + flagGap + flag.nameWidth;
    const int from = atLeft ? flag.x - span : flag.x;
    const int to = atLeft ? flag.x + 1 : flag.x + span;
    if (from < room.left || to > room.right + 1) return false;
    for (size_t row = 0; row < rows.size(); ++row) {
        if (!isFree(rows[row], from, to + nameSpace)) continue;
        rows[row].push_back({from, to + nameSpace});
        flag.row = static_cast<int>(row);
        flag.named = true;
        flag.atLeft = atLeft;
        flag.nameLeft = atLeft ? from : flag.x + flagWidth + flagGap;
        return true;
    }
    return false;
}

void placeBare(MarkerFlag &flag, std::vector<Row> &rows, const MarkerRoom &room) {
    flag.atLeft = flag.x + flagWidth > room.right + 1;
    const int from = flag.atLeft ? flag.x - flagWidth : flag.x;
    for (size_t row = 0; row < rows.size(); ++row) {
        if (!isFree(rows[row], from, from + flagWidth + 1)) continue;
        rows[row].push_back({from, from + flagWidth + 1});
        flag.row = static_cast<int>(row);
        return;
    }
    flag.row = -1; // its flag would cover a name: it folds into its neighbours
}

} // namespace

std::vector<MarkerFlag> layOutMarkers(std::span<const RunMarker> markers,
                                      std::span<const int> widths, const TimeAxis &axis,
                                      MarkerRoom room) {
    std::vector<Row> rows(static_cast<size_t>(std::max(room.rows, 1)));
    std::vector<MarkerFlag> flags;
    for (size_t i = 0; i < markers.size(); ++i) {
        const double pixel = std::floor(axis.pixelOf(markers[i].ns));
        // A marker at the very end of the run is on the edge, not beyond it.
        if (pixel < room.left || pixel > room.right + 1) continue;
        MarkerFlag flag;
        flag.marker = i;
        flag.x = std::min(static_cast<int>(pixel), room.right);
        flag.nameWidth = i < widths.size() ? widths[i] : 0;
        if (!placeNamed(flag, rows, room, false) && !placeNamed(flag, rows, room, true))
            placeBare(flag, rows, room);
        if (flag.row >= 0) flags.push_back(flag);
    }
    return flags;
}

} // namespace bootglass
