// SPDX-License-Identifier: GPL-3.0-or-later
// Finds single events: by number, by time, by track, before, after and near a moment. Chunks that
// have none of the kinds of a track in them are not decoded.
#pragma once

#include "emulator/trace/run_file.h"

#include <functional>

namespace bootglass {

class EventSearch {
  public:
    explicit EventSearch(RunFile &file) : file_(file) {}

    std::vector<StoredEvent> within(TimeRange range, size_t limit);
    std::vector<StoredEvent> within(TrackId track, TimeRange range, size_t limit);
    std::vector<StoredEvent> from(uint64_t firstId, size_t limit);
    StoredEvent at(uint64_t id);
    StoredEvent after(TrackId track, VirtualNs ns, uint64_t mostEvents = UINT64_MAX);
    StoredEvent before(TrackId track, VirtualNs ns, uint64_t mostEvents = UINT64_MAX);
    StoredEvent near(TrackId track, VirtualNs ns);

  private:
    using Visit = std::function<bool(uint64_t id, const Event &event)>;
    /// Events of the kinds in a range, or from a time backwards; until `visit` returns false.
    void forward(TimeRange range, uint32_t kinds, uint64_t most, const Visit &visit);
    void backward(VirtualNs ns, uint32_t kinds, uint64_t most, const Visit &visit);

    RunFile &file_;
};

} // namespace bootglass
