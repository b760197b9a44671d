// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/code_recorder.h"

#include "app/run/guest_view.h"

#include <xxhash.h>

#include <vector>

namespace bootglass {

namespace {

/// Between two looks at whether a page's content has changed.
constexpr uint64_t lookEvery = 4'000'000; // instructions
constexpr size_t mostPlaces = 200'000;

} // namespace

void CodeRecorder::seen(uint32_t linear, Icount icount, VirtualNs ns, RunRecorder &recorder) {
    const std::span<const uint8_t> bytes = GuestView(machine_).page(linear);
    if (bytes.empty() || places_.size() >= mostPlaces) return;
    const auto address = static_cast<uint32_t>(linear & ~uint32_t{pageMask});
    Place &place = places_[address];
    const bool same = place.host == bytes.data();
    if (same && icount - place.lookedAt < lookEvery) return;
    place.host = bytes.data();
    place.lookedAt = icount;

    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    uint64_t &page = pages_[{hash.high64, hash.low64}];
    const bool isNew = page == 0;
    if (isNew && pages_.size() > mostPages) {
        pages_.erase({hash.high64, hash.low64});
        place.page = 0;
        return;
    }
    if (isNew) {
        page = pages_.size();
        recorder.codePage(page, {bytes.begin(), bytes.end()});
    }
    if (place.page == page || rows_ >= mostRows) return;
    place.page = page;
    ++rows_;
    recorder.codeSeen(address, page, icount, ns);
}

} // namespace bootglass
