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

Digest EventChain::value() const {
    return digestOf(std::span(buffer_).first(used_));
}

void EventChain::fold() {
    Digest before = value();
    std::ranges::copy(before, buffer_.begin());
    used_ = sizeof(Digest);
}

void EventChain::serialize(Archive &archive) {
    archive.section("event chain");
    uint64_t used = used_;
    archive(used);
    if (archive.loading()) {
        if (used < sizeof(Digest) || used > buffer_.size() ||
            (used - sizeof(Digest)) % bytesPerEvent != 0)
            return archive.fail("the saved state has a damaged digest");
        used_ = static_cast<size_t>(used);
    }
    archive.bytes(std::span(buffer_).first(used_));
}

} // namespace bootglass
