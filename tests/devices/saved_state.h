// SPDX-License-Identifier: GPL-3.0-or-later
// What each chip's test asks of its serialize(): that a restored chip saves the same bytes again,
// and that damaged bytes are refused or at least do no harm.
#pragma once

#include "emulator/memory/archive.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bootglass {

template<typename... Parts>
std::vector<uint8_t> savedState(Parts &...parts) {
    Archive archive;
    (parts.serialize(archive), ...);
    return archive.take();
}

/// Empty if all went well, or the archive's sentence.
template<typename... Parts>
std::string restoreState(std::span<const uint8_t> bytes, Parts &...parts) {
    Archive archive(bytes);
    (parts.serialize(archive), ...);
    return archive.error();
}

/// Restores from every truncation; true if all of them failed.
template<typename Chip>
bool refusesTruncations(std::span<const uint8_t> bytes, Chip &chip, size_t step = 1) {
    bool all = true;
    for (size_t length = 0; length < bytes.size(); length += step)
        all = !restoreState(bytes.first(length), chip).empty() && all;
    return all;
}

/// Restores with each byte damaged in turn; what is accepted must be a state that saves again.
template<typename Chip>
void survivesDamage(std::span<const uint8_t> bytes, Chip &chip, size_t step = 1) {
    std::vector<uint8_t> damaged(bytes.begin(), bytes.end());
    for (size_t at = 0; at < damaged.size(); at += step) {
        for (uint8_t value : {uint8_t{0}, uint8_t{0x7F}, uint8_t{0xFF}}) {
            damaged[at] = value;
            if (restoreState(damaged, chip).empty()) savedState(chip);
        }
        damaged[at] = bytes[at];
    }
    restoreState(bytes, chip);
}

} // namespace bootglass
