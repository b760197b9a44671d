// SPDX-License-Identifier: GPL-3.0-or-later
// Names of a guest's code by linear address: a function reaches from its symbol to the next. Of
// several names of one address the first one given is meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

struct Symbol {
    uint32_t address = 0;
    std::string name;

    bool operator==(const Symbol &) const = default;
};

class SymbolTable {
  public:
    SymbolTable() = default;
    explicit SymbolTable(std::vector<Symbol> symbols);

    bool empty() const { return symbols_.empty(); }
    size_t size() const { return symbols_.size(); }
    /// By address.
    std::span<const Symbol> symbols() const { return symbols_; }

    /// "start_kernel+0x12"; empty below the first symbol.
    std::string nameOf(uint32_t address) const;
    /// The function that an address lies in; nullptr where there is none: below the first symbol,
    /// and so far behind the last one that it cannot be its code.
    const Symbol *functionAt(uint32_t address) const;
    std::optional<uint32_t> addressOf(std::string_view name) const;
    /// The same code, elsewhere.
    SymbolTable movedBy(uint32_t bytes) const;

  private:
    std::vector<Symbol> symbols_;
};

/// An address that has no name, as it is shown instead of one.
std::string addressName(uint32_t address);

} // namespace bootglass
