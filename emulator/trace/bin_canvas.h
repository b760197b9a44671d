// SPDX-License-Identifier: GPL-3.0-or-later
// A row of pixels over a range of virtual time, onto which events, spans and roll-up bins are put:
// where the edges of pixels lie, and what goes into which. All in integers: pixel p begins at the
// first ns of which p * length / pixels is reached.
#pragma once

#include "emulator/trace/run_types.h"

#include <cstdint>

namespace bootglass {

class BinCanvas {
  public:
    /// A range that is not empty, and at least one pixel.
    BinCanvas(TimeRange range, unsigned pixels) : range_(range), pixels_(pixels) {}

    TimeRange range() const { return range_; }
    unsigned pixels() const { return pixels_; }
    /// The pixel of a time within the range.
    size_t pixelAt(VirtualNs ns) const {
        return static_cast<size_t>(mulDiv(ns - range_.from, pixels_, range_.lengthNs()));
    }
    /// Where a pixel begins.
    VirtualNs edge(size_t pixel) const {
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
    /// No pixel is busier than it is long.
    void finish(TrackBins &bins) const;

  private:
    TimeRange range_;
    unsigned pixels_;
};

} // namespace bootglass
