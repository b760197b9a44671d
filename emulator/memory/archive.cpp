// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/memory/archive.h"

#include <algorithm>

namespace bootglass {

void Archive::fail(std::string_view why) {
    if (loading_ && error_.empty()) error_ = why;
}

void Archive::bytes(std::span<uint8_t> data) {
    if (!loading_) {
        output_.insert(output_.end(), data.begin(), data.end());
        return;
    }
    if (failed()) return;
    if (input_.size() < data.size()) {
        fail("the saved state ends too early");
        return;
    }
    std::copy_n(input_.begin(), data.size(), data.begin());
    input_ = input_.subspan(data.size());
}

size_t Archive::length(size_t count) {
    uint64_t stored = count;
    field(stored);
    // Every element takes at least one byte, so a length beyond the input is damage, not data.
    if (loading_ && stored > input_.size()) {
        fail("the saved state holds a length that cannot be");
        return 0;
    }
    return failed() ? 0 : static_cast<size_t>(stored);
}

void Archive::field(std::string &text) {
    size_t count = length(text.size());
    if (loading_) text.resize(count);
    bytes({reinterpret_cast<uint8_t *>(text.data()), text.size()});
}

void Archive::section(std::string_view name) {
    std::string found(name);
    field(found);
    if (loading_ && found != name)
        fail("the saved state has '" + found.substr(0, 40) + "' where '" + std::string(name) +
             "' belongs");
}

} // namespace bootglass
