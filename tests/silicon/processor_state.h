// SPDX-License-Identifier: GPL-3.0-or-later
// What a case starts from and what it ends with: registers, floating-point state, a window of
// memory, and the fault if there was one. The same for the host's processor and for the emulated
// one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bootglass::silicon {

/// Where operands live, at the same addresses in both. The page after the last one is not present.
inline constexpr uint32_t dataFirst = 0x0080'0000;
inline constexpr uint32_t dataBytes = 0x4000;
inline constexpr uint32_t dataEnd = dataFirst + dataBytes;
inline constexpr uint32_t codeFirst = 0x00C0'0000;

/// The image of FXSAVE (SDM vol. 2, table 3-47).
struct FloatImage {
    alignas(16) std::array<uint8_t, 512> bytes{};

    template<typename T>
    T get(size_t at) const {
        T value;
        __builtin_memcpy(&value, bytes.data() + at, sizeof(T));
        return value;
    }
    template<typename T>
    void put(size_t at, T value) {
        __builtin_memcpy(bytes.data() + at, &value, sizeof(T));
    }
    static constexpr size_t controlAt = 0, statusAt = 2, tagsAt = 4, mxcsrAt = 24, mxcsrMaskAt = 28,
                            registersAt = 32, xmmAt = 160;
};

struct State {
    std::array<uint32_t, 8> gpr{};
    uint32_t eflags = 2;
    FloatImage fx;
};

constexpr int noFault = -1;

struct Outcome {
    State state;
    std::vector<uint8_t> window; // memory around the operand, afterwards
    int vector = noFault;
    uint32_t errorCode = 0;
    uint32_t faultAddress = 0; // of a page fault
};

struct Case {
    std::string name;
    std::vector<uint8_t> code32; // for the emulated CPU
    std::vector<uint8_t> code64; // the same instruction in 64-bit code
    State state;
    uint32_t windowFirst = dataFirst;
    std::vector<uint8_t> window;
    uint32_t target = 0; // the memory operand's address
    uint32_t undefinedFlags = 0;
    bool repeats = false;      // a string instruction with a REP prefix
    unsigned instructions = 1; // a branch has one behind it
    bool usesFloat = false;
    uint8_t opcode = 0, modrm = 0;
    /// Parts of the window that processors fill in differently, by offset and size.
    std::vector<std::pair<size_t, size_t>> ignored;
};

} // namespace bootglass::silicon
