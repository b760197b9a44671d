// SPDX-License-Identifier: GPL-3.0-or-later
// What a timeline paints, for one range at one width: a bin per pixel and track, the CPU's shares
// and the host's cost per pixel, the counts at the axis' ticks. One question to the reader, asked
// from the window by a query thread and from the export directly. Painting another range scales it
// (see bin_sampling.h) until the picture of that range has come.
#pragma once

#include "ui/timeline/axis_scale.h"

#include <map>
#include <memory>

namespace bootglass {

struct PictureRequest {
    TimeRange range;
    unsigned pixels = 1;
    std::vector<TrackId> tracks;
    std::vector<VirtualNs> ticks; // where the count is wanted
    SharedScale scale{};          // pixels are equal parts of this axis
    bool samples = false;

    bool operator==(const PictureRequest &) const = default;
};

struct TimelinePicture {
    TimeRange range;
    unsigned pixels = 1;
    SharedScale scale;
    std::vector<TrackBins> tracks;
    std::vector<ModeShare> modes;
    std::vector<HostCost> costs;
    std::map<VirtualNs, Icount> ticks;
    SampleList samples; // two for a pixel, at most
    RunPoint end;       // of the run when it was asked

    TimeRange unitRange() const { return unitsOf(scale, range); }
    /// nullptr if it was not asked for.
    const TrackBins *binsOf(TrackId track) const;
};

Result<TimelinePicture> queryPicture(RunReader &reader, const PictureRequest &request);

} // namespace bootglass
