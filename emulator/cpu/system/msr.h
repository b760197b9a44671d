// SPDX-License-Identifier: GPL-3.0-or-later
// Model-specific registers, SDM vol. 4, table 2-2. Those that do not exist here raise #GP, as do
// values with reserved bits.
#pragma once

#include "emulator/cpu/cpu.h"

#include <cstdint>

namespace bootglass {

/// MAXPHYADDR, which CPUID reports.
inline constexpr unsigned physicalAddressBits = 36;

namespace apic_base {
inline constexpr uint64_t bootstrap = 1U << 8, enabled = 1U << 11;
}

/// The register's value; not ok: it does not exist (no fault is noted).
Loaded<uint64_t> readMsr(Cpu &cpu, uint32_t number);
/// False: it does not exist or cannot hold the value (no fault is noted).
bool writeMsr(Cpu &cpu, uint32_t number, uint64_t value);

} // namespace bootglass
