// SPDX-License-Identifier: GPL-3.0-or-later
// Names of addresses: from a System.map, the output of nm, or an ELF file's symbol table. The file
// is untrusted.
#pragma once

#include "emulator/trace/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bootglass {

class SymbolTable {
  public:
    static Result<SymbolTable> load(const std::string &path);

    bool empty() const { return symbols_.empty(); }
    size_t size() const { return symbols_.size(); }
    /// "start_kernel+0x12"; empty below the first symbol.
    std::string nameOf(uint32_t address) const;

  private:
    struct Symbol {
        uint32_t address = 0;
        std::string name;
    };

    static Result<SymbolTable> ofText(const std::string &text, const std::string &path);
    static Result<SymbolTable> ofElf(const std::string &bytes, const std::string &path);
    void sort();

    std::vector<Symbol> symbols_;
};

} // namespace bootglass
