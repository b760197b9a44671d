// SPDX-License-Identifier: GPL-3.0-or-later
// A TOML table whose values are asked for by key and type; what is not as asked throws one sentence
// with file and line. The exception stays inside the profile parser.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

struct ProfileError {
    std::string sentence;
};

class TomlTable {
  public:
    bool has(std::string_view key) const;
    std::optional<std::string> string(std::string_view key) const;
    /// A string, or a list of them; empty if the key is not there.
    std::vector<std::string> strings(std::string_view key) const;
    std::optional<int64_t> integer(std::string_view key, int64_t least, int64_t most) const;
    std::optional<TomlTable> table(std::string_view key) const;
    /// [[key]] or key = [{…}, {…}].
    std::vector<TomlTable> tables(std::string_view key) const;
    std::string required(std::string_view key, std::string_view owner) const;

    /// Throws at the first key that is none of these.
    void only(std::initializer_list<std::string_view> keys) const;
    /// A sentence that points at the key's line, or the table's own if the key is not there.
    ProfileError wrong(std::string_view key, const std::string &clause) const;

    const std::string &file() const;
    uint32_t line() const;

  private:
    friend class TomlDocument;
    struct Node;
    explicit TomlTable(std::shared_ptr<const Node> node);
    std::shared_ptr<const Node> node_;
};

class TomlDocument {
  public:
    /// Throws ProfileError if it is no TOML.
    TomlDocument(std::string_view text, const std::string &fileName);
    ~TomlDocument();
    TomlDocument(const TomlDocument &) = delete;
    TomlDocument &operator=(const TomlDocument &) = delete;
    TomlTable root() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace bootglass
