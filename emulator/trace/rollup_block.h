// SPDX-License-Identifier: GPL-3.0-or-later
// Roll-ups: what happened in each bin of virtual time, at widths that double from level to level,
// so that any window is drawn from about as many bins as it has pixels. 64 bins of all tracks
// together are a block, which is what is stored.
#pragma once

#include "emulator/trace/byte_coding.h"
#include "emulator/trace/run_types.h"

#include <array>
#include <bit>
#include <functional>
#include <span>

namespace bootglass {

namespace rollup {

inline constexpr unsigned finestBits = 16; // level 0: bins of 2^16 ns, 65 us
inline constexpr unsigned levels = 20;     // the last: bins of 34 s
inline constexpr unsigned blockBits = 6;
inline constexpr unsigned blockBins = 1u << blockBits;
/// A span goes into the bins of the finest level at which it is at most this long; finer levels
/// find it in the table long_span. So no span touches more than 33 bins, and none reaches
/// further back than the block before.
inline constexpr unsigned mostSpanBins = blockBins / 2;

constexpr unsigned binBits(unsigned level) {
    return finestBits + level;
}
constexpr uint64_t binNs(unsigned level) {
    return uint64_t{1} << binBits(level);
}
constexpr uint64_t binOf(unsigned level, uint64_t ns) {
    return ns >> binBits(level);
}
constexpr uint64_t blockOf(unsigned level, uint64_t ns) {
    return ns >> (binBits(level) + blockBits);
}
/// The level of a span's bins; `levels`: in none.
constexpr unsigned levelOfSpan(uint64_t lengthNs) {
    const uint64_t most = binNs(0) * mostSpanBins;
    if (lengthNs <= most) return 0;
    const auto level = static_cast<unsigned>(std::bit_width((lengthNs - 1) / most));
    return level < levels ? level : levels;
}

/// One track's bins within a block.
struct Strip {
    uint64_t used = 0; // bit per bin
    std::array<Bin, blockBins> bins;

    Bin &bin(unsigned index) {
        used |= uint64_t{1} << index;
        return bins[index];
    }
};

/// Appends a track's strip.
void encodeStrip(ByteWriter &writer, TrackId track, const Strip &strip);
/// Calls `bin(track, index, bin)` for all bins of the tracks that are `wanted`. False if damaged.
bool decodeStrips(std::span<const uint8_t> plain, const std::function<bool(TrackId)> &wanted,
                  const std::function<void(TrackId, unsigned, const Bin &)> &bin);
/// A bound of a block's plain size.
inline constexpr size_t mostBlockBytes = size_t{64} << 20;

} // namespace rollup

} // namespace bootglass
