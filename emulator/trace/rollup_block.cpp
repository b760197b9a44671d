// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/rollup_block.h"

namespace bootglass::rollup {

namespace {

constexpr size_t columns = 5;

/// In the order of the columns.
std::array<uint64_t, columns> valuesOf(const Bin &bin) {
    return {bin.count, bin.busyNs, bin.longestNs, bin.longestId, bin.kinds};
}
constexpr size_t idColumn = 3; // holds differences

} // namespace

void encodeStrip(ByteWriter &writer, TrackId track, const Strip &strip) {
    // Per column a bit for each bin in use, set where the value is not that of the one before it.
    std::array<uint64_t, columns> changed{};
    std::array<std::array<uint64_t, blockBins>, columns> coded;
    std::array<uint8_t, columns> changes{};
    std::array<uint64_t, columns> last{};
    unsigned n = 0;
    for (uint64_t left = strip.used; left; left &= left - 1, ++n) {
        const auto values = valuesOf(strip.bins[static_cast<size_t>(std::countr_zero(left))]);
        for (size_t column = 0; column < columns; ++column) {
            const uint64_t value = values[column];
            const bool differs = value != last[column];
            changed[column] |= uint64_t{differs} << n;
            coded[column][changes[column]] =
                column == idColumn ? zigzag(value, last[column]) : value;
            changes[column] = static_cast<uint8_t>(changes[column] + differs);
            last[column] = value;
        }
    }
    std::array<uint8_t, 8 + columns *(1 + blockBins) * mostVarintBytes> body;
    uint8_t *at = body.data();
    for (unsigned byte = 0; byte < 8; ++byte)
        *at++ = static_cast<uint8_t>(strip.used >> 8 * byte);
    for (size_t column = 0; column < columns; ++column) {
        at = putVarint(at, changed[column]);
        for (size_t i = 0; i < changes[column]; ++i)
            at = putVarint(at, coded[column][i]);
    }
    const auto size = static_cast<size_t>(at - body.data());
    writer.varint(track.packed());
    writer.varint(size);
    writer.raw({body.data(), size});
}

bool decodeStrips(std::span<const uint8_t> plain, Layout layout,
                  const std::function<bool(TrackId)> &wanted,
                  const std::function<void(TrackId, unsigned, const Bin &)> &bin) {
    ByteReader all(plain);
    std::array<Bin, blockBins> bins;
    while (all.ok() && all.left()) {
        const uint64_t packed = all.varint();
        ByteReader body(all.take(all.varint()));
        if (!all.ok() || packed >> 16 >= trackKinds) return false;
        const TrackId track = TrackId::unpack(static_cast<uint32_t>(packed));
        if (!wanted(track)) continue;
        const uint64_t used = body.word(8);
        const auto column = [&](auto &&put, auto &&decoded) {
            const uint64_t changed = layout == Layout::Grouped ? body.varint() : ~uint64_t{0};
            uint64_t value = 0;
            unsigned n = 0;
            for (uint64_t left = used; left; left &= left - 1, ++n) {
                if (changed >> n & 1) value = decoded(body.varint(), value);
                put(bins[static_cast<size_t>(std::countr_zero(left))], value);
            }
        };
        const auto itself = [](uint64_t coded, uint64_t) { return coded; };
        column([](Bin &b, uint64_t value) { b.count = value; }, itself);
        column([](Bin &b, uint64_t value) { b.busyNs = value; }, itself);
        column([](Bin &b, uint64_t value) { b.longestNs = value; }, itself);
        column([](Bin &b, uint64_t value) { b.longestId = value; }, unzigzag);
        column([](Bin &b, uint64_t value) { b.kinds = static_cast<uint32_t>(value); }, itself);
        if (!body.done()) return false;
        for (uint64_t left = used; left; left &= left - 1) {
            const auto index = static_cast<unsigned>(std::countr_zero(left));
            bin(track, index, bins[index]);
        }
    }
    return all.ok();
}

void appendBlock(ByteWriter &row, unsigned index, std::span<const uint8_t> strips) {
    row.varint(index);
    row.varint(strips.size());
    row.raw(strips);
}

bool decodeRow(std::span<const uint8_t> plain,
               const std::function<bool(unsigned, std::span<const uint8_t>)> &block) {
    ByteReader all(plain);
    unsigned next = 0;
    while (all.ok() && all.left()) {
        const uint64_t index = all.varint();
        const std::span<const uint8_t> strips = all.take(all.varint());
        if (!all.ok() || index < next || index >= rowBlocks || strips.empty()) return false;
        next = static_cast<unsigned>(index) + 1;
        if (!block(static_cast<unsigned>(index), strips)) return false;
    }
    return all.ok();
}

} // namespace bootglass::rollup
