// SPDX-License-Identifier: GPL-3.0-or-later
#include "case_generator.h"

#include "emulator/cpu/registers.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

namespace bootglass::silicon {

uint32_t CaseGenerator::interesting() {
    static constexpr uint32_t values[] = {
        0,          1,      2,       0x7F,       0x80,       0xFF,       0x7FFF,
        0x8000,     0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE,
        0xAAAAAAAA, 31,     32,      33,         0x80808080};
    switch (below(4)) {
    case 0: return values[below(std::size(values))];
    case 1: return below(256);
    default: return static_cast<uint32_t>(random_());
    }
}

uint64_t CaseGenerator::interestingDouble() {
    static constexpr uint64_t values[] = {
        0,
        0x8000000000000000, // -0
        0x3FF0000000000000, // 1
        0xBFF0000000000000,
        0x7FF0000000000000, // infinity
        0xFFF0000000000000,
        0x7FF8000000000000, // QNaN
        0x7FF0000000000001, // SNaN
        0x0000000000000001, // the smallest denormal
        0x000FFFFFFFFFFFFF,
        0x0010000000000000, // the smallest normal
        0x7FEFFFFFFFFFFFFF, // the largest
        0x41E0000000000000, // 2^31
        0xC1E0000000000000,
        0x3FE0000000000000, // a half
        0x43E0000000000000, // 2^63
    };
    switch (below(3)) {
    case 0: return values[below(std::size(values))];
    case 1: // near one, so that sums cancel
        return (random_() & 0x800FFFFFFFFFFFFF) | static_cast<uint64_t>(0x3F0 + below(32)) << 52;
    default: return random_();
    }
}

uint64_t CaseGenerator::interestingFloats() {
    static constexpr uint32_t values[] = {0,          0x80000000, 0x3F800000, 0xBF800000,
                                          0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001,
                                          0x00000001, 0x007FFFFF, 0x00800000, 0x7F7FFFFF,
                                          0x4F000000, 0xCF000000, 0x3F000000};
    auto one = [&]() -> uint64_t {
        switch (below(3)) {
        case 0: return values[below(std::size(values))];
        case 1: return (static_cast<uint32_t>(random_()) & 0x807FFFFF) | (0x70 + below(32)) << 23;
        default: return static_cast<uint32_t>(random_());
        }
    };
    return one() | one() << 32;
}

void CaseGenerator::fillFloats(FloatImage &fx) {
    // MXCSR: exceptions masked, sometimes not; every rounding; flush to zero and
    // denormals-are-zeros.
    uint32_t mxcsr = (oneIn(8) ? static_cast<uint32_t>(random_()) & 0x1F80 : 0x1F80) |
                     (static_cast<uint32_t>(random_()) & 0x603F) |
                     (oneIn(4) ? 0x8040U & static_cast<uint32_t>(random_()) : 0);
    // A flag that is set already raises nothing: only the operation's own count.
    fx.put(FloatImage::mxcsrAt, mxcsr);
    fx.put(FloatImage::mxcsrMaskAt, uint32_t{0xFFFF});
    static constexpr uint16_t precisions[] = {0x000, 0x200, 0x300};
    auto control = static_cast<uint16_t>(0x7F | precisions[below(3)] | below(4) << 10);
    if (oneIn(2)) control = 0x37F;
    fx.put(FloatImage::controlAt, control);
    fx.put(FloatImage::statusAt,
           static_cast<uint16_t>((random_() & 0x7F00 & ~0x3800ULL) | below(8) << 11));
    fx.put(FloatImage::tagsAt, static_cast<uint8_t>(oneIn(3) ? random_() : 0xFF));
    for (unsigned n = 0; n < 8; ++n) {
        size_t at = FloatImage::registersAt + 16 * n;
        static constexpr uint16_t exponents[] = {0,      1,      0x3FFF, 0x4000, 0x7FFE,
                                                 0x7FFF, 0x3F80, 0x403E, 0x401E, 0x3C00};
        uint64_t significand = random_();
        if (oneIn(4)) significand &= 0xFFFF000000000000;
        if (!oneIn(16)) significand |= uint64_t{1} << 63; // else unnormal or denormal
        if (oneIn(8)) significand = uint64_t{1} << 63;
        auto exponent = static_cast<uint16_t>(0x3FF0 + below(0x40));
        if (oneIn(3)) exponent = exponents[below(std::size(exponents))];
        if (exponent == 0 && oneIn(2)) significand = 0;
        fx.put(at, significand);
        fx.put(at + 8, static_cast<uint16_t>(exponent | (oneIn(2) ? 0x8000 : 0)));
        bool doubles = oneIn(2);
        for (unsigned half = 0; half < 2; ++half)
            fx.put(FloatImage::xmmAt + 16 * n + 8 * half, oneIn(6)  ? random_()
                                                          : doubles ? interestingDouble()
                                                                    : interestingFloats());
    }
}

State CaseGenerator::randomState() {
    State state;
    for (auto &r : state.gpr)
        r = interesting();
    state.eflags = static_cast<uint32_t>(random_()) & eflags::arithmetic;
    state.fx.put(FloatImage::controlAt, uint16_t{0x37F});
    state.fx.put(FloatImage::mxcsrAt, uint32_t{0x1F80});
    state.fx.put(FloatImage::mxcsrMaskAt, uint32_t{0xFFFF});
    return state;
}

void CaseGenerator::append(Case &test, std::initializer_list<unsigned> bytes) {
    for (unsigned byte : bytes) {
        test.code32.push_back(static_cast<uint8_t>(byte));
        test.code64.push_back(static_cast<uint8_t>(byte));
    }
}

void CaseGenerator::appendLittle(Case &test, uint32_t value, unsigned bytes) {
    for (unsigned n = 0; n < bytes; ++n)
        append(test, {value >> 8 * n & 0xFF});
}

void CaseGenerator::placeWindow(Case &test, uint32_t around, uint32_t bytes) {
    uint32_t first = around - bytes / 3;
    test.windowFirst = std::clamp(first, dataFirst, dataEnd - bytes);
    test.window.resize(bytes);
    bool doubles = oneIn(2);
    for (size_t n = 0; n + 8 <= test.window.size(); n += 8) {
        uint64_t value = test.usesFloat && !oneIn(4)
                             ? (doubles ? interestingDouble() : interestingFloats())
                             : uint64_t{interesting()} << 32 | interesting();
        std::memcpy(test.window.data() + n, &value, 8);
    }
}

void CaseGenerator::registerOperand(Case &test, unsigned reg, unsigned rm) {
    append(test, {0xC0 | reg << 3 | rm});
    placeWindow(test, dataFirst + 0x1000);
}

void CaseGenerator::memoryOperand(Case &test, unsigned reg, uint32_t bytes, bool aligned) {
    uint32_t target = dataFirst + 256 + below(dataBytes - 512);
    if (oneIn(6)) target = dataFirst + 0x1000 * (1 + below(3)) - below(bytes + 2); // a page's end
    if (oneIn(12)) target = dataEnd - below(bytes + 4); // into the page that is not there
    if (aligned && !oneIn(8)) target &= ~15U;
    test.target = target;
    placeWindow(test, target);

    unsigned mod = below(3);
    unsigned rm = below(8);
    auto &gpr = test.state.gpr;
    uint32_t displacement =
        mod == 1 ? static_cast<uint32_t>(static_cast<int8_t>(random_())) : interesting();
    if (mod == 0 && rm != 4) displacement = 0;
    if (rm == 4) {
        unsigned scale = below(4), index = below(8), base = below(8);
        bool noBase = mod == 0 && base == 5;
        if (mod == 0 && !noBase) displacement = 0;
        uint32_t scaled = index == 4 ? 0 : gpr[index] << scale;
        if (noBase) {
            displacement = target - scaled;
        } else if (base == index) {
            gpr[base] = 0;
            if (mod != 2) {
                index = 4;
                gpr[base] = target - displacement;
            } else {
                displacement = target;
            }
        } else {
            gpr[base] = target - scaled - displacement;
        }
        append(test, {mod << 6 | reg << 3 | 4, scale << 6 | index << 3 | base});
        if (noBase) appendLittle(test, displacement, 4);
    } else if (mod == 0 && rm == 5) {
        // An absolute address; in 64-bit code it takes a SIB byte.
        test.code32.push_back(static_cast<uint8_t>(reg << 3 | 5));
        test.code64.push_back(static_cast<uint8_t>(reg << 3 | 4));
        test.code64.push_back(0x25);
        appendLittle(test, target, 4);
    } else {
        gpr[rm] = target - displacement;
        append(test, {mod << 6 | reg << 3 | rm});
    }
    if (mod == 1) appendLittle(test, displacement, 1);
    if (mod == 2) appendLittle(test, displacement, 4);
}

void CaseGenerator::stringOperands(Case &test) {
    uint32_t around = dataFirst + 0x1000 * (1 + below(4)) - 64 + below(64);
    around = std::min(around, dataEnd - 1);
    test.state.gpr[Esi] = around - 24 + below(48);
    test.state.gpr[Edi] = around - 24 + below(48);
    test.state.gpr[Ebx] = around - below(256);
    test.state.gpr[Ecx] = below(12);
    if (oneIn(3)) test.state.eflags |= eflags::DF;
    placeWindow(test, around);
    // Equal stretches, so that comparisons go on.
    if (oneIn(2)) std::ranges::fill(test.window, static_cast<uint8_t>(below(3)));
}

} // namespace bootglass::silicon
