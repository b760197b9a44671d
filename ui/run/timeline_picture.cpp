// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/timeline_picture.h"

#include <algorithm>

namespace bootglass {

const TrackBins *TimelinePicture::binsOf(TrackId track) const {
    const auto found = std::ranges::find(tracks, track, &TrackBins::track);
    return found == tracks.end() ? nullptr : &*found;
}

Result<TimelinePicture> queryPicture(RunReader &reader, const PictureRequest &request) {
    TimelinePicture picture;
    picture.range = request.range;
    picture.pixels = std::clamp(request.pixels, 1U, 65536U);
    picture.scale = request.scale;
    picture.end = reader.end();
    std::vector<VirtualNs> edges;
    if (request.scale) edges = pixelEdges(request.scale, picture.range, picture.pixels);
    const bool even = edges.empty();
    if (!request.tracks.empty()) {
        auto bins = even ? reader.bins(request.tracks, picture.range, picture.pixels)
                         : reader.bins(request.tracks, edges);
        if (!bins) return bins.error();
        picture.tracks = std::move(*bins);
    }
    auto modes = even ? reader.modeShares(picture.range, picture.pixels) : reader.modeShares(edges);
    if (!modes) return modes.error();
    picture.modes = std::move(*modes);
    auto costs = even ? reader.hostCosts(picture.range, picture.pixels) : reader.hostCosts(edges);
    if (!costs) return costs.error();
    picture.costs = std::move(*costs);
    if (request.samples) {
        auto samples = reader.samples(picture.range, size_t{2} * picture.pixels);
        if (!samples) return samples.error();
        picture.samples = std::move(*samples);
    }
    for (const VirtualNs tick : request.ticks) {
        const auto count = reader.icountAt(tick);
        if (!count) return count.error();
        picture.ticks[tick] = *count;
    }
    return picture;
}

} // namespace bootglass
