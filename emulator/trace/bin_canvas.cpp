// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/bin_canvas.h"

#include <algorithm>

namespace bootglass {

namespace {

TimeRange intersection(TimeRange a, TimeRange b) {
    return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

} // namespace

void BinCanvas::event(TrackBins &bins, VirtualNs ns, EventKind kind, uint64_t id) const {
    if (ns < range_.from || ns >= range_.to) return;
    Bin &pixel = bins.pixels[pixelAt(ns)];
    ++pixel.count;
    pixel.kinds |= kindBit(kind);
    pixel.candidate(0, id);
}

size_t BinCanvas::span(TrackBins &bins, const Span &span, TimeRange clip) const {
    const TimeRange part = intersection({span.start, span.end}, intersection(clip, range_));
    if (part.to <= part.from) return 0;
    const uint64_t id = span.startId ? span.startId : span.endId;
    const size_t first = pixelAt(part.from);
    const size_t last = pixelAt({part.to.value - 1});
    for (size_t pixel = first; pixel <= last; ++pixel) {
        Bin &bin = bins.pixels[pixel];
        bin.busyNs += intersection(part, {edge(pixel), edge(pixel + 1)}).lengthNs();
        bin.candidate(span.lengthNs(), id);
    }
    return last - first + 1;
}

void BinCanvas::rollup(TrackBins &bins, TimeRange where, const Bin &bin) const {
    const TimeRange part = intersection(where, range_);
    if (part.to <= part.from) return;
    const size_t first = pixelAt(part.from);
    const size_t last = pixelAt({part.to.value - 1});
    const uint64_t length = where.lengthNs();
    // Of a value that is spread evenly, what has come by a time: differences of these add up.
    const auto until = [&](uint64_t value, VirtualNs ns) {
        return mulDiv(value, ns - where.from, length);
    };
    for (size_t pixel = first; pixel <= last; ++pixel) {
        const TimeRange here = intersection(part, {edge(pixel), edge(pixel + 1)});
        if (here.to <= here.from) continue;
        Bin &to = bins.pixels[pixel];
        to.busyNs += until(bin.busyNs, here.to) - until(bin.busyNs, here.from);
        if (bin.longestNs) to.candidate(bin.longestNs, bin.longestId);
        if (bins.coarse) {
            to.count += until(bin.count, here.to) - until(bin.count, here.from);
            to.kinds |= bin.kinds;
            to.candidate(bin.longestNs, bin.longestId);
        }
    }
    if (bins.coarse) return;
    const VirtualNs middle = where.from + length / 2;
    Bin &to = bins.pixels[pixelAt(std::clamp(middle, part.from, VirtualNs{part.to.value - 1}))];
    to.count += bin.count;
    to.kinds |= bin.kinds;
    to.candidate(bin.longestNs, bin.longestId);
}

uint64_t BinCanvas::pixelNs() const {
    if (edges_.empty()) return range_.lengthNs() / pixels_;
    // A few very narrow ones are not worth a look at each finest bin of the whole range.
    constexpr uint64_t mostFiner = 64;
    uint64_t narrowest = range_.lengthNs();
    for (size_t pixel = 0; pixel < pixels_; ++pixel)
        if (const uint64_t width = edge(pixel + 1) - edge(pixel))
            narrowest = std::min(narrowest, width);
    return std::max(narrowest, range_.lengthNs() / pixels_ / mostFiner);
}

void BinCanvas::finish(TrackBins &bins) const {
    for (size_t pixel = 0; pixel < bins.pixels.size(); ++pixel) {
        Bin &bin = bins.pixels[pixel];
        bin.busyNs = std::min(bin.busyNs, edge(pixel + 1) - edge(pixel));
    }
}

} // namespace bootglass
