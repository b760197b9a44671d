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
    void add(const Event &event) {
        if (used_ == buffer_.size()) [[unlikely]]
            fold();
        uint8_t *to = buffer_.data() + used_;
        put(to, event.icount.value);
        put(to + 8, event.ns.value);
        put(to + 16, static_cast<uint64_t>(event.kind) | uint64_t{event.size} << 8 |
                         uint64_t{event.source} << 16 | uint64_t{event.address} << 32);
        put(to + 24, event.value);
        put(to + 32, event.detail);
        used_ += bytesPerEvent;
    }
    /// The hash over everything so far.
    Digest value() const;
    void serialize(Archive &archive);

  private:
    static constexpr size_t bytesPerEvent = 40;
    static constexpr size_t events = 128;

    static void put(uint8_t *to, uint64_t value) {
        if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
        std::memcpy(to, &value, sizeof value);
    }
    void fold();

    // The hash of what came before, then events.
    std::array<uint8_t, sizeof(Digest) + events * bytesPerEvent> buffer_{};
    size_t used_ = sizeof(Digest);
};

} // namespace bootglass
