// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/handlers.h"

namespace bootglass {

HandlerTable::HandlerTable() {
    addArithmeticHandlers(*this);
    addShiftHandlers(*this);
    addMultiplyHandlers(*this);
    addBitHandlers(*this);
    addDecimalHandlers(*this);
    addMoveHandlers(*this);
    addStackHandlers(*this);
    addBranchHandlers(*this);
    addStringHandlers(*this);
    addPortHandlers(*this);
    addSystemHandlers(*this);
    addX87Handlers(*this);
    addSseHandlers(*this);
}

const HandlerTable &HandlerTable::instance() {
    static const HandlerTable table;
    return table;
}

} // namespace bootglass
