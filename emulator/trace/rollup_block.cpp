// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/rollup_block.h"

namespace bootglass::rollup {

void encodeStrip(ByteWriter &writer, TrackId track, const Strip &strip) {
    static thread_local ByteWriter body; // keeps its room from strip to strip
    body.clear();
    body.word(strip.used, 8);
    const auto column = [&](auto &&value) {
        for (uint64_t left = strip.used; left; left &= left - 1)
            body.varint(value(strip.bins[static_cast<size_t>(std::countr_zero(left))]));
    };
    column([](const Bin &bin) { return bin.count; });
    column([](const Bin &bin) { return bin.busyNs; });
    column([](const Bin &bin) { return bin.longestNs; });
    uint64_t lastId = 0;
    column([&](const Bin &bin) {
        const uint64_t coded = zigzag(bin.longestId, lastId);
        lastId = bin.longestId;
        return coded;
    });
    column([](const Bin &bin) { return uint64_t{bin.kinds}; });
    writer.varint(track.packed());
    writer.varint(body.size());
    writer.raw(body.bytes());
}

bool decodeStrips(std::span<const uint8_t> plain, const std::function<bool(TrackId)> &wanted,
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
        const auto column = [&](auto &&take) {
            for (uint64_t left = used; left; left &= left - 1)
                take(bins[static_cast<size_t>(std::countr_zero(left))], body.varint());
        };
        column([](Bin &b, uint64_t value) { b.count = value; });
        column([](Bin &b, uint64_t value) { b.busyNs = value; });
        column([](Bin &b, uint64_t value) { b.longestNs = value; });
        uint64_t lastId = 0;
        column([&](Bin &b, uint64_t value) { b.longestId = lastId = unzigzag(value, lastId); });
        column([](Bin &b, uint64_t value) { b.kinds = static_cast<uint32_t>(value); });
        if (!body.done()) return false;
        for (uint64_t left = used; left; left &= left - 1) {
            const auto index = static_cast<unsigned>(std::countr_zero(left));
            bin(track, index, bins[index]);
        }
    }
    return all.ok();
}

} // namespace bootglass::rollup
