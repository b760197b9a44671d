// SPDX-License-Identifier: GPL-3.0-or-later
// Where processors of different makers are known to differ and both follow their manuals, or the
// manuals say nothing: named rules, so that every other difference counts. The emulated CPU does as
// Intel's, whose manual is its reference.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace bootglass::silicon {

enum class Maker : uint8_t { Intel, Amd, Other };

/// CPUID leaf 0.
inline Maker hostMaker() {
#if defined(__x86_64__)
    static const Maker maker = [] {
        unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
        if (!__get_cpuid(0, &eax, &ebx, &ecx, &edx)) return Maker::Other;
        char name[12];
        std::memcpy(name, &ebx, 4);
        std::memcpy(name + 4, &edx, 4);
        std::memcpy(name + 8, &ecx, 4);
        if (std::memcmp(name, "GenuineIntel", 12) == 0) return Maker::Intel;
        bool amd = std::memcmp(name, "AuthenticAMD", 12) == 0 ||
                   std::memcmp(name, "HygonGenuine", 12) == 0;
        return amd ? Maker::Amd : Maker::Other;
    }();
    return maker;
#else
    return Maker::Other;
#endif
}

/// Why an x87 instruction with an unmasked exception may end differently on this host; null if it
/// must not. With all exceptions masked there is no difference but in transcendental functions.
inline const char *unmaskedX87Differs(unsigned opcode, unsigned modrm) {
    if (hostMaker() != Maker::Amd) return nullptr;
    unsigned reg = modrm >> 3 & 7;
    bool memory = modrm < 0xC0;
    if (!memory && (opcode == 0xDB || opcode == 0xDF) && (reg == 5 || reg == 6))
        return "FCOMI: AMD sets the flags although the invalid operation is not masked";
    if (memory && (opcode == 0xD9 || opcode == 0xDD) && reg == 0)
        return "FLD: AMD pushes a denormal although its exception is not masked";
    if (memory && (opcode == 0xD9 || opcode == 0xDD) && (reg == 2 || reg == 3))
        return "FST: AMD reports no precision and rounding with an unmasked overflow or underflow";
    if (opcode == 0xD9 && (modrm == 0xF5 || modrm == 0xF8))
        return "FPREM: AMD's unmasked underflow scales the remainder and sets condition codes";
    if (opcode == 0xD9 && modrm == 0xFD)
        return "FSCALE: AMD's unmasked underflow scales a denormal that does not change";
    return nullptr;
}

} // namespace bootglass::silicon
