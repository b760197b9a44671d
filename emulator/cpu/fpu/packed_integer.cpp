// SPDX-License-Identifier: GPL-3.0-or-later
// Integer arithmetic, comparisons, logic and shifts on packed lanes, once for MMX and XMM
// registers: SDM vol. 1, 9.4 and 11.4.2. Each operation is a function of two registers of either
// kind.
#include "emulator/cpu/fpu/sse_unit.h"

#include <algorithm>
#include <limits>

namespace bootglass::simd {

namespace {

/// function(a, b) in each lane of type T.
template<typename T, auto function>
constexpr auto lanewise = []<typename R>(const R &a, const R &b) {
    auto x = split<T>(a);
    auto y = split<T>(b);
    for (size_t n = 0; n < x.size(); ++n)
        x[n] = static_cast<T>(function(x[n], y[n]));
    return join<R>(x);
};

constexpr auto plus = [](auto a, auto b) { return a + b; };
constexpr auto minus = [](auto a, auto b) { return a - b; };
constexpr auto smaller = [](auto a, auto b) { return std::min(a, b); };
constexpr auto larger = [](auto a, auto b) { return std::max(a, b); };
constexpr auto equal = [](auto a, auto b) { return a == b ? -1 : 0; };
constexpr auto greater = [](auto a, auto b) { return a > b ? -1 : 0; };
constexpr auto average = [](auto a, auto b) { return (a + b + 1) >> 1; };
constexpr auto bitAnd = [](auto a, auto b) { return a & b; };
constexpr auto bitAndNot = [](auto a, auto b) { return ~a & b; };
constexpr auto bitOr = [](auto a, auto b) { return a | b; };
constexpr auto bitXor = [](auto a, auto b) { return a ^ b; };
constexpr auto highProduct = [](auto a, auto b) { return a * b >> 16; };

template<typename T>
constexpr T saturate(int32_t value) {
    return static_cast<T>(
        std::clamp<int32_t>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
}
template<typename T>
constexpr auto addSaturated = [](T a, T b) { return saturate<T>(a + b); };
template<typename T>
constexpr auto subtractSaturated = [](T a, T b) { return saturate<T>(a - b); };

constexpr auto highUnsigned = [](uint16_t a, uint16_t b) {
    return static_cast<uint32_t>(a) * b >> 16;
};
constexpr auto lowUnsigned = [](uint16_t a, uint16_t b) { return static_cast<uint32_t>(a) * b; };

/// Interleaves the lanes of the low or high halves.
template<typename T, bool high>
constexpr auto unpack = []<typename R>(const R &a, const R &b) {
    auto x = split<T>(a);
    auto y = split<T>(b);
    auto out = x;
    size_t from = high ? x.size() / 2 : 0;
    for (size_t n = 0; n < x.size() / 2; ++n) {
        out[2 * n] = x[from + n];
        out[2 * n + 1] = y[from + n];
    }
    return join<R>(out);
};

/// Narrows lanes with saturation: those of a, then those of b.
template<typename Wide, typename Narrow>
constexpr auto pack = []<typename R>(const R &a, const R &b) {
    auto x = split<Wide>(a);
    auto y = split<Wide>(b);
    Lanes<Narrow, R> out{};
    for (size_t n = 0; n < x.size(); ++n) {
        out[n] = saturate<Narrow>(x[n]);
        out[x.size() + n] = saturate<Narrow>(y[n]);
    }
    return join<R>(out);
};

/// Products of the even 32-bit lanes.
constexpr auto multiplyEven = []<typename R>(const R &a, const R &b) {
    auto x = split<uint64_t>(a);
    auto y = split<uint64_t>(b);
    for (size_t n = 0; n < x.size(); ++n)
        x[n] = (x[n] & 0xFFFFFFFF) * (y[n] & 0xFFFFFFFF);
    return join<R>(x);
};

constexpr auto multiplyAdd = []<typename R>(const R &a, const R &b) {
    auto x = split<int16_t>(a);
    auto y = split<int16_t>(b);
    Lanes<uint32_t, R> out{};
    for (size_t n = 0; n < out.size(); ++n) {
        int32_t first = x[2 * n] * y[2 * n];
        int32_t second = x[2 * n + 1] * y[2 * n + 1];
        out[n] = static_cast<uint32_t>(first) + static_cast<uint32_t>(second);
    }
    return join<R>(out);
};

/// Sums of absolute differences of eight bytes each.
constexpr auto absoluteDifferences = []<typename R>(const R &a, const R &b) {
    auto x = split<uint8_t>(a);
    auto y = split<uint8_t>(b);
    Lanes<uint64_t, R> out{};
    for (size_t n = 0; n < x.size(); ++n)
        out[n / 8] += static_cast<uint64_t>(std::max(x[n], y[n]) - std::min(x[n], y[n]));
    return join<R>(out);
};

// --- shifts: (register, count)

enum class Shift { Left, Right };

/// A count beyond the lane clears it, or fills it with the sign.
template<typename T, Shift direction>
constexpr auto shift = []<typename R>(const R &a, uint64_t count) {
    auto x = split<T>(a);
    constexpr uint64_t bits = 8 * sizeof(T);
    if (count >= bits) {
        if constexpr (!std::is_signed_v<T>) return R{};
        count = bits - 1;
    }
    for (T &lane : x)
        lane = static_cast<T>(direction == Shift::Left ? lane << count : lane >> count);
    return join<R>(x);
};

template<Shift direction>
constexpr auto shiftBytes = [](const Xmm &a, uint64_t count) {
    auto bytes = split<uint8_t>(a);
    decltype(bytes) out{};
    for (size_t n = 0; n < 16; ++n) {
        uint64_t from = direction == Shift::Left ? n - count : n + count;
        if (from < 16) out[n] = bytes[from];
    }
    return join<Xmm>(out);
};

// --- handlers

/// `narrow`: the memory operand has 32 bits (PUNPCKL).
template<auto operation, bool memory, bool narrow>
bool pq(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    Loaded<uint64_t> source;
    if constexpr (narrow && memory) {
        auto half = cpu.read<uint32_t>(i->segment, cpu.address(i));
        source = {half.value, half.ok};
    } else {
        source = readQ<memory>(cpu, i);
    }
    if (!source.ok) return false;
    enterMmx(cpu.x87);
    setMmx(cpu, i->reg, operation(mmx(cpu, i->reg), source.value));
    return true;
}

template<auto operation, bool memory>
bool vw(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readW<memory>(cpu, i);
    if (!source.ok) return false;
    Xmm &target = xmm(cpu, i->reg);
    target = operation(target, source.value);
    return true;
}

template<auto operation, bool memory>
bool shiftPq(Cpu &cpu, const Insn *i) {
    return pq<operation, memory, false>(cpu, i);
}

/// The count is the low half of the operand.
template<auto operation>
constexpr auto byLowHalf = [](const Xmm &a, const Xmm &b) { return operation(a, b.q[0]); };

template<auto operation>
bool shiftQi(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    enterMmx(cpu.x87);
    setMmx(cpu, i->rm, operation(mmx(cpu, i->rm), uint64_t{i->imm & 0xFF}));
    return true;
}

template<auto operation>
bool shiftWi(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    Xmm &target = xmm(cpu, i->rm);
    target = operation(target, uint64_t{i->imm & 0xFF});
    return true;
}

template<auto operation, bool narrow = false>
void addBoth(HandlerTable &table, Op forMmx, Op forXmm) {
    addCompleting<pq<operation, false, narrow>, pq<operation, true, narrow>>(table, forMmx);
    addCompleting<vw<operation, false>, vw<operation, true>>(table, forXmm);
}

template<auto operation>
void addXmm(HandlerTable &table, Op op) {
    addCompleting<vw<operation, false>, vw<operation, true>>(table, op);
}

template<auto operation>
void addShift(HandlerTable &table, Op q, Op w, Op qi, Op wi) {
    addCompleting<shiftPq<operation, false>, shiftPq<operation, true>>(table, q);
    addXmm<byLowHalf<operation>>(table, w);
    addCompleting<shiftQi<operation>>(table, qi);
    addCompleting<shiftWi<operation>>(table, wi);
}

void addShifts(HandlerTable &table) {
    using enum Op;
    addShift<shift<uint16_t, Shift::Right>>(table, PsrlwPQ, PsrlwVW, PsrlwQI, PsrlwWI);
    addShift<shift<uint32_t, Shift::Right>>(table, PsrldPQ, PsrldVW, PsrldQI, PsrldWI);
    addShift<shift<uint64_t, Shift::Right>>(table, PsrlqPQ, PsrlqVW, PsrlqQI, PsrlqWI);
    addShift<shift<int16_t, Shift::Right>>(table, PsrawPQ, PsrawVW, PsrawQI, PsrawWI);
    addShift<shift<int32_t, Shift::Right>>(table, PsradPQ, PsradVW, PsradQI, PsradWI);
    addShift<shift<uint16_t, Shift::Left>>(table, PsllwPQ, PsllwVW, PsllwQI, PsllwWI);
    addShift<shift<uint32_t, Shift::Left>>(table, PslldPQ, PslldVW, PslldQI, PslldWI);
    addShift<shift<uint64_t, Shift::Left>>(table, PsllqPQ, PsllqVW, PsllqQI, PsllqWI);
    addCompleting<shiftWi<shiftBytes<Shift::Right>>>(table, PsrldqWI);
    addCompleting<shiftWi<shiftBytes<Shift::Left>>>(table, PslldqWI);
}

void addArrangements(HandlerTable &table) {
    using enum Op;
    addBoth<unpack<uint8_t, false>, true>(table, PunpcklbwPQ, PunpcklbwVW);
    addBoth<unpack<uint16_t, false>, true>(table, PunpcklwdPQ, PunpcklwdVW);
    addBoth<unpack<uint32_t, false>, true>(table, PunpckldqPQ, PunpckldqVW);
    addBoth<unpack<uint8_t, true>>(table, PunpckhbwPQ, PunpckhbwVW);
    addBoth<unpack<uint16_t, true>>(table, PunpckhwdPQ, PunpckhwdVW);
    addBoth<unpack<uint32_t, true>>(table, PunpckhdqPQ, PunpckhdqVW);
    addXmm<unpack<uint64_t, false>>(table, PunpcklqdqVW); // and UNPCKLPD
    addXmm<unpack<uint64_t, true>>(table, PunpckhqdqVW);
    addXmm<unpack<uint32_t, false>>(table, Unpcklps);
    addXmm<unpack<uint32_t, true>>(table, Unpckhps);
    addBoth<pack<int16_t, int8_t>>(table, PacksswbPQ, PacksswbVW);
    addBoth<pack<int16_t, uint8_t>>(table, PackuswbPQ, PackuswbVW);
    addBoth<pack<int32_t, int16_t>>(table, PackssdwPQ, PackssdwVW);
}

} // namespace

void addPacked(HandlerTable &table) {
    using enum Op;
    addArrangements(table);
    addShifts(table);
    addBoth<lanewise<uint8_t, plus>>(table, PaddbPQ, PaddbVW);
    addBoth<lanewise<uint16_t, plus>>(table, PaddwPQ, PaddwVW);
    addBoth<lanewise<uint32_t, plus>>(table, PadddPQ, PadddVW);
    addBoth<lanewise<uint64_t, plus>>(table, PaddqPQ, PaddqVW);
    addBoth<lanewise<uint8_t, minus>>(table, PsubbPQ, PsubbVW);
    addBoth<lanewise<uint16_t, minus>>(table, PsubwPQ, PsubwVW);
    addBoth<lanewise<uint32_t, minus>>(table, PsubdPQ, PsubdVW);
    addBoth<lanewise<uint64_t, minus>>(table, PsubqPQ, PsubqVW);
    addBoth<lanewise<uint8_t, addSaturated<uint8_t>>>(table, PaddusbPQ, PaddusbVW);
    addBoth<lanewise<uint16_t, addSaturated<uint16_t>>>(table, PadduswPQ, PadduswVW);
    addBoth<lanewise<int8_t, addSaturated<int8_t>>>(table, PaddsbPQ, PaddsbVW);
    addBoth<lanewise<int16_t, addSaturated<int16_t>>>(table, PaddswPQ, PaddswVW);
    addBoth<lanewise<uint8_t, subtractSaturated<uint8_t>>>(table, PsubusbPQ, PsubusbVW);
    addBoth<lanewise<uint16_t, subtractSaturated<uint16_t>>>(table, PsubuswPQ, PsubuswVW);
    addBoth<lanewise<int8_t, subtractSaturated<int8_t>>>(table, PsubsbPQ, PsubsbVW);
    addBoth<lanewise<int16_t, subtractSaturated<int16_t>>>(table, PsubswPQ, PsubswVW);
    addBoth<lanewise<uint8_t, smaller>>(table, PminubPQ, PminubVW);
    addBoth<lanewise<uint8_t, larger>>(table, PmaxubPQ, PmaxubVW);
    addBoth<lanewise<int16_t, smaller>>(table, PminswPQ, PminswVW);
    addBoth<lanewise<int16_t, larger>>(table, PmaxswPQ, PmaxswVW);
    addBoth<lanewise<uint8_t, average>>(table, PavgbPQ, PavgbVW);
    addBoth<lanewise<uint16_t, average>>(table, PavgwPQ, PavgwVW);
    addBoth<lanewise<uint8_t, equal>>(table, PcmpeqbPQ, PcmpeqbVW);
    addBoth<lanewise<uint16_t, equal>>(table, PcmpeqwPQ, PcmpeqwVW);
    addBoth<lanewise<uint32_t, equal>>(table, PcmpeqdPQ, PcmpeqdVW);
    addBoth<lanewise<int8_t, greater>>(table, PcmpgtbPQ, PcmpgtbVW);
    addBoth<lanewise<int16_t, greater>>(table, PcmpgtwPQ, PcmpgtwVW);
    addBoth<lanewise<int32_t, greater>>(table, PcmpgtdPQ, PcmpgtdVW);
    addBoth<lanewise<uint64_t, bitAnd>>(table, PandPQ, PandVW);
    addBoth<lanewise<uint64_t, bitAndNot>>(table, PandnPQ, PandnVW);
    addBoth<lanewise<uint64_t, bitOr>>(table, PorPQ, PorVW);
    addBoth<lanewise<uint64_t, bitXor>>(table, PxorPQ, PxorVW);
    addBoth<lanewise<uint16_t, lowUnsigned>>(table, PmullwPQ, PmullwVW);
    addBoth<lanewise<int16_t, highProduct>>(table, PmulhwPQ, PmulhwVW);
    addBoth<lanewise<uint16_t, highUnsigned>>(table, PmulhuwPQ, PmulhuwVW);
    addBoth<multiplyEven>(table, PmuludqPQ, PmuludqVW);
    addBoth<multiplyAdd>(table, PmaddwdPQ, PmaddwdVW);
    addBoth<absoluteDifferences>(table, PsadbwPQ, PsadbwVW);
}

} // namespace bootglass::simd
