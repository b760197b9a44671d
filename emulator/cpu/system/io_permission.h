// SPDX-License-Identifier: GPL-3.0-or-later
// Who may use I/O ports: SDM vol. 1, 18.5. Above IOPL, and always in virtual-8086 mode, one bit per
// port in the TSS decides: 1 forbids.
#pragma once

#include "emulator/cpu/cpu.h"

#include <cstdint>

namespace bootglass {

bool ioPermittedByTask(Cpu &cpu, uint16_t port, unsigned size);
void noteIoBreakpointsHit(Cpu &cpu, uint16_t port, unsigned size);

/// Whether ports [port, port + size) may be accessed now; false: a fault is noted. size: 1, 2 or 4.
inline bool ioPermitted(Cpu &cpu, uint16_t port, unsigned size) {
    if (!cpu.protectedMode() || (!cpu.virtual8086() && cpu.cpl <= cpu.iopl())) [[likely]]
        return true;
    return ioPermittedByTask(cpu, port, size);
}

/// After an access: I/O breakpoints (SDM vol. 3, 18.2.4), which CR4.DE turns on, trap.
inline void noteIoBreakpoints(Cpu &cpu, uint16_t port, unsigned size) {
    if (cpu.cr4 & cr4::DE) noteIoBreakpointsHit(cpu, port, size);
}

/// The I/O map's offset in a 32-bit TSS. Just below the map stands the 32-byte redirection map of
/// software interrupts (SDM vol. 3, 20.3.3).
inline constexpr uint32_t ioMapBaseOffset = 0x66;

} // namespace bootglass
