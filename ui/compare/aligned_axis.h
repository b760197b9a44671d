// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs on one axis. Anchors are pairs of moments that stand below each other: a marker, or the
// starts of all phases that both runs have. Between two anchors time runs at its own pace in both
// runs, and the longer one sets where the next anchor stands. A position is ns from the axis' left
// end, so TimeAxis maps it to pixels. Values in, values out.
#pragma once

#include "emulator/trace/comparison.h"
#include "ui/timeline/time_axis.h"

#include <array>
#include <vector>

namespace bootglass {

enum class Side : uint8_t { A, B };

/// A part of a run and where it stands.
struct AxisPiece {
    TimeRange inRun;
    VirtualNs at; // the position of its start

    TimeRange positions() const { return {at, at + inRun.lengthNs()}; }
    bool operator==(const AxisPiece &) const = default;
};

class AlignedAxis {
  public:
    AlignedAxis() = default;
    /// Both runs from their first instruction, aligned at the anchors; these ascend in both runs.
    AlignedAxis(VirtualNs endA, VirtualNs endB,
                const std::vector<std::pair<VirtualNs, VirtualNs>> &anchors);

    const std::vector<AxisPiece> &pieces(Side side) const {
        return pieces_[static_cast<size_t>(side)];
    }
    VirtualNs end() const { return end_; }
    TimeRange whole() const { return {{0}, end_}; }
    /// Where the first anchor stands: zero of an axis that is aligned on a marker.
    VirtualNs zero() const { return zero_; }

    /// A moment's position; of a moment at which something ends, `isEnd`, it is that of the piece
    /// before.
    VirtualNs positionOf(Side side, VirtualNs ns, bool isEnd = false) const;
    /// The range of a phase, as it is drawn.
    TimeRange positionsOf(Side side, TimeRange range) const;
    /// The part of a run that the positions show.
    TimeRange shownOf(Side side, TimeRange positions) const;
    /// The run's time at a position; where the run has nothing there, the end of what it has
    /// before.
    VirtualNs timeAt(Side side, VirtualNs position) const;

    bool operator==(const AlignedAxis &) const = default;

  private:
    std::array<std::vector<AxisPiece>, 2> pieces_;
    VirtualNs end_;
    VirtualNs zero_;
};

AlignedAxis alignedOnMarker(const ComparedRun &a, const ComparedRun &b, std::string_view marker);
/// On the start of each phase that both have, in the same order.
AlignedAxis alignedOnPhases(const ComparedRun &a, const ComparedRun &b,
                            const std::vector<DeltaRow> &phases);

} // namespace bootglass
