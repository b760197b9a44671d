// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

EmitTable::EmitTable() {
    addArithmetic(*this);
    addShifts(*this);
    addMultiplications(*this);
    addBits(*this);
    addMoves(*this);
    addStack(*this);
    addBranches(*this);
    addFlagOperations(*this);
    addStrings(*this);
    addSystem(*this);
    addSegments(*this);
    addX87(*this);
    addSse(*this);
}

const EmitTable &EmitTable::instance() {
    static const EmitTable table;
    return table;
}

} // namespace bootglass::jit
