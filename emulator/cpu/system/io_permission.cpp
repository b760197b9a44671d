// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/io_permission.h"

#include "emulator/cpu/system/segmentation.h"

namespace bootglass {

bool ioPermittedByTask(Cpu &cpu, uint16_t port, unsigned size) {
    if (!cpu.tr.usable() || !task32(cpu) || cpu.tr.limit < ioMapBaseOffset + 1)
        return cpu.raise(Vector::GP);
    auto map = cpu.readSystem<uint16_t>(cpu.tr.base + ioMapBaseOffset);
    if (!map.ok) return false;
    // Two bytes are always read: a range may begin at a byte's last bit.
    uint32_t at = map.value + port / 8U;
    if (at + 1 > cpu.tr.limit) return cpu.raise(Vector::GP);
    auto bits = cpu.readSystem<uint16_t>(cpu.tr.base + at);
    if (!bits.ok) return false;
    unsigned wanted = (1U << size) - 1;
    return (bits.value >> (port & 7) & wanted) == 0 || cpu.raise(Vector::GP);
}

void noteIoBreakpointsHit(Cpu &cpu, uint16_t port, unsigned size) {
    for (unsigned n = 0; n < 4; ++n) {
        bool enabled = cpu.dr[7] >> 2 * n & 3;
        unsigned kind = cpu.dr[7] >> (16 + 4 * n) & 3;
        if (!enabled || kind != 2) continue;                   // 2: I/O
        uint32_t length = (cpu.dr[7] >> (18 + 4 * n) & 3) + 1; // 1, 2 or 4
        uint32_t first = cpu.dr[n] & ~(length - 1);
        bool overlap = port - first < length || first - port < size;
        if (overlap) cpu.noteDebugTrap(1U << n);
    }
}

} // namespace bootglass
