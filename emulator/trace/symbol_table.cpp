// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/symbol_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bootglass {

namespace {

/// No function is larger.
constexpr uint32_t longestFunction = 1 << 20;

} // namespace

SymbolTable::SymbolTable(std::vector<Symbol> symbols) : symbols_(std::move(symbols)) {
    std::ranges::stable_sort(symbols_, {}, &Symbol::address);
}

std::string SymbolTable::nameOf(uint32_t address) const {
    const auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
    if (after == symbols_.begin()) return {};
    const Symbol &symbol = *(after - 1);
    const uint32_t offset = address - symbol.address;
    return offset == 0 ? symbol.name : fmt::format("{}+{:#x}", symbol.name, offset);
}

const Symbol *SymbolTable::functionAt(uint32_t address) const {
    const auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
    if (after == symbols_.begin()) return nullptr;
    const auto first =
        std::ranges::lower_bound(symbols_, std::prev(after)->address, {}, &Symbol::address);
    return address - first->address < longestFunction ? &*first : nullptr;
}

std::optional<uint32_t> SymbolTable::addressOf(std::string_view name) const {
    const auto found = std::ranges::find(symbols_, name, &Symbol::name);
    if (found == symbols_.end()) return std::nullopt;
    return found->address;
}

SymbolTable SymbolTable::movedBy(uint32_t bytes) const {
    std::vector<Symbol> moved = symbols_;
    for (Symbol &symbol : moved)
        symbol.address += bytes;
    return SymbolTable(std::move(moved));
}

std::string addressName(uint32_t address) {
    return fmt::format("0x{:08x}", address);
}

} // namespace bootglass
