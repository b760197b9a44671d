// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that one frame of a comparison's timeline is painted from, as one value: both runs,
// what of them belongs together, the axis, the places of bands and lanes. No widget takes part.
#pragma once

#include "emulator/trace/comparison_divergence.h"
#include "ui/base/theme.h"
#include "ui/compare/aligned_axis.h"
#include "ui/run/timeline_picture.h"

#include <QRect>

#include <memory>

namespace bootglass {

/// The same lane of both runs; the first pair is who had the CPU.
struct LanePair {
    QString label;
    bool modes = false;
    std::vector<TrackId> a; // nothing: the run has no such track
    std::vector<TrackId> b;
    uint64_t countA = 0;
    uint64_t countB = 0;

    bool operator==(const LanePair &) const = default;
};

/// Who had the CPU, then the busiest lines, devices and exceptions of both, by name.
std::vector<LanePair> lanePairs(const std::vector<RunTrack> &a, const std::vector<RunTrack> &b,
                                size_t most);

struct ComparedPair {
    ComparedRun a;
    ComparedRun b;
    std::vector<DeltaRow> phases; // in order
    std::vector<RunTrack> tracksA;
    std::vector<RunTrack> tracksB;
};

struct CompareScene {
    const Theme *theme = &Theme::light();
    double pixelRatio = 1;
    Measure measure = Measure::Instructions;
    std::shared_ptr<const ComparedPair> pair;
    std::array<std::shared_ptr<const TimelinePicture>, 2> pictures;
    AlignedAxis aligned;
    QString marker; // that it is aligned on; empty: on each phase's start
    TimeRange visible;
    std::vector<LanePair> lanes;
    std::optional<size_t> chosen;  // a row of the phases
    std::optional<size_t> hovered; // another
    std::optional<Divergence> divergence;

    // --- places
    QRect area;
    int labelWidth = 168;
    QRect header;
    QRect bandsA;
    QRect ribbons;
    QRect bandsB;
    QRect rowOfDivergence;

    /// Lays everything into an area and chooses as many pairs of lanes as there is room for.
    void place(const QRect &whole);
    TimeAxis axis() const;
    int columns() const; // of the axis in device pixels
    /// A phase's rectangle in its band; of A's bands the deepest is the lowest, of B's the highest,
    /// so that they face each other. Empty if it is out of view.
    QRectF bandOf(Side side, size_t phase) const;
    /// The same, and beyond the sides as far as a ribbon can be seen from.
    QRectF wholeBandOf(Side side, size_t phase) const;
    QRect laneOf(size_t pair, Side side) const;
    /// The row whose band or ribbon is at a point.
    std::optional<size_t> rowAt(QPoint point) const;
    /// What to ask a run's reader for.
    PictureRequest request(Side side) const;
    /// Phases without parts, which have ribbons between them.
    bool isLeaf(Side side, size_t phase) const;
};

} // namespace bootglass
