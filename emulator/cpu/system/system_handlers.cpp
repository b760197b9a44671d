// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/instruction.h"

namespace bootglass {

void addSystemHandlers(HandlerTable &table) {
    system::addSegmentMoves(table);
    system::addFarTransfers(table);
    system::addSoftwareInterrupts(table);
    system::addFlagInstructions(table);
    system::addTableRegisters(table);
    system::addControlRegisters(table);
    system::addDebugRegisters(table);
    system::addSelectorChecks(table);
    system::addModelSpecific(table);
    system::addFastCalls(table);
    system::addCpuid(table);
}

} // namespace bootglass
