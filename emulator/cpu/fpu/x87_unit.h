// SPDX-License-Identifier: GPL-3.0-or-later
// What x87 instructions have in common (SDM vol. 1, 8.1 to 8.7): whether they may start, the
// register stack and its faults, and what a result's exceptions do to the status word.
//
// An unmasked exception sets ES; the next waiting instruction takes #MF. With CR0.NE = 0 the FPU
// would pull FERR# and the board answer by IRQ 13; this board leaves FERR# unconnected, as if
// IGNNE# were asserted, so the instruction goes on.
#pragma once

#include "emulator/cpu/fpu/completing.h"
#include "emulator/cpu/fpu/float80.h"

namespace bootglass::x87 {

inline constexpr uint16_t topShift = 11, topMask = 7U << topShift;
inline constexpr uint16_t initialControl = 0x37F;
inline constexpr uint16_t stackUnderflow = fpflags::IE | x87status::SF;
inline constexpr uint16_t stackOverflow = stackUnderflow | x87status::C1;

/// #NM, then (`waiting`) pending exceptions. False: a fault is pending.
template<bool waiting = true>
[[gnu::always_inline]] inline bool ready(Cpu &cpu) {
    if (cpu.cr0 & (cr0::EM | cr0::TS)) [[unlikely]]
        return cpu.raiseDecoded(Vector::NM);
    if (waiting && (cpu.x87.status & x87status::ES) && (cpu.cr0 & cr0::NE)) [[unlikely]]
        return cpu.raiseDecoded(Vector::MF);
    return true;
}

/// Remembers the instruction, and its operand if it is in memory (FOP, FCS:FIP, FDS:FDP).
[[gnu::always_inline]] inline void note(Cpu &cpu, const Insn *i) {
    X87State &fpu = cpu.x87;
    fpu.opcode = static_cast<uint16_t>((i->opcode & 7) << 8 | i->modrm);
    fpu.instructionSelector = cpu.seg[Cs].selector;
    fpu.instructionPointer = cpu.eip + i->offset;
    if (i->memory) {
        fpu.operandSelector = cpu.seg[i->segment].selector;
        fpu.operandPointer = cpu.address(i);
    }
}

// --- the register stack

inline unsigned physical(const X87State &fpu, unsigned number) {
    return (fpu.top() + number) & 7;
}
inline bool isEmpty(const X87State &fpu, unsigned number) {
    return fpu.empty >> physical(fpu, number) & 1;
}
inline const Float80 &st(const X87State &fpu, unsigned number) {
    return fpu.registers[physical(fpu, number)];
}
/// Writes ST(number), which then is in use.
inline void setSt(X87State &fpu, unsigned number, const Float80 &value) {
    unsigned index = physical(fpu, number);
    fpu.registers[index] = value;
    fpu.empty = static_cast<uint8_t>(fpu.empty & ~(1U << index));
}
inline void setTop(X87State &fpu, unsigned top) {
    fpu.status = static_cast<uint16_t>((fpu.status & ~topMask) | (top & 7) << topShift);
}
inline void free(X87State &fpu, unsigned number) {
    fpu.empty = static_cast<uint8_t>(fpu.empty | 1U << physical(fpu, number));
}
inline void pop(X87State &fpu) {
    free(fpu, 0);
    setTop(fpu, fpu.top() + 1);
}

// --- exceptions

/// ES and B follow from flags and masks.
inline void updateSummary(X87State &fpu) {
    constexpr uint16_t summary = x87status::ES | x87status::B;
    bool unmasked = fpu.status & ~fpu.control & fpflags::all;
    fpu.status = static_cast<uint16_t>(unmasked ? fpu.status | summary : fpu.status & ~summary);
}

/// Adds what an operation raised; C1 is taken from it. False: an unmasked exception forbids the
/// result (and pushes and pops).
[[gnu::always_inline]] inline bool signal(X87State &fpu, uint16_t raised) {
    fpu.status = static_cast<uint16_t>((fpu.status & ~x87status::C1) | raised);
    auto unmasked = static_cast<uint16_t>(raised & ~fpu.control & fpflags::all);
    if (unmasked != 0) [[unlikely]]
        fpu.status |= x87status::ES | x87status::B;
    return !(unmasked & fpflags::before);
}

/// The same of instructions that leave C1 alone unless the stack is at fault (FCMOVcc, FCOMI), as
/// processors do.
inline bool signalKeepingC1(X87State &fpu, uint16_t raised) {
    auto kept = static_cast<uint16_t>(raised & x87status::SF ? 0 : fpu.status & x87status::C1);
    bool goesOn = signal(fpu, raised);
    fpu.status |= kept;
    return goesOn;
}

/// Pushes a value that came with `raised`; an overflow of the stack outranks that.
inline void push(X87State &fpu, const FloatResult &result) {
    if (!isEmpty(fpu, 7)) {
        if (!signal(fpu, stackOverflow)) return;
        setTop(fpu, fpu.top() - 1);
        setSt(fpu, 0, float80::indefinite);
    } else if (signal(fpu, result.status)) {
        setTop(fpu, fpu.top() - 1);
        setSt(fpu, 0, result.value);
    }
}

/// Delivers a result into ST(number), or the default NaN if an operand was missing.
inline bool deliver(X87State &fpu, unsigned number, const FloatResult &result) {
    if (!signal(fpu, result.status)) return false;
    setSt(fpu, number, result.value);
    return true;
}

/// Reads of 80-bit operands.
inline Loaded<Float80> readM80(Cpu &cpu, const Insn *i) {
    uint32_t offset = cpu.address(i);
    auto low = cpu.read<uint64_t>(i->segment, offset);
    if (!low.ok) return {};
    auto high = cpu.read<uint16_t>(i->segment, offset + 8);
    return {{low.value, high.value}, high.ok};
}
inline bool writeM80(Cpu &cpu, const Insn *i, const Float80 &value) {
    uint32_t offset = cpu.address(i);
    return cpu.probeWrite(i->segment, offset, 10) &&
           cpu.write<uint64_t>(i->segment, offset, value.significand) &&
           cpu.write<uint16_t>(i->segment, offset + 8, value.signExponent);
}

// The parts of the unit; each is defined beside its instructions.
void addArithmetic(HandlerTable &table);
void addComparisons(HandlerTable &table);
void addLoadsAndStores(HandlerTable &table);
void addControl(HandlerTable &table);
void addFunctions(HandlerTable &table);

} // namespace bootglass::x87
