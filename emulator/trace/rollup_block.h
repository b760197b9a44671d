// SPDX-License-Identifier: GPL-3.0-or-later
// Roll-ups: what happened in each bin of virtual time, at widths that double from level to level,
// so that any window is drawn from about as many bins as it has pixels. 64 bins of all tracks
// together are a block, and neighbouring blocks a row, which is what is stored: blocks of a quiet
// stretch are many and tiny, and a row costs about as much as what is in one of them.
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
/// Of a row, from its first on; some of them may be empty, and are left out.
inline constexpr unsigned rowBlocks = 16;
inline constexpr unsigned rowLevelShift = 64 - finestBits - blockBits;
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
/// The number of the row that begins with a block.
constexpr uint64_t rowId(unsigned level, uint64_t block) {
    return uint64_t{level} << rowLevelShift | block;
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
    void clear() {
        for (; used; used &= used - 1)
            bins[static_cast<size_t>(std::countr_zero(used))] = {};
    }
};

/// How a file holds its roll-ups. Single: up to schema 3, a block per row, and all values of a bin.
/// Grouped: the blocks of a row together, and values where they differ from the bin before; most
/// are those of a long span, or zero.
enum class Layout { Single, Grouped };

/// Appends a track's strip, as Grouped has it.
void encodeStrip(ByteWriter &writer, TrackId track, const Strip &strip);
/// Calls `bin(track, index, bin)` for all bins of the tracks that are `wanted`. False if damaged.
bool decodeStrips(std::span<const uint8_t> plain, Layout layout,
                  const std::function<bool(TrackId)> &wanted,
                  const std::function<void(TrackId, unsigned, const Bin &)> &bin);

/// Appends a block that is not empty to those before it in its row; index: within the row.
void appendBlock(ByteWriter &row, unsigned index, std::span<const uint8_t> strips);
/// Calls `block(index, strips)` for the blocks of a row, in order; it returns false if those are
/// damaged. False if something is.
bool decodeRow(std::span<const uint8_t> plain,
               const std::function<bool(unsigned, std::span<const uint8_t>)> &block);
/// A bound of a row's plain size.
inline constexpr size_t mostRowBytes = size_t{64} << 20;

} // namespace rollup

} // namespace bootglass
