// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the IA-32 registers and their bits, as in the Intel SDM, volumes 1 and 3.
#pragma once

#include <cstdint>

namespace bootglass {

enum Gpr : uint8_t { Eax, Ecx, Edx, Ebx, Esp, Ebp, Esi, Edi };

/// Segment registers in their encoding order.
enum Seg : uint8_t { Es, Cs, Ss, Ds, Fs, Gs };

namespace eflags {
inline constexpr uint32_t CF = 1U << 0, PF = 1U << 2, AF = 1U << 4, ZF = 1U << 6, SF = 1U << 7,
                          TF = 1U << 8, IF = 1U << 9, DF = 1U << 10, OF = 1U << 11, IOPL = 3U << 12,
                          NT = 1U << 14, RF = 1U << 16, VM = 1U << 17, AC = 1U << 18,
                          VIF = 1U << 19, VIP = 1U << 20, ID = 1U << 21;
inline constexpr uint32_t arithmetic = CF | PF | AF | ZF | SF | OF;
inline constexpr uint32_t alwaysOne = 1U << 1;
/// Every bit that exists on this CPU, apart from alwaysOne.
inline constexpr uint32_t defined =
    arithmetic | TF | IF | DF | IOPL | NT | RF | VM | AC | VIF | VIP | ID;
} // namespace eflags

namespace cr0 {
inline constexpr uint32_t PE = 1U << 0, MP = 1U << 1, EM = 1U << 2, TS = 1U << 3, ET = 1U << 4,
                          NE = 1U << 5, WP = 1U << 16, AM = 1U << 18, NW = 1U << 29, CD = 1U << 30,
                          PG = 1U << 31;
}

namespace cr4 {
inline constexpr uint32_t VME = 1U << 0, PVI = 1U << 1, TSD = 1U << 2, DE = 1U << 3, PSE = 1U << 4,
                          PAE = 1U << 5, MCE = 1U << 6, PGE = 1U << 7, PCE = 1U << 8,
                          OSFXSR = 1U << 9, OSXMMEXCPT = 1U << 10;
}

namespace msr {
inline constexpr uint32_t IA32_TSC = 0x10, IA32_APIC_BASE = 0x1B, IA32_SYSENTER_CS = 0x174,
                          IA32_SYSENTER_ESP = 0x175, IA32_SYSENTER_EIP = 0x176,
                          IA32_EFER = 0xC0000080;
}

namespace efer {
inline constexpr uint32_t NXE = 1U << 11;
}

/// Exceptions, SDM vol. 3, table 6-1.
enum class Vector : uint8_t {
    DE = 0,
    DB = 1,
    NMI = 2,
    BP = 3,
    OF = 4,
    BR = 5,
    UD = 6,
    NM = 7,
    DF = 8,
    TS = 10,
    NP = 11,
    SS = 12,
    GP = 13,
    PF = 14,
    MF = 16,
    AC = 17,
    MC = 18,
    XM = 19,
};

} // namespace bootglass
