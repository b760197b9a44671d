// SPDX-License-Identifier: GPL-3.0-or-later
// What CPUID answers: a 686-class CPU (family 6, model 6, stepping 3) with SSE2, PAE and NX. Only
// what works is reported.
#pragma once

#include <cstdint>

namespace bootglass {

struct CpuidResult {
    uint32_t eax = 0;
    uint32_t ebx = 0;
    uint32_t ecx = 0;
    uint32_t edx = 0;
    bool operator==(const CpuidResult &) const = default;
};

/// Family, model and stepping: EAX of leaf 1, EDX after reset.
inline constexpr uint32_t cpuSignature = 0x663;

CpuidResult cpuid(uint32_t leaf);

} // namespace bootglass
