// SPDX-License-Identifier: GPL-3.0-or-later
// Firmware tables are little-endian records without padding; these put one together field by field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

namespace bootglass {

using Bytes = std::vector<uint8_t>;

/// Appends the low `size` bytes of a number, zeros from the ninth on.
inline void append(Bytes &bytes, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i, value >>= 8)
        bytes.push_back(static_cast<uint8_t>(value));
}
inline void append8(Bytes &bytes, uint8_t value) {
    append(bytes, value, 1);
}
inline void append16(Bytes &bytes, uint16_t value) {
    append(bytes, value, 2);
}
inline void append32(Bytes &bytes, uint32_t value) {
    append(bytes, value, 4);
}
inline void append64(Bytes &bytes, uint64_t value) {
    append(bytes, value, 8);
}

/// Appends text in a field of fixed width, cut or filled up with `fill`.
inline void appendText(Bytes &bytes, std::string_view text, size_t width, char fill = '\0') {
    for (size_t i = 0; i < width; ++i)
        bytes.push_back(static_cast<uint8_t>(i < text.size() ? text[i] : fill));
}

/// Reads the `size` bytes at `offset`, or 0 if they are not all there.
inline uint64_t numberAt(std::span<const uint8_t> bytes, size_t offset, size_t size) {
    if (offset > bytes.size() || bytes.size() - offset < size) return 0;
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | bytes[offset + i];
    return value;
}

/// Overwrites the `size` bytes at `offset`, which must be there.
inline void putNumber(std::span<uint8_t> bytes, size_t offset, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i)
        bytes[offset + i] = static_cast<uint8_t>(value >> 8 * i);
}

/// The value that a checksum byte, now zero, must take for all bytes to sum to zero.
inline uint8_t checksumOf(std::span<const uint8_t> bytes) {
    return static_cast<uint8_t>(-std::accumulate(bytes.begin(), bytes.end(), 0U));
}

} // namespace bootglass
