// SPDX-License-Identifier: GPL-3.0-or-later
// The digest's running part: a chain of 128-bit hashes over everything that happens, in order.
// Events are packed into a buffer, 40 little-endian bytes each; a full buffer is hashed together
// with the hash before it (XXH3). Where buffers end depends on the count of events alone, so
// cutting a run into pieces, or saving and restoring it, changes nothing.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/probe/event.h"

#include <array>
#include <bit>
#include <cstring>
#include <string>

namespace bootglass {

/// 128 bits of hash, most significant byte first.
using Digest = std::array<uint8_t, 16>;
std::string hexadecimal(const Digest &digest);
Digest digestOf(std::span<const uint8_t> bytes);

class EventChain {
  public:
    /// What fits into a word.
    struct Small {
        EventKind kind;
        uint8_t size;
        uint16_t source;
        uint32_t address;
    };
    /// Puts an event together, and adds it.
    Event add(Icount icount, VirtualNs ns, const Small &small, uint64_t value, uint64_t detail) {
        if (used_ == buffer_.size()) [[unlikely]]
            fold();
        uint8_t *to = buffer_.data() + used_;
        used_ += bytesPerEvent;
        const uint64_t packed = static_cast<uint64_t>(small.kind) | uint64_t{small.size} << 8 |
                                uint64_t{small.source} << 16 | uint64_t{small.address} << 32;
        if constexpr (std::endian::native == std::endian::little) {
            // Both are the same bytes. They are written in the pieces in which an event is copied:
            // a processor hands on what it is still storing only to a read of no more than that
            // store ("Store Forwarding", Intel's Optimization Reference Manual, 3.6.4); any other
            // waits for the cache, which is longer than all the rest takes.
            static_assert(sizeof(Event) == bytesPerEvent);
            const Pair first{icount.value, ns.value};
            const Pair second{packed, value};
            Event event;
            for (uint8_t *at : {to, reinterpret_cast<uint8_t *>(&event)}) {
                std::memcpy(at, &first, sizeof first);
                std::memcpy(at + 16, &second, sizeof second);
                std::memcpy(at + 32, &detail, sizeof detail);
            }
            return event;
        }
        for (const uint64_t word : {icount.value, ns.value, packed, value, detail}) {
            put(to, word);
            to += sizeof word;
        }
        return {icount, ns, small.kind, small.size, small.source, small.address, value, detail};
    }
    /// The hash over everything so far.
    Digest value() const;
    void serialize(Archive &archive);

  private:
    static constexpr size_t bytesPerEvent = 40;
    static constexpr size_t events = 128;

    using Pair [[gnu::vector_size(16)]] = uint64_t; // a register

    static void put(uint8_t *to, uint64_t value) {
        value = __builtin_bswap64(value);
        std::memcpy(to, &value, sizeof value);
    }
    void fold();

    // The hash of what came before, then events.
    std::array<uint8_t, sizeof(Digest) + events * bytesPerEvent> buffer_{};
    size_t used_ = sizeof(Digest);
};

} // namespace bootglass
