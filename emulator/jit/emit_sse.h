// SPDX-License-Identifier: GPL-3.0-or-later
// Operands of SSE instructions. The guest's XMM registers stay in the CPU object; the host's xmm0
// and xmm1 are scratch.
#pragma once

#include "emulator/jit/emitter.h"

namespace bootglass::jit {

/// `size` bytes of a register, from byte `from` on.
x86::Mem xmmOf(const Emitter &e, unsigned number, unsigned size = 16, unsigned from = 0);

/// The E operand, 4, 8 or 16 bytes, to a host register; what is beyond them becomes zero.
void loadXmm(Emitter &e, const Insn &i, x86::Xmm target, unsigned size,
             Alignment alignment = Alignment::Any);

} // namespace bootglass::jit
