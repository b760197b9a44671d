// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/cpuid.h"

#include "emulator/cpu/system/instruction.h"
#include "emulator/cpu/system/msr.h"

#include <string_view>

namespace bootglass {

namespace {

constexpr uint32_t lastBasic = 2;
constexpr uint32_t lastExtended = 0x80000008;

/// SDM vol. 2, table 3-11: EDX of leaf 1.
constexpr uint32_t featureBit(unsigned bit) {
    return 1U << bit;
}
constexpr uint32_t features = featureBit(0) |  // FPU
                              featureBit(1) |  // VME
                              featureBit(2) |  // DE
                              featureBit(3) |  // PSE
                              featureBit(4) |  // TSC
                              featureBit(5) |  // MSR
                              featureBit(6) |  // PAE
                              featureBit(7) |  // MCE, of which none ever comes
                              featureBit(8) |  // CX8
                              featureBit(9) |  // APIC, while IA32_APIC_BASE enables it
                              featureBit(11) | // SEP
                              featureBit(12) | // MTRR
                              featureBit(13) | // PGE
                              featureBit(15) | // CMOV
                              featureBit(16) | // PAT
                              featureBit(17) | // PSE-36
                              featureBit(19) | // CLFSH
                              featureBit(23) | // MMX
                              featureBit(24) | // FXSR
                              featureBit(25) | // SSE
                              featureBit(26);  // SSE2
constexpr uint32_t featureNx = featureBit(20); // EDX of leaf 80000001H
constexpr uint32_t clflushLine = 64 / 8 << 8;

constexpr uint32_t letters(std::string_view text, size_t at) {
    uint32_t value = 0;
    for (size_t n = 0; n < 4; ++n) {
        char c = at + n < text.size() ? text[at + n] : '\0';
        value |= static_cast<uint32_t>(static_cast<unsigned char>(c)) << 8 * n;
    }
    return value;
}

constexpr std::string_view vendor = "GenuineIntel";
constexpr std::string_view brand = "Bootglass virtual CPU";

CpuidResult brandPart(size_t at) {
    return {letters(brand, at), letters(brand, at + 4), letters(brand, at + 8),
            letters(brand, at + 12)};
}

} // namespace

CpuidResult cpuid(uint32_t leaf) {
    bool extended = leaf >= 0x80000000 && leaf <= lastExtended;
    // Intel's CPUs answer with the last basic leaf to what they do not know.
    if (!extended && leaf > lastBasic) leaf = lastBasic;
    switch (leaf) {
    case 0: return {lastBasic, letters(vendor, 0), letters(vendor, 8), letters(vendor, 4)};
    case 1: return {cpuSignature, clflushLine, 0, features};
    // Table 3-12: 32 KiB data and code caches, 2 MiB second level.
    case 2: return {1, 0, 0, 0x2C307D};
    case 0x80000000: return {lastExtended, 0, 0, 0};
    case 0x80000001: return {0, 0, 0, featureNx};
    case 0x80000002: return brandPart(0);
    case 0x80000003: return brandPart(16);
    case 0x80000004: return brandPart(32);
    case 0x80000008: return {32 << 8 | physicalAddressBits, 0, 0, 0};
    default: return {};
    }
}

namespace system {

namespace {

bool identify(Cpu &cpu, const Insn *) {
    auto leaf = cpu.gpr[Eax];
    auto result = cpuid(leaf);
    constexpr uint32_t apic = featureBit(9);
    if (leaf == 1 && !(cpu.apicBase & apic_base::enabled)) result.edx &= ~apic;
    cpu.gpr[Eax] = result.eax;
    cpu.gpr[Ebx] = result.ebx;
    cpu.gpr[Ecx] = result.ecx;
    cpu.gpr[Edx] = result.edx;
    return true;
}

} // namespace

void addCpuid(HandlerTable &table) {
    table.setAll(Op::Cpuid, sequential<identify>);
}

} // namespace system

} // namespace bootglass
