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
    std::array<uint8_t *, columns> at;
    for (size_t i = 0; i < columns; ++i) {
        buffers_[i].resize(chunkEvents * mostVarintBytes);
        at[i] = buffers_[i].data();
    }
    uint64_t icount = events.empty() ? 0 : events.front().icount.value;
    uint64_t ns = events.empty() ? 0 : events.front().ns.value;
    for (const Event &event : events) {
        const uint64_t instructions = event.icount.value - icount;
        const uint64_t likelyNs = ns + (instructions << shift_);
        Last &last = this->last(event.kind, event.source);
        const uint64_t value = event.value - base(event);
        *at[Kind]++ = static_cast<uint8_t>(event.kind);
        *at[Size]++ = event.size;
        at[SourceNumber] = putVarint(at[SourceNumber], event.source);
        at[Count] = putVarint(at[Count], instructions);
        at[Time] = putVarint(at[Time], zigzag(event.ns.value, likelyNs));
        at[Address] = putVarint(at[Address], zigzag(event.address, last.address));
        at[Value] = putVarint(at[Value], zigzag(value, last.value));
        at[DetailValue] = putVarint(at[DetailValue], zigzag(event.detail, last.detail));
        last = {event.address, value, event.detail};
        icount = event.icount.value;
        ns = event.ns.value;
    }
    plain_.clear();
    for (size_t i = 0; i < columns; ++i) {
        const auto length = static_cast<uint32_t>(at[i] - buffers_[i].data());
        for (unsigned byte = 0; byte < lengthBytes; ++byte)
            plain_.push_back(static_cast<uint8_t>(length >> 8 * byte));
    }
    for (size_t i = 0; i < columns; ++i)
        plain_.insert(plain_.end(), buffers_[i].data(), at[i]);
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
