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
    /// Puts an event together in its place in the chain, where it stays for more than a hundred
    /// events.
    const Event &add(Icount icount, VirtualNs ns, const Small &small, uint64_t value,
                     uint64_t detail) {
        if (used_ == capacity) [[unlikely]]
            fold();
        Event &event = buffer_.events[used_++];
        if constexpr (std::endian::native == std::endian::little) {
            // Written in the pieces in which an event is copied: a processor hands on what it is
            // still storing only to a read of no more than that store ("Store Forwarding", Intel's
            // Optimization Reference Manual, 3.6.4); any other waits for the cache, which is longer
            // than all the rest takes.
            const uint64_t packed = static_cast<uint64_t>(small.kind) | uint64_t{small.size} << 8 |
                                    uint64_t{small.source} << 16 | uint64_t{small.address} << 32;
            const Pair first{icount.value, ns.value};
            const Pair second{packed, value};
            auto *at = reinterpret_cast<uint8_t *>(&event);
            std::memcpy(at, &first, sizeof first);
            std::memcpy(at + 16, &second, sizeof second);
            std::memcpy(at + 32, &detail, sizeof detail);
        } else {
            event = {icount,        ns,    small.kind, small.size, small.source,
                     small.address, value, detail};
        }
        return event;
    }
    /// The hash over everything so far.
    Digest value() const;
    void serialize(Archive &archive);

  private:
    static constexpr size_t capacity = 128;
    static constexpr size_t bytesPerEvent = 40;
    static_assert(sizeof(Event) == bytesPerEvent);

    using Pair [[gnu::vector_size(16)]] = uint64_t; // a register

    void fold();
    size_t usedBytes() const { return sizeof(Digest) + used_ * bytesPerEvent; }

    // Hashed as it lies here, in little-endian order (see value()).
    struct Buffer {
        Digest before{}; // the hash of what came before
        std::array<Event, capacity> events;
    };
    Buffer buffer_;
    size_t used_ = 0;
};

} // namespace bootglass
