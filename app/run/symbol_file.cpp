// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/symbol_file.h"

#include "app/run/input_files.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace bootglass {

namespace {

constexpr uintmax_t mostBytes = uintmax_t{1} << 30;

/// A structure at an offset of a file, if it is all there.
template<typename T>
bool readAt(const std::string &bytes, uint64_t offset, T &into) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
    std::memcpy(&into, bytes.data() + offset, sizeof(T));
    return true;
}

/// As it may be shown on a terminal: what is not printable ASCII is replaced. Cut, since in a file
/// made up for it, each of a million names may be as long as the file.
std::string shownName(std::string_view name) {
    constexpr size_t longest = 256;
    std::string shown(name.substr(0, longest));
    for (char &c : shown)
        if (c <= ' ' || c > '~') c = '?';
    return shown;
}

bool isCode(char type) {
    return type == 't' || type == 'T' || type == 'w' || type == 'W' || type == 'i';
}

Result<SymbolTable> ofText(const std::string &text, const std::string &path) {
    std::vector<Symbol> symbols;
    std::string_view rest = text;
    for (size_t number = 1; !rest.empty(); ++number) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty()) continue;
        uint64_t address = 0;
        const auto [stop, error] =
            std::from_chars(line.data(), line.data() + line.size(), address, 16);
        const std::string_view tail = line.substr(static_cast<size_t>(stop - line.data()));
        // An undefined symbol has no address, and is no error.
        if (error != std::errc{} && line.front() == ' ') continue;
        if (error != std::errc{} || tail.size() < 4 || tail[0] != ' ' || tail[2] != ' ') {
            return Error{fmt::format("{}:{}: not a line of System.map or nm: ADDRESS TYPE NAME",
                                     path, number)};
        }
        if (!isCode(tail[1]) || address > UINT32_MAX) continue;
        const std::string_view name = tail.substr(3, tail.find_first_of("\t\r ", 3) - 3);
        symbols.push_back({static_cast<uint32_t>(address), shownName(name)});
    }
    return SymbolTable(std::move(symbols));
}

Result<SymbolTable> ofElf(const std::string &bytes, const std::string &path) {
    const Error broken{fmt::format("{} is no 32-bit ELF file with a symbol table", path)};
    Elf32_Ehdr header{};
    if (!readAt(bytes, 0, header) || header.e_ident[EI_CLASS] != ELFCLASS32 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB) {
        return broken;
    }
    std::vector<Symbol> symbols;
    for (unsigned n = 0; n < header.e_shnum; ++n) {
        Elf32_Shdr section{};
        if (!readAt(bytes, header.e_shoff + uint64_t{n} * header.e_shentsize, section))
            return broken;
        if (section.sh_type != SHT_SYMTAB) continue;
        Elf32_Shdr names{};
        if (!readAt(bytes, header.e_shoff + uint64_t{section.sh_link} * header.e_shentsize, names))
            return broken;
        for (uint64_t at = 0; at + sizeof(Elf32_Sym) <= section.sh_size; at += sizeof(Elf32_Sym)) {
            Elf32_Sym symbol{};
            if (!readAt(bytes, section.sh_offset + at, symbol)) return broken;
            const unsigned type = ELF32_ST_TYPE(symbol.st_info);
            if (type != STT_FUNC && type != STT_NOTYPE) continue;
            const uint64_t name = uint64_t{names.sh_offset} + symbol.st_name;
            if (symbol.st_shndx == SHN_UNDEF || name >= bytes.size()) continue;
            const std::string_view from = std::string_view(bytes).substr(name, 256);
            const std::string_view text = from.substr(0, from.find('\0'));
            if (!text.empty()) symbols.push_back({symbol.st_value, shownName(text)});
        }
        break; // a file has one symbol table (gABI, "Sections")
    }
    return SymbolTable(std::move(symbols));
}

} // namespace

Result<SymbolTable> loadSymbols(const std::string &path) {
    std::error_code error;
    const uintmax_t size = std::filesystem::file_size(path, error);
    if (error) return Error{fmt::format("symbols {}: {}", path, error.message())};
    if (size > mostBytes) return Error{fmt::format("symbols {}: the file is too large", path)};
    const std::string bytes = textOf(path);
    Result<SymbolTable> table =
        bytes.starts_with(ELFMAG) ? ofElf(bytes, path) : ofText(bytes, path);
    if (table && table->empty()) return Error{fmt::format("{} names no code", path)};
    return table;
}

} // namespace bootglass
