// SPDX-License-Identifier: GPL-3.0-or-later
// Reads names of addresses from a System.map, the output of nm, or an ELF file's symbol table. The
// file is untrusted.
#pragma once

#include "emulator/trace/result.h"
#include "emulator/trace/symbol_table.h"

#include <string>

namespace bootglass {

Result<SymbolTable> loadSymbols(const std::string &path);

} // namespace bootglass
