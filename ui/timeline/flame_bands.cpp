// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/flame_bands.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bootglass {

namespace {

/// A band that may still grow.
struct Growing {
    size_t band = 0;
    double right = 0; // exact
    bool any = false;
};

} // namespace

int flameDepth(const SampleList &samples) {
    std::array<size_t, mostFlameRows + 1> reached{};
    for (const SampleList::Stack &stack : samples.stacks)
        for (size_t level = 1; level <= std::min<size_t>(stack.frames.size(), mostFlameRows);
             ++level)
            ++reached[level];
    int depth = samples.stacks.empty() ? 0 : 1;
    while (depth < mostFlameRows &&
           reached[static_cast<size_t>(depth) + 1] * 50 > samples.stacks.size())
        ++depth;
    return depth;
}

std::vector<FlameBand> flameBands(const SampleList &samples, unsigned shift, const TimeAxis &axis,
                                  const QRect &area) {
    std::vector<FlameBand> bands;
    const int rows =
        std::min((area.height() + flameRowGap) / (flameRowHeight + flameRowGap), mostFlameRows);
    std::array<Growing, mostFlameRows> growing{};
    const uint64_t reach = (samples.every * samples.thinned) << shift;
    VirtualNs before{0};
    for (size_t n = 0; n < samples.stacks.size(); ++n) {
        const SampleList::Stack &stack = samples.stacks[n];
        const VirtualNs end = stack.sample.ns;
        const uint64_t length = n == 0 ? reach : std::min(end - before, reach);
        const VirtualNs start{end.value - std::min(length, end.value)};
        before = end;
        const double from = std::max<double>(axis.pixelOf(start), area.left());
        const double to = std::min<double>(axis.pixelOf(end), area.right() + 1);
        if (to <= from) continue;
        bool same = true; // as the sample before, from the outermost call to here
        for (int level = 0; level < rows; ++level) {
            Growing &grown = growing[static_cast<size_t>(level)];
            if (static_cast<size_t>(level) >= stack.frames.size()) {
                grown.any = false;
                continue;
            }
            const uint32_t function = stack.frames[static_cast<size_t>(level)];
            same = same && grown.any && bands[grown.band].function == function &&
                   from - grown.right < 0.75;
            const int left = static_cast<int>(std::round(from));
            const int right = std::max(static_cast<int>(std::round(to)), left + 1);
            if (same) {
                FlameBand &band = bands[grown.band];
                band.rect.setRight(std::max(band.rect.right(), right - 1));
                ++band.samples;
                grown.right = to;
                continue;
            }
            // Of several that fall on one pixel the first is shown.
            const bool hidden = grown.any && right - 1 <= bands[grown.band].rect.right();
            if (hidden) continue;
            const int free = grown.any ? std::max(left, bands[grown.band].rect.right() + 1) : left;
            const int top = area.top() + level * (flameRowHeight + flameRowGap);
            grown = {bands.size(), to, true};
            bands.push_back(
                {function, level, n, 1, QRect(free, top, right - free, flameRowHeight)});
        }
    }
    return bands;
}

} // namespace bootglass
