// SPDX-License-Identifier: GPL-3.0-or-later
// A value, or one clear sentence that says why there is none: how the run file's reader and writer
// report errors. Nothing here throws.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace bootglass {

struct Error {
    std::string sentence;   // for people: what, where, what to do
    bool cancelled = false; // not a fault: somebody called interrupt()
};

template<typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : value_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : value_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return value_.index() == 0; }
    T &operator*() & { return std::get<0>(value_); }
    const T &operator*() const & { return std::get<0>(value_); }
    /// By value, so that `for (… : *reader.tracks())` goes through something that lives.
    T operator*() && { return std::get<0>(std::move(value_)); }
    T *operator->() { return &std::get<0>(value_); }
    const T *operator->() const { return &std::get<0>(value_); }
    const Error &error() const { return std::get<1>(value_); }

  private:
    std::variant<T, Error> value_;
};

/// Of a function that has nothing to hand back.
template<>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), failed_(true) {}

    explicit operator bool() const { return !failed_; }
    const Error &error() const { return error_; }

  private:
    Error error_;
    bool failed_ = false;
};

} // namespace bootglass
