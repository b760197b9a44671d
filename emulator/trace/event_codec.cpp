// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/event_codec.h"

#include "emulator/trace/byte_coding.h"
#include "emulator/trace/schema.h"

#include <cassert>

namespace bootglass {

namespace {

constexpr size_t lengthBytes = 4; // of each column's length in front of the columns

} // namespace

std::span<const uint8_t> EventCodec::encode(std::span<const Event> events) {
    assert(events.size() <= chunkEvents);
    last_.fill({});
    for (auto &buffer : buffers_)
        buffer.resize(chunkEvents * mostVarintBytes);
    // Variables of their own and copies, since a byte that is written could be part of anything
    // else in memory.
    uint8_t *kinds = buffers_[Kind].data(), *sizes = buffers_[Size].data(),
            *sources = buffers_[SourceNumber].data(), *counts = buffers_[Count].data(),
            *times = buffers_[Time].data(), *addresses = buffers_[Address].data(),
            *values = buffers_[Value].data(), *details = buffers_[DetailValue].data();
    const unsigned shift = shift_;
    uint64_t icount = events.empty() ? 0 : events.front().icount.value;
    uint64_t ns = events.empty() ? 0 : events.front().ns.value;
    for (const Event &event : events) {
        const uint64_t instructions = event.icount.value - icount;
        const uint64_t likelyNs = ns + (instructions << shift);
        const uint64_t value = event.value - base(event);
        icount = event.icount.value;
        ns = event.ns.value;
        Last &last = this->last(event.kind, event.source);
        const uint64_t source = event.source;
        const uint64_t time = zigzag(ns, likelyNs);
        const uint64_t address = zigzag(event.address, last.address);
        const uint64_t difference = zigzag(value, last.value);
        const uint64_t detail = zigzag(event.detail, last.detail);
        last = {event.address, value, event.detail};
        *kinds++ = static_cast<uint8_t>(event.kind);
        *sizes++ = event.size;
        // One question for all, since where a device is busy all are small.
        if ((source | instructions | time | address | difference | detail) < leastLongVarint) {
            *sources++ = static_cast<uint8_t>(source);
            *counts++ = static_cast<uint8_t>(instructions);
            *times++ = static_cast<uint8_t>(time);
            *addresses++ = static_cast<uint8_t>(address);
            *values++ = static_cast<uint8_t>(difference);
            *details++ = static_cast<uint8_t>(detail);
            continue;
        }
        sources = putVarint(sources, source);
        counts = putVarint(counts, instructions);
        times = putVarint(times, time);
        addresses = putVarint(addresses, address);
        values = putVarint(values, difference);
        details = putVarint(details, detail);
    }
    const std::array ends{kinds, sizes, sources, counts, times, addresses, values, details};
    plain_.clear();
    for (size_t i = 0; i < columns; ++i) {
        const auto length = static_cast<uint32_t>(ends[i] - buffers_[i].data());
        for (unsigned byte = 0; byte < lengthBytes; ++byte)
            plain_.push_back(static_cast<uint8_t>(length >> 8 * byte));
    }
    for (size_t i = 0; i < columns; ++i)
        plain_.insert(plain_.end(), buffers_[i].data(), ends[i]);
    return compressor_.compress(plain_);
}

bool EventCodec::decode(std::span<const uint8_t> data, size_t count, Icount firstIcount,
                        VirtualNs firstNs, std::vector<Event> &events) {
    events.clear();
    const size_t most = columns * (lengthBytes + chunkEvents * mostVarintBytes);
    if (count > chunkEvents || !decompressor_.decompress(data, most)) return false;
    ByteReader all(decompressor_.plain());
    std::array<uint64_t, columns> lengths;
    for (uint64_t &length : lengths)
        length = all.word(lengthBytes);
    std::array<ByteReader, columns> column;
    for (size_t i = 0; i < columns; ++i)
        column[i] = ByteReader(all.take(lengths[i]));
    if (!all.done() || column[Kind].left() != count || column[Size].left() != count) return false;

    last_.fill({});
    events.resize(count);
    uint64_t icount = firstIcount.value;
    uint64_t ns = firstNs.value;
    for (Event &event : events) {
        const uint8_t kind = column[Kind].byte();
        const uint64_t source = column[SourceNumber].varint();
        const uint64_t instructions = column[Count].varint();
        if (kind >= eventKinds.size() || source > 0xFFFF) return false;
        event.kind = static_cast<EventKind>(kind);
        event.size = column[Size].byte();
        event.source = static_cast<uint16_t>(source);
        event.icount.value = icount + instructions;
        event.ns.value = unzigzag(column[Time].varint(), ns + (instructions << shift_));
        if (event.icount.value < icount || event.ns.value < ns) return false;
        Last &last = this->last(event.kind, event.source);
        event.address = static_cast<uint32_t>(unzigzag(column[Address].varint(), last.address));
        const uint64_t value = unzigzag(column[Value].varint(), last.value);
        event.value = value + base(event);
        event.detail = unzigzag(column[DetailValue].varint(), last.detail);
        last = {event.address, value, event.detail};
        icount = event.icount.value;
        ns = event.ns.value;
    }
    for (const ByteReader &reader : column)
        if (!reader.done()) return false;
    return true;
}

} // namespace bootglass
