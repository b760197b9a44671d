// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of the x87's state as FNSAVE, FXSAVE and their counterparts see them.
#pragma once

#include "emulator/cpu/fpu_state.h"

namespace bootglass::x87 {

/// The full tag word, two bits a physical register: valid, zero, special, empty.
uint16_t tagWord(const X87State &fpu);

/// Sets the control word, reserved bits as they are wired; pending exceptions follow the new masks.
void setControl(X87State &fpu, uint16_t value);

} // namespace bootglass::x87
