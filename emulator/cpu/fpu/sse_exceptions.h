// SPDX-License-Identifier: GPL-3.0-or-later
// What an SSE operation's exceptions do: flags in MXCSR, and #XM (#UD without CR4.OSXMMEXCPT) if
// one is not masked: SDM vol. 1, 11.5.
#pragma once

#include "emulator/cpu/fpu/sse_float.h"
#include "emulator/cpu/fpu/sse_unit.h"

namespace bootglass::simd {

/// False: an unmasked exception is pending; the destination is to be left alone. Of a packed
/// operation `flags` are those of all its lanes.
inline bool signalSse(Cpu &cpu, uint16_t flags) {
    uint32_t masks = cpu.sse.mxcsr >> mxcsr::masksShift & fpflags::all;
    uint32_t unmasked = flags & ~masks;
    // One that is found before the operation hides those that would be found after it.
    if (unmasked & fpflags::before) flags &= fpflags::before;
    cpu.sse.mxcsr |= flags;
    if (unmasked == 0) [[likely]]
        return true;
    return cpu.raise(cpu.cr4 & cr4::OSXMMEXCPT ? Vector::XM : Vector::UD);
}

} // namespace bootglass::simd
