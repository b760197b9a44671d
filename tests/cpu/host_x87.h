// SPDX-License-Identifier: GPL-3.0-or-later
// The host's own x87 as the oracle of ours: one instruction between FNINIT, loads of bit patterns
// and FNSAVE, which waits for nothing and so shows what unmasked exceptions leave behind, too.
#pragma once

#include "emulator/cpu/fpu/float80.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace bootglass::host {

/// ST(0), ST(1), ... and the status word after the instruction.
struct X87Result {
    std::array<Float80, 8> st;
    uint16_t status = 0;
    uint16_t tags = 0;
};

struct Bytes80 {
    uint64_t low = 0;
    uint16_t high = 0;
    std::array<uint16_t, 3> pad{};
};
inline Bytes80 bytesOf(const Float80 &value) {
    return {value.significand, value.signExponent, {}};
}

/// The 32-bit protected-mode image that FNSAVE writes.
struct SaveImage {
    std::array<uint32_t, 7> environment{};
    std::array<uint8_t, 80> registers{};

    X87Result result() const {
        X87Result out;
        out.status = static_cast<uint16_t>(environment[1]);
        out.tags = static_cast<uint16_t>(environment[2]);
        for (size_t i = 0; i < 8; ++i) {
            std::memcpy(&out.st[i].significand, registers.data() + 10 * i, 8);
            std::memcpy(&out.st[i].signExponent, registers.data() + 10 * i + 8, 2);
        }
        return out;
    }
};
static_assert(sizeof(SaveImage) == 108);

/// (a, b, control) → X87Result of one instruction with ST(0) = a and ST(1) = b.
using X87Function = X87Result (*)(const Float80 &, const Float80 &, uint16_t);

} // namespace bootglass::host

#if defined(__x86_64__)
#define BOOTGLASS_HOST_X87(instruction)                                                            \
    [](const Float80 &a, const Float80 &b, uint16_t control) {                                     \
        ::bootglass::host::Bytes80 x = ::bootglass::host::bytesOf(a);                              \
        ::bootglass::host::Bytes80 y = ::bootglass::host::bytesOf(b);                              \
        ::bootglass::host::SaveImage image;                                                        \
        asm volatile("fninit\n\tfldt %[y]\n\tfldt %[x]\n\tfldcw %[control]\n\t" instruction        \
                     "\n\tfnsave %[image]"                                                         \
                     : [image] "=m"(image)                                                         \
                     : [x] "m"(x), [y] "m"(y), [control] "m"(control)                              \
                     : "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc"); \
        return image.result();                                                                     \
    }
#endif
