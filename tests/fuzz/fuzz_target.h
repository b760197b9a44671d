// SPDX-License-Identifier: GPL-3.0-or-later
// What every fuzz target has: libFuzzer's entry, which the replay driver calls, too, and a reader
// that takes an input apart. A target that finds something wrong aborts with a sentence.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace bootglass::fuzz {

/// Reads an input from its start; zeros follow its end.
class Input {
  public:
    Input(const uint8_t *data, size_t size) : rest_(data, size) {}
    bool empty() const { return rest_.empty(); }
    template<typename T>
    T take() {
        T value{};
        size_t count = std::min(sizeof(T), rest_.size());
        std::memcpy(&value, rest_.data(), count);
        rest_ = rest_.subspan(count);
        return value;
    }
    std::span<const uint8_t> bytes(size_t most) {
        auto part = rest_.first(std::min(most, rest_.size()));
        rest_ = rest_.subspan(part.size());
        return part;
    }
    std::span<const uint8_t> rest() const { return rest_; }

  private:
    std::span<const uint8_t> rest_;
};

inline void require(bool condition, const char *what) {
    if (condition) return;
    std::fprintf(stderr, "fuzz target: %s\n", what);
    std::abort();
}

} // namespace bootglass::fuzz
