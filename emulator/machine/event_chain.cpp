// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/event_chain.h"

#include <xxhash.h>

#include <algorithm>

namespace bootglass {

std::string hexadecimal(const Digest &digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (uint8_t byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

Digest digestOf(std::span<const uint8_t> bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    Digest digest{};
    std::copy_n(canonical.digest, digest.size(), digest.begin());
    return digest;
}

namespace {

/// An event's bytes in little-endian order, or from it.
void swapBytes(Event &event) {
    if constexpr (std::endian::native == std::endian::little) return;
    event.icount.value = __builtin_bswap64(event.icount.value);
    event.ns.value = __builtin_bswap64(event.ns.value);
    event.source = __builtin_bswap16(event.source);
    event.address = __builtin_bswap32(event.address);
    event.value = __builtin_bswap64(event.value);
    event.detail = __builtin_bswap64(event.detail);
}

} // namespace

Digest EventChain::value() const {
    const auto hash = [this](const Buffer &buffer) {
        return digestOf({reinterpret_cast<const uint8_t *>(&buffer), usedBytes()});
    };
    if constexpr (std::endian::native == std::endian::little) return hash(buffer_);
    Buffer swapped = buffer_;
    std::ranges::for_each(swapped.events, swapBytes);
    return hash(swapped);
}

void EventChain::fold() {
    buffer_.before = value();
    used_ = 0;
}

/// The bytes as they are hashed, after how many they are.
void EventChain::serialize(Archive &archive) {
    archive.section("event chain");
    uint64_t used = usedBytes();
    archive(used);
    if (archive.loading()) {
        if (used < sizeof(Digest) || used > sizeof(Buffer) ||
            (used - sizeof(Digest)) % bytesPerEvent != 0)
            return archive.fail("the saved state has a damaged digest");
        used_ = static_cast<size_t>((used - sizeof(Digest)) / bytesPerEvent);
    }
    const auto events = std::span(buffer_.events).first(used_);
    std::ranges::for_each(events, swapBytes);
    archive.bytes({reinterpret_cast<uint8_t *>(&buffer_), usedBytes()});
    std::ranges::for_each(events, swapBytes);
}

} // namespace bootglass
