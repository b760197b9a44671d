// SPDX-License-Identifier: GPL-3.0-or-later
// What MMX, SSE and SSE2 instructions have in common: whether they may start (SDM vol. 3, tables
// 14-1 and 12-1), their registers, and operands in memory. An MMX register is the significand of an
// x87 register; using one sets TOP to 0 and marks all eight as in use (SDM vol. 3, 12.2).
#pragma once

#include "emulator/cpu/fpu/completing.h"
#include "emulator/cpu/fpu/x87_unit.h"

#include <array>
#include <bit>

namespace bootglass::simd {

/// #UD, #NM for SSE.
[[gnu::always_inline]] inline bool readySse(Cpu &cpu) {
    if ((cpu.cr0 & cr0::EM) || !(cpu.cr4 & cr4::OSFXSR)) [[unlikely]]
        return cpu.raiseDecoded(Vector::UD);
    if (cpu.cr0 & cr0::TS) [[unlikely]]
        return cpu.raiseDecoded(Vector::NM);
    return true;
}
/// #UD, #NM, #MF for MMX.
inline bool readyMmx(Cpu &cpu) {
    if (cpu.cr0 & cr0::EM) return cpu.raiseDecoded(Vector::UD);
    return x87::ready(cpu);
}
/// For instructions with operands of both kinds.
inline bool readyBoth(Cpu &cpu) {
    return readySse(cpu) && readyMmx(cpu);
}

inline void enterMmx(X87State &fpu) {
    x87::setTop(fpu, 0);
    fpu.empty = 0;
}
inline uint64_t mmx(const Cpu &cpu, unsigned number) {
    return cpu.x87.registers[number & 7].significand;
}
inline void setMmx(Cpu &cpu, unsigned number, uint64_t value) {
    cpu.x87.registers[number & 7] = {value, 0xFFFF};
}
inline Xmm &xmm(Cpu &cpu, unsigned number) {
    return cpu.sse.xmm[number & 7];
}

/// 16-byte operands in memory must be aligned, or #GP.
inline bool aligned(Cpu &cpu, const Insn *i) {
    uint32_t linear = cpu.seg[i->segment].base + cpu.address(i);
    return (linear & 15) == 0 || cpu.raise(Vector::GP);
}
inline Loaded<Xmm> readAligned(Cpu &cpu, const Insn *i) {
    if (!aligned(cpu, i)) return {};
    return cpu.read<Xmm>(i->segment, cpu.address(i));
}

/// The E operand: an XMM register or aligned memory.
template<bool memory>
Loaded<Xmm> readW(Cpu &cpu, const Insn *i) {
    if constexpr (memory)
        return readAligned(cpu, i);
    else
        return {xmm(cpu, i->rm), true};
}
/// Its low part: scalars, which need no alignment.
template<typename T, bool memory>
Loaded<T> readScalar(Cpu &cpu, const Insn *i) {
    if constexpr (memory)
        return cpu.read<T>(i->segment, cpu.address(i));
    else
        return {static_cast<T>(xmm(cpu, i->rm).q[0]), true};
}
template<bool memory>
Loaded<uint64_t> readQ(Cpu &cpu, const Insn *i) {
    if constexpr (memory)
        return cpu.read<uint64_t>(i->segment, cpu.address(i));
    else
        return {mmx(cpu, i->rm), true};
}

// --- lanes of a register: R is uint64_t (MMX) or Xmm

template<typename T, typename R>
using Lanes = std::array<T, sizeof(R) / sizeof(T)>;

template<typename T, typename R>
Lanes<T, R> split(const R &value) {
    return std::bit_cast<Lanes<T, R>>(value);
}
template<typename R, typename T, size_t count>
R join(const std::array<T, count> &lanes) {
    return std::bit_cast<R>(lanes);
}
/// The low lane of an XMM register, the rest left as it is.
template<typename T>
void setLow(Xmm &target, T value) {
    auto lanes = split<T>(target);
    lanes[0] = value;
    target = join<Xmm>(lanes);
}

// The parts; each is defined beside its instructions.
void addPacked(HandlerTable &table);
void addMoves(HandlerTable &table);
void addShuffles(HandlerTable &table);
void addFloatArithmetic(HandlerTable &table);
void addConversions(HandlerTable &table);
void addState(HandlerTable &table);

} // namespace bootglass::simd
