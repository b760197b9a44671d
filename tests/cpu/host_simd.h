// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one x87, MMX or SSE instruction, given as bytes, on the host's own processor and in a guest,
// from the same state: FXSAVE's image, EAX, EFLAGS and 16 bytes of memory at (E)DX. For tests that
// ask whether both end alike. Unmasked SSE exceptions would end the test program: keep them masked.
#pragma once

#include "tests/cpu/guest.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#if defined(__x86_64__)
#define BOOTGLASS_HOST_RUNS 1
#include <sys/mman.h>
#else
#define BOOTGLASS_HOST_RUNS 0
#endif

namespace bootglass::test {

/// What an instruction may read and write.
struct SimdState {
    X87State x87;
    SseState sse;
    uint32_t eax = 0;
    uint32_t eflags = 2;
    alignas(16) std::array<uint8_t, 16> memory{};
};

/// FXSAVE's image without the pointers, which processors fill in differently.
struct alignas(16) FxImage {
    std::array<uint8_t, 512> bytes{};

    void from(const SimdState &state) {
        auto valid = static_cast<uint8_t>(~state.x87.empty);
        std::memcpy(&bytes[0], &state.x87.control, 2);
        std::memcpy(&bytes[2], &state.x87.status, 2);
        bytes[4] = valid;
        std::memcpy(&bytes[24], &state.sse.mxcsr, 4);
        for (unsigned n = 0; n < 8; ++n) {
            const Float80 &value = state.x87.registers[(state.x87.top() + n) & 7];
            std::memcpy(&bytes[32 + 16 * n], &value.significand, 8);
            std::memcpy(&bytes[40 + 16 * n], &value.signExponent, 2);
            std::memcpy(&bytes[160 + 16 * n], state.sse.xmm[n].q.data(), 16);
        }
    }
    void into(SimdState &state) const {
        std::memcpy(&state.x87.control, &bytes[0], 2);
        std::memcpy(&state.x87.status, &bytes[2], 2);
        state.x87.empty = static_cast<uint8_t>(~bytes[4]);
        std::memcpy(&state.sse.mxcsr, &bytes[24], 4);
        for (unsigned n = 0; n < 8; ++n) {
            Float80 &value = state.x87.registers[(state.x87.top() + n) & 7];
            std::memcpy(&value.significand, &bytes[32 + 16 * n], 8);
            std::memcpy(&value.signExponent, &bytes[40 + 16 * n], 2);
            std::memcpy(state.sse.xmm[n].q.data(), &bytes[160 + 16 * n], 16);
        }
    }
};

#if BOOTGLASS_HOST_RUNS
class HostSimd {
  public:
    HostSimd() {
        code_ = static_cast<uint8_t *>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    }
    ~HostSimd() { munmap(code_, 4096); }
    HostSimd(const HostSimd &) = delete;
    HostSimd &operator=(const HostSimd &) = delete;
    bool ready() const { return code_ != MAP_FAILED; }

    SimdState run(std::span<const uint8_t> instruction, SimdState state) {
        // push rbx; mov rbx, rcx; fxrstor [rdi]; mov eax, [rbx]; push qword [rbx+8]; popf
        static constexpr uint8_t before[] = {0x53, 0x48, 0x89, 0xCB, 0x0F, 0xAE, 0x0F,
                                             0x8B, 0x03, 0xFF, 0x73, 0x08, 0x9D};
        // pushf; pop qword [rbx+8]; mov [rbx], eax; fxsave [rsi]; fninit; ldmxcsr [rbx+16];
        // pop rbx; ret
        static constexpr uint8_t after[] = {0x9C, 0x8F, 0x43, 0x08, 0x89, 0x03, 0x0F, 0xAE, 0x06,
                                            0xDB, 0xE3, 0x0F, 0xAE, 0x53, 0x10, 0x5B, 0xC3};
        uint8_t *at = code_;
        for (std::span<const uint8_t> part :
             {std::span<const uint8_t>(before), instruction, std::span<const uint8_t>(after)}) {
            std::memcpy(at, part.data(), part.size());
            at += part.size();
        }
        FxImage in, out;
        in.from(state);
        struct {
            uint64_t eax, flags;
            uint32_t mxcsr;
        } general{state.eax, state.eflags, 0x1F80};
        using Function = void (*)(const FxImage *, FxImage *, uint8_t *, void *);
        reinterpret_cast<Function>(code_)(&in, &out, state.memory.data(), &general);
        out.into(state);
        state.eax = static_cast<uint32_t>(general.eax);
        state.eflags = static_cast<uint32_t>(general.flags);
        return state;
    }

  private:
    uint8_t *code_;
};
#endif

class GuestSimd {
  public:
    GuestSimd() { guest_.cpu.setCr4(cr4::OSFXSR | cr4::OSXMMEXCPT); }

    /// `completed` is false if the instruction faulted.
    SimdState run(std::span<const uint8_t> instruction, SimdState state, bool &completed) {
        Cpu &cpu = guest_.cpu;
        guest_.load(Guest::codeBase, instruction);
        guest_.load(Guest::dataBase, state.memory);
        cpu.x87 = state.x87;
        cpu.sse = state.sse;
        cpu.gpr[Eax] = state.eax;
        cpu.gpr[Edx] = Guest::dataBase;
        cpu.setEflags(state.eflags);
        cpu.eip = Guest::codeBase;
        guest_.run(1);
        completed = cpu.eip == Guest::codeBase + instruction.size();
        state.x87 = cpu.x87;
        state.sse = cpu.sse;
        state.eax = cpu.gpr[Eax];
        state.eflags = cpu.eflags();
        std::memcpy(state.memory.data(), guest_.memory.ram().data() + Guest::dataBase, 16);
        return state;
    }

  private:
    Guest guest_{GuestMode::Flat};
};

/// The first difference, in words; empty if there is none.
inline std::string difference(const SimdState &ours, const SimdState &theirs) {
    char text[160] = "";
    auto differ = [&](const char *what, uint64_t high, uint64_t low, uint64_t otherHigh,
                      uint64_t other) {
        std::snprintf(text, sizeof text, "%s is %llx:%016llx, the host's %llx:%016llx", what,
                      static_cast<unsigned long long>(high), static_cast<unsigned long long>(low),
                      static_cast<unsigned long long>(otherHigh),
                      static_cast<unsigned long long>(other));
        return std::string(text);
    };
    if (ours.x87.status != theirs.x87.status)
        return differ("the status word", 0, ours.x87.status, 0, theirs.x87.status);
    if (ours.x87.control != theirs.x87.control)
        return differ("the control word", 0, ours.x87.control, 0, theirs.x87.control);
    if (ours.x87.empty != theirs.x87.empty)
        return differ("the set of empty registers", 0, ours.x87.empty, 0, theirs.x87.empty);
    for (unsigned n = 0; n < 8; ++n) {
        const Float80 &a = ours.x87.registers[n], &b = theirs.x87.registers[n];
        std::snprintf(text, sizeof text, "R%u", n);
        if (a != b)
            return differ(std::string(text).c_str(), a.signExponent, a.significand, b.signExponent,
                          b.significand);
        std::snprintf(text, sizeof text, "XMM%u", n);
        const Xmm &x = ours.sse.xmm[n], &y = theirs.sse.xmm[n];
        if (x != y) return differ(std::string(text).c_str(), x.q[1], x.q[0], y.q[1], y.q[0]);
    }
    if (ours.sse.mxcsr != theirs.sse.mxcsr)
        return differ("MXCSR", 0, ours.sse.mxcsr, 0, theirs.sse.mxcsr);
    if (ours.eax != theirs.eax) return differ("EAX", 0, ours.eax, 0, theirs.eax);
    if ((ours.eflags ^ theirs.eflags) & eflags::arithmetic)
        return differ("EFLAGS", 0, ours.eflags, 0, theirs.eflags);
    uint64_t a[2], b[2];
    std::memcpy(a, ours.memory.data(), 16);
    std::memcpy(b, theirs.memory.data(), 16);
    if (a[0] != b[0] || a[1] != b[1]) return differ("memory", a[1], a[0], b[1], b[0]);
    return {};
}

} // namespace bootglass::test
