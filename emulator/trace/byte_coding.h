// SPDX-License-Identifier: GPL-3.0-or-later
// Small numbers in few bytes: LEB128 (seven bits a byte, the low ones first) and zigzag for signed
// differences. The reader checks every byte it takes: its input comes from an untrusted file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bootglass {

inline constexpr size_t mostVarintBytes = 10;
/// What is less takes one byte.
inline constexpr uint64_t leastLongVarint = 0x80;

/// Differences wrap, so that any two values have one.
constexpr uint64_t zigzag(uint64_t value, uint64_t base) {
    const uint64_t difference = value - base;
    return difference << 1 ^ (0 - (difference >> 63));
}
constexpr uint64_t unzigzag(uint64_t coded, uint64_t base) {
    return base + (coded >> 1 ^ (0 - (coded & 1)));
}

/// Writes at `at`, which has room, and returns what follows.
inline uint8_t *putVarint(uint8_t *at, uint64_t value) {
    while (value >= leastLongVarint) {
        *at++ = static_cast<uint8_t>(value | 0x80);
        value >>= 7;
    }
    *at++ = static_cast<uint8_t>(value);
    return at;
}

class ByteWriter {
  public:
    void varint(uint64_t value) {
        uint8_t coded[mostVarintBytes];
        bytes_.insert(bytes_.end(), coded, putVarint(coded, value));
    }
    void word(uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i)
            bytes_.push_back(static_cast<uint8_t>(value >> 8 * i));
    }
    void raw(std::span<const uint8_t> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    void clear() { bytes_.clear(); }
    size_t size() const { return bytes_.size(); }
    std::span<const uint8_t> bytes() const { return bytes_; }

  private:
    std::vector<uint8_t> bytes_;
};

/// Takes numbers from bytes; beyond the end it hands out zeros and ok() is false from then on.
class ByteReader {
  public:
    ByteReader() = default;
    explicit ByteReader(std::span<const uint8_t> bytes)
        : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    uint64_t varint() {
        if (at_ < end_ && *at_ < 0x80) return *at_++;
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (at_ == end_) break;
            const uint8_t byte = *at_++;
            value |= static_cast<uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        return fail();
    }
    uint64_t word(unsigned size) {
        if (left() < size) return fail();
        uint64_t value = 0;
        for (unsigned i = 0; i < size; ++i)
            value |= static_cast<uint64_t>(*at_++) << 8 * i;
        return value;
    }
    uint8_t byte() {
        if (at_ == end_) return static_cast<uint8_t>(fail());
        return *at_++;
    }
    /// The next bytes as a span of their own; empty if there are not so many.
    std::span<const uint8_t> take(uint64_t size) {
        if (left() < size) {
            fail();
            return {};
        }
        const std::span<const uint8_t> taken(at_, static_cast<size_t>(size));
        at_ += size;
        return taken;
    }
    size_t left() const { return static_cast<size_t>(end_ - at_); }
    bool ok() const { return ok_; }
    /// All taken, and nothing missing.
    bool done() const { return ok_ && at_ == end_; }

  private:
    uint64_t fail() {
        ok_ = false;
        at_ = end_;
        return 0;
    }
    const uint8_t *at_ = nullptr;
    const uint8_t *end_ = nullptr;
    bool ok_ = true;
};

} // namespace bootglass
