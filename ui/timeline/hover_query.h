// SPDX-License-Identifier: GPL-3.0-or-later
// What there is to tell about a lane under the pointer: asked of the reader exactly, not read from
// the picture, which may be an older one, scaled.
#pragma once

#include "emulator/trace/run_reader.h"
#include "ui/timeline/lane_plan.h"

#include <optional>

namespace bootglass {

struct HoverRequest {
    std::vector<TrackId> tracks;
    LaneStyle style = LaneStyle::Density;
    VirtualNs time;
    TimeRange pixel;
    TimeRange nearby;

    bool operator==(const HoverRequest &) const = default;
};

struct HoverAnswer {
    HoverRequest request;
    Icount icount; // at its time
    ModeShare shares{};
    HostCost cost;               // of the pixel
    std::vector<TrackBins> bins; // one bin each: the pixel
    StoredEvent event;           // the nearest within reach; id 0: none
    std::optional<Span> span;    // that the pointer is on
};

Result<HoverAnswer> queryHover(RunReader &reader, const HoverRequest &request);

} // namespace bootglass
