// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/host.h"

#include "emulator/cpu/registers.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace bootglass::jit {

HostFeatures HostFeatures::present() {
    __builtin_cpu_init();
    const char *without = std::getenv("BOOTGLASS_WITHOUT");
    const bool hidden = without && std::string_view(without) == "bmi2";
    return {.bmi2 = __builtin_cpu_supports("bmi2") != 0 && !hidden};
}

std::string whyNoTranslation(HostFeatures features) {
    if (!features.bmi2)
        return "this host's processor has no BMI2 instructions, so guests are interpreted";
    return {};
}

namespace {

/// Runs `instruction` on EAX and ECX with the given arithmetic flags; the flags afterwards.
#define BOOTGLASS_TRY(name, instruction)                                                           \
    uint32_t name(uint32_t before, uint32_t eax, uint32_t ecx) {                                   \
        uint64_t flags = before | eflags::alwaysOne;                                               \
        uint32_t edx = 0x12345678;                                                                 \
        asm volatile("push %0; popfq; " instruction "; pushfq; pop %0"                             \
                     : "+r"(flags), "+a"(eax), "+c"(ecx), "+d"(edx)                                \
                     :                                                                             \
                     : "cc", "memory");                                                            \
        return static_cast<uint32_t>(flags) & eflags::arithmetic;                                  \
    }
BOOTGLASS_TRY(tryShl, "shll %%cl, %%eax")
BOOTGLASS_TRY(trySar, "sarl $5, %%eax")
BOOTGLASS_TRY(tryShr, "shrw $1, %%ax")
BOOTGLASS_TRY(tryShld, "shldl $3, %%edx, %%eax")
BOOTGLASS_TRY(tryMul, "mull %%ecx")
BOOTGLASS_TRY(tryImul, "imull %%ecx, %%eax")
BOOTGLASS_TRY(tryBsf, "bsfl %%ecx, %%eax")
BOOTGLASS_TRY(tryBsr, "bsrl %%ecx, %%eax")
BOOTGLASS_TRY(tryAnd, "andl %%ecx, %%eax")
BOOTGLASS_TRY(tryTest, "testb %%cl, %%al")
BOOTGLASS_TRY(tryBts, "btsl %%ecx, %%eax")
#undef BOOTGLASS_TRY

HostFlags probe() {
    HostFlags result{true, true, true, true, true};
    constexpr uint32_t kept = eflags::ZF | eflags::SF | eflags::AF | eflags::PF;
    for (uint32_t before : {uint32_t{0}, eflags::arithmetic, eflags::AF, kept, eflags::CF}) {
        for (uint32_t n = 1; n < 200; ++n) {
            uint32_t a = n * 0x9E3779B1;
            uint32_t c = n * 0x85EBCA77 >> n % 29;
            if ((c & 31) != 0) result.shiftsSetAf &= (tryShl(before, a, c) & eflags::AF) != 0;
            for (auto *shift : {trySar, tryShr, tryShld})
                result.shiftsSetAf &= (shift(before, a, c) & eflags::AF) != 0;
            for (auto *multiply : {tryMul, tryImul})
                result.multiplicationsKeepZf &= ((multiply(before, a, c) ^ before) & kept) == 0;
            uint32_t source = n % 7 == 0 ? 0 : c;
            auto scanned = [source](uint32_t found) {
                if (source == 0) return eflags::ZF | eflags::PF;
                return __builtin_popcount(found) & 1 ? uint32_t{0} : eflags::PF;
            };
            auto first = static_cast<uint32_t>(source ? __builtin_ctz(source) : 0);
            auto last = static_cast<uint32_t>(source ? 31 - __builtin_clz(source) : 0);
            result.scansAreCanonical &= tryBsf(before, a, source) == scanned(first);
            result.scansAreCanonical &= tryBsr(before, a, source) == scanned(last);
            for (auto *logic : {tryAnd, tryTest})
                result.logicClearsAf &= (logic(before, a, c) & eflags::AF) == 0;
            result.bitTestsKeepOthers &= ((tryBts(before, a, c) ^ before) & ~eflags::CF) == 0;
        }
    }
    return result;
}

} // namespace

const HostFlags &HostFlags::instance() {
    static const HostFlags flags = probe();
    return flags;
}

} // namespace bootglass::jit
