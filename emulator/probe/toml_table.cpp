// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/toml_table.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

namespace bootglass {

struct TomlTable::Node {
    const toml::table *table;
    std::string file;
    uint32_t line;
};

struct TomlDocument::State {
    toml::table table;
    std::string file;
};

TomlDocument::TomlDocument(std::string_view text, const std::string &fileName)
    : state_(std::make_unique<State>()) {
    try {
        state_->table = toml::parse(text, fileName);
    } catch (const toml::parse_error &error) {
        throw ProfileError{
            fmt::format("{}:{}: {}", fileName, error.source().begin.line, error.description())};
    }
    state_->file = fileName;
}

TomlDocument::~TomlDocument() = default;

TomlTable TomlDocument::root() const {
    return TomlTable(
        std::make_shared<TomlTable::Node>(TomlTable::Node{&state_->table, state_->file, 1}));
}

TomlTable::TomlTable(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

const std::string &TomlTable::file() const {
    return node_->file;
}

uint32_t TomlTable::line() const {
    return node_->line;
}

ProfileError TomlTable::wrong(std::string_view key, const std::string &clause) const {
    uint32_t line = node_->line;
    if (const toml::node *value = node_->table->get(key)) line = value->source().begin.line;
    return {fmt::format("{}:{}: {}", node_->file, line, clause)};
}

bool TomlTable::has(std::string_view key) const {
    return node_->table->contains(key);
}

std::optional<std::string> TomlTable::string(std::string_view key) const {
    const toml::node *value = node_->table->get(key);
    if (!value) return {};
    if (!value->is_string()) throw wrong(key, fmt::format("'{}' must be a string", key));
    return value->as_string()->get();
}

std::vector<std::string> TomlTable::strings(std::string_view key) const {
    const toml::node *value = node_->table->get(key);
    if (!value) return {};
    if (value->is_string()) return {value->as_string()->get()};
    std::vector<std::string> list;
    const toml::array *array = value->as_array();
    bool allStrings = array && std::all_of(array->begin(), array->end(),
                                           [](const toml::node &n) { return n.is_string(); });
    if (!allStrings)
        throw wrong(key, fmt::format("'{}' must be a string or a list of strings", key));
    for (const toml::node &entry : *array)
        list.push_back(entry.as_string()->get());
    return list;
}

std::optional<int64_t> TomlTable::integer(std::string_view key, int64_t least, int64_t most) const {
    const toml::node *value = node_->table->get(key);
    if (!value) return {};
    const auto *number = value->as_integer();
    if (!number || number->get() < least || number->get() > most)
        throw wrong(key,
                    fmt::format("'{}' must be a whole number from {} to {}", key, least, most));
    return number->get();
}

std::optional<TomlTable> TomlTable::table(std::string_view key) const {
    const toml::node *value = node_->table->get(key);
    if (!value) return {};
    const toml::table *table = value->as_table();
    if (!table) throw wrong(key, fmt::format("'{}' must be a table: [{}]", key, key));
    return TomlTable(std::make_shared<Node>(Node{table, node_->file, value->source().begin.line}));
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
    const toml::node *value = node_->table->get(key);
    if (!value) return {};
    const toml::array *array = value->as_array();
    bool allTables = array && std::all_of(array->begin(), array->end(),
                                          [](const toml::node &n) { return n.is_table(); });
    if (!allTables) throw wrong(key, fmt::format("'{}' must be tables: [[{}]]", key, key));
    std::vector<TomlTable> list;
    for (const toml::node &entry : *array)
        list.push_back(TomlTable(std::make_shared<Node>(
            Node{entry.as_table(), node_->file, entry.source().begin.line})));
    return list;
}

std::string TomlTable::required(std::string_view key, std::string_view owner) const {
    auto value = string(key);
    if (!value) throw wrong("", fmt::format("this {} has no '{}'", owner, key));
    return *value;
}

void TomlTable::only(std::initializer_list<std::string_view> keys) const {
    for (const auto &[key, value] : *node_->table) {
        if (std::ranges::find(keys, key.str()) != keys.end()) continue;
        std::string known;
        for (std::string_view name : keys) {
            if (!known.empty()) known += ", ";
            known += name;
        }
        throw wrong(key.str(), fmt::format("'{}' is not known here; known: {}",
                                           std::string_view(key.str()), known));
    }
}

} // namespace bootglass
