// SPDX-License-Identifier: GPL-3.0-or-later
// One function per class saves and restores it: `void serialize(Archive &)`, which names its fields
// once, in order. An Archive either collects bytes (saving) or hands them back (loading); loading
// from damaged bytes never reads past their end, it fails and stays failed. Little endian,
// no padding: the same state is the same bytes on every host.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace bootglass {

class Archive {
  public:
    /// An archive that saves.
    Archive() = default;
    /// An archive that loads from bytes, which must outlive it.
    explicit Archive(std::span<const uint8_t> bytes) : loading_(true), input_(bytes) {}

    bool loading() const { return loading_; }
    bool failed() const { return !error_.empty(); }
    /// The first thing that went wrong while loading, one sentence; empty if nothing did.
    const std::string &error() const { return error_; }
    /// Makes the archive fail (loading only): a device refuses a value that cannot be.
    void fail(std::string_view why);

    /// What was saved.
    std::vector<uint8_t> take() { return std::move(output_); }

    /// Writes or checks a name: damaged or foreign bytes are found where they go wrong.
    void section(std::string_view name);

    /// Bytes of known length.
    void bytes(std::span<uint8_t> data);

    template<typename... Fields>
    void operator()(Fields &...fields) {
        (field(fields), ...);
    }

  private:
    template<typename T>
    requires(std::integral<T> || std::is_enum_v<T>) void field(T &value) {
        std::array<uint8_t, sizeof(T)> raw{};
        if (!loading_) {
            auto bits = static_cast<uint64_t>(value);
            for (auto &byte : raw) {
                byte = static_cast<uint8_t>(bits);
                bits >>= 8;
            }
        }
        bytes(raw);
        if (loading_ && !failed()) {
            uint64_t bits = 0;
            for (size_t i = sizeof(T); i-- > 0;)
                bits = bits << 8 | raw[i];
            value = static_cast<T>(bits);
        }
    }

    template<typename T>
    requires requires(T &t, Archive &a) { t.serialize(a); }
    void field(T &object) { object.serialize(*this); }

    /// Time types: structs of one public integer `value`.
    template<typename T>
    requires(
        requires(T &t) { t.value; } && sizeof(T) == sizeof(uint64_t) &&
        !requires(T & t, Archive &a) { t.serialize(a); }) void field(T &time) {
        field(time.value);
    }

    template<typename T, size_t N>
    void field(std::array<T, N> &values) {
        for (auto &value : values)
            field(value);
    }

    /// Vectors and strings carry their length; a length past the end of the input fails.
    template<typename T>
    void field(std::vector<T> &values) {
        size_t count = length(values.size());
        if (loading_) values.resize(count);
        for (auto &value : values)
            field(value);
    }
    void field(std::string &text);

    size_t length(size_t count);

    bool loading_ = false;
    std::vector<uint8_t> output_;
    std::span<const uint8_t> input_;
    std::string error_;
};

} // namespace bootglass
