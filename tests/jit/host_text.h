// SPDX-License-Identifier: GPL-3.0-or-later
// Code of guest and host as text that is the same on each run: addresses of this process, and
// places in objects of ours, are left out.
#pragma once

#include <capstone/capstone.h>

#include <cstdint>
#include <regex>
#include <span>
#include <string>
#include <vector>

namespace bootglass::test {

inline std::string replaced(const std::string &text, const char *pattern, const char *with) {
    return std::regex_replace(text, std::regex(pattern), with);
}

/// The instructions of a piece of code, one a line.
inline std::vector<std::string> textOf(std::span<const uint8_t> code, cs_mode mode) {
    csh handle = 0;
    cs_insn *insns = nullptr;
    std::vector<std::string> lines;
    if (cs_open(CS_ARCH_X86, mode, &handle) != CS_ERR_OK) return lines;
    const size_t count = cs_disasm(handle, code.data(), code.size(), 0, 0, &insns);
    for (size_t n = 0; n < count; ++n) {
        std::string line = std::string(insns[n].mnemonic) + " " + insns[n].op_str;
        if (mode == CS_MODE_64) {
            line = replaced(line, R"(\[rip [+-] 0x[0-9a-f]+\])", "[data]");
            line = replaced(line, R"((\[r1[45])( \+ r[a-z0-9]+)? \+ 0x[0-9a-f]{3,}\])",
                            "$1$2 + member]");
            line = replaced(line, R"(0x[0-9a-f]{9,})", "address");
            // Jumps: how far is a matter of what else stands in the block.
            line =
                replaced(line, R"(^(jmp|jecxz|jrcxz|call|j[a-z]+) (0x[0-9a-f]+|address|[0-9]+)$)",
                         "$1 elsewhere");
        }
        while (line.ends_with(' '))
            line.pop_back();
        lines.push_back(std::move(line));
    }
    if (count > 0) cs_free(insns, count);
    cs_close(&handle);
    return lines;
}

} // namespace bootglass::test
