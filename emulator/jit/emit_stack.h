// SPDX-License-Identifier: GPL-3.0-or-later
// The stack, for all who push and pop.
#pragma once

#include "emulator/jit/emitter.h"

namespace bootglass::jit {

/// Where a push of `size` bytes would write; the stack pointer stays. Leaves r9 free.
x86::Mem stackToPush(Emitter &e, unsigned size);
/// Moves the stack pointer after the push has been written; leaves r8 and r9 alone.
void pushed(Emitter &e, unsigned size);
/// What a pop would read.
x86::Mem stackTop(Emitter &e, unsigned size);
/// Adds to ESP, or to SP on a 16-bit stack; leaves r8 and r9 alone.
void moveStackPointer(Emitter &e, int32_t bytes);

} // namespace bootglass::jit
