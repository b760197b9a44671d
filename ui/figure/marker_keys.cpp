// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/marker_keys.h"

#include <algorithm>

namespace bootglass {

namespace {

struct Taken {
    double from;
    double to;
};

bool take(std::vector<Taken> &row, double from, double to) {
    for (const Taken &taken : row)
        if (from < taken.to && to > taken.from) return false;
    row.push_back({from, to});
    return true;
}

} // namespace

std::vector<PlacedMarker> placeNames(std::span<const MarkerSpot> spots, double left, double right,
                                     int rows, double gap) {
    std::vector<std::vector<Taken>> taken(static_cast<size_t>(std::max(rows, 1)));
    std::vector<PlacedMarker> placed;
    for (size_t i = 0; i < spots.size(); ++i) {
        const MarkerSpot &spot = spots[i];
        bool done = false;
        for (const bool atLeft : {false, true}) {
            const double from = atLeft ? spot.x - gap - spot.width : spot.x + gap;
            if (from < left || from + spot.width > right) continue;
            for (size_t row = 0; row < taken.size() && !done; ++row) {
                const double a = std::min(from, spot.x) - gap;
                const double b = std::max(from + spot.width, spot.x) + gap;
                if (!take(taken[row], a, b)) continue;
                placed.push_back({i, i, spot.x, from, static_cast<int>(row)});
                done = true;
            }
            if (done) break;
        }
        if (!done) return {};
    }
    return placed;
}

std::vector<PlacedMarker> placeNumbers(std::span<const MarkerSpot> spots, double left, double right,
                                       double characterWidth) {
    const double gap = characterWidth * 0.8;
    const auto widthOf = [&](const PlacedMarker &marker) {
        return characterWidth * static_cast<double>(numberLabel(marker).size());
    };
    std::vector<PlacedMarker> placed;
    for (size_t i = 0; i < spots.size(); ++i) {
        placed.push_back({i, i, spots[i].x, 0, 0});
        // A label that has no room of its own joins the one before, which grows and may then
        // touch the one before it.
        for (;;) {
            PlacedMarker &marker = placed.back();
            const double width = widthOf(marker);
            const double centre = (spots[marker.first].x + spots[marker.last].x) / 2;
            marker.left = std::clamp(centre - width / 2, left, std::max(left, right - width));
            if (placed.size() < 2) break;
            PlacedMarker &before = placed[placed.size() - 2];
            if (before.left + widthOf(before) + gap <= marker.left) break;
            before.last = marker.last;
            placed.pop_back();
        }
    }
    return placed;
}

QString numberLabel(const PlacedMarker &marker) {
    QString label = QString::number(marker.first + 1);
    if (marker.last > marker.first) label += u'–' + QString::number(marker.last + 1);
    return label;
}

} // namespace bootglass
