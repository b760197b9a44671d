// SPDX-License-Identifier: GPL-3.0-or-later
// A row of pixels over a range of virtual time, onto which events, spans and roll-up bins are put:
// where the edges of pixels lie, and what goes into which. All in integers. Pixels are of one width
// (pixel p begins at the first ns of which p * length / pixels is reached) or, where an axis folds
// time, of any: then their edges are given.
#pragma once

#include "emulator/trace/run_types.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace bootglass {

class BinCanvas {
  public:
    /// A range that is not empty, and at least one pixel.
    BinCanvas(TimeRange range, unsigned pixels) : range_(range), pixels_(pixels) {}
    /// Pixel p is [edges[p], edges[p + 1]); in ascending order, at least two, the last greater than
    /// the first. They must outlive the canvas.
    explicit BinCanvas(std::span<const VirtualNs> edges)
        : range_{edges.front(), edges.back()},
          pixels_(static_cast<unsigned>(edges.size() - 1)),
          edges_(edges) {}

    TimeRange range() const { return range_; }
    unsigned pixels() const { return pixels_; }
    /// The pixel of a time within the range.
    size_t pixelAt(VirtualNs ns) const {
        if (edges_.empty())
            return static_cast<size_t>(mulDiv(ns - range_.from, pixels_, range_.lengthNs()));
        return static_cast<size_t>(std::ranges::upper_bound(edges_, ns) - edges_.begin()) - 1;
    }
    /// Where a pixel begins.
    VirtualNs edge(size_t pixel) const {
        if (!edges_.empty()) return edges_[pixel];
        return range_.from + mulDivUp(pixel, range_.lengthNs(), pixels_);
    }

    // --- what is outside the range is left out
    void event(TrackBins &bins, VirtualNs ns, EventKind kind, uint64_t id) const;
    /// The part of a span that lies in `clip`; its length counts as a whole. Returns the number of
    /// pixels it touches.
    size_t span(TrackBins &bins, const Span &span, TimeRange clip) const;
    /// A roll-up's bin: of at most a pixel, as a whole into the pixel of its middle but for busy
    /// time; a wider one evenly into all its pixels.
    void rollup(TrackBins &bins, TimeRange where, const Bin &bin) const;
    /// Of the pixels of one width, or, where they are folded, about the narrowest.
    uint64_t pixelNs() const;
    /// No pixel is busier than it is long.
    void finish(TrackBins &bins) const;

  private:
    TimeRange range_;
    unsigned pixels_;
    std::span<const VirtualNs> edges_; // empty: of one width
};

} // namespace bootglass
