// SPDX-License-Identifier: GPL-3.0-or-later
// The guest's code where a moment has it: at the instruction pointer of a chosen event, else at the
// sample taken nearest to the cursor; disassembled from the bytes that were recorded.
#pragma once

#include "emulator/trace/run_reader.h"

#include <QString>

#include <optional>
#include <vector>

namespace bootglass {

struct CodeLine {
    uint32_t address = 0;
    QString bytes;    // "8b 45 08"
    QString mnemonic; // "(bad)" where no instruction begins
    QString operands;
    QString label; // of a function that begins here

    bool operator==(const CodeLine &) const = default;
};

struct CodeListing {
    uint32_t eip = 0;
    QString source;   // what the instruction pointer is of: "exception", "sample"
    VirtualNs at;     // when that was
    QString function; // "delay_tsc+0x12"; empty without symbols
    bool known = false;
    VirtualNs recorded; // when the bytes were
    std::vector<CodeLine> lines;
    size_t current = 0; // the line of eip
};

Result<CodeListing> queryCode(RunReader &reader, const std::optional<StoredEvent> &event,
                              VirtualNs cursor);

/// Lines of a page around an instruction pointer, from the function's start where it is known.
std::vector<CodeLine> disassembled(const CodeBytes &page, uint32_t eip, bool code32,
                                   const SymbolTable &symbols);

} // namespace bootglass
