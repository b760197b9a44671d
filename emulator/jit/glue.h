// SPDX-License-Identifier: GPL-3.0-or-later
// The code between the engine and translated blocks: entering, leaving, handing an instruction to
// the interpreter. Made once, at the beginning of the code memory.
#pragma once

#include "emulator/jit/code_memory.h"
#include "emulator/jit/frame.h"

namespace bootglass {
class Cpu;
}

namespace bootglass::jit {

Glue makeGlue(CodeMemory &memory, Cpu &cpu, Frame &frame);

} // namespace bootglass::jit
