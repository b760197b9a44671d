// SPDX-License-Identifier: GPL-3.0-or-later
// Conversions between singles, doubles and 32-bit integers in all register files: SDM vol.
// 1, 10.4.3 and 11.4.1.6 (figure 11-8).
#include "emulator/cpu/fpu/sse_exceptions.h"

namespace bootglass::simd {

namespace {

/// `count` lanes of From at the E operand's beginning. Whole registers must be aligned.
template<typename From, size_t count, bool memory>
Loaded<Xmm> readLanes(Cpu &cpu, const Insn *i) {
    if constexpr (count * sizeof(From) == 16) {
        return readW<memory>(cpu, i);
    } else {
        auto half = readScalar<uint64_t, memory>(cpu, i);
        return {{{half.value, 0}}, half.ok};
    }
}

/// Converts the first lanes into `out`; the flags of all.
template<typename From, typename To, size_t count, auto convert>
uint16_t convertLanes(const Xmm &source, Lanes<To, Xmm> &out, const SseControl &control) {
    auto lanes = split<From>(source);
    uint16_t flags = 0;
    for (size_t n = 0; n < count; ++n) {
        SseResult<To> result = convert(lanes[n], control);
        out[n] = result.bits;
        flags |= result.flags;
    }
    return flags;
}

/// XMM or memory → XMM; lanes without a source become zero.
template<typename From, typename To, size_t count, auto convert, bool memory>
bool packed(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readLanes<From, count, memory>(cpu, i);
    if (!source.ok) return false;
    Lanes<To, Xmm> out{};
    SseControl control(cpu.sse.mxcsr);
    if (!signalSse(cpu, convertLanes<From, To, count, convert>(source.value, out, control)))
        return false;
    xmm(cpu, i->reg) = join<Xmm>(out);
    return true;
}

/// The lowest lane of an XMM register or memory → the lowest lane of another.
template<typename From, typename To, auto convert, bool memory>
bool scalar(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readScalar<From, memory>(cpu, i);
    if (!source.ok) return false;
    SseResult<To> result = convert(source.value, SseControl(cpu.sse.mxcsr));
    if (!signalSse(cpu, result.flags)) return false;
    setLow<To>(xmm(cpu, i->reg), result.bits);
    return true;
}

/// General register or memory → XMM.
template<typename To, bool memory>
bool fromGeneral(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    Loaded<uint32_t> source{cpu.gpr[i->rm & 7], true};
    if constexpr (memory) source = cpu.read<uint32_t>(i->segment, cpu.address(i));
    if (!source.ok) return false;
    auto result = fromInteger<To>(source.value, SseControl(cpu.sse.mxcsr));
    if (!signalSse(cpu, result.flags)) return false;
    setLow<To>(xmm(cpu, i->reg), result.bits);
    return true;
}

/// XMM or memory → general register.
template<typename From, auto convert, bool memory>
bool toGeneral(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readScalar<From, memory>(cpu, i);
    if (!source.ok) return false;
    SseResult<uint32_t> result = convert(source.value, SseControl(cpu.sse.mxcsr));
    if (!signalSse(cpu, result.flags)) return false;
    cpu.gpr[i->reg & 7] = result.bits;
    return true;
}

/// Two integers of an MMX register or memory → XMM. From memory the x87 is left alone: SDM vol. 2
/// says so of CVTPI2PD, processors do it for CVTPI2PS, too. From a register the x87 becomes MMX
/// even if the conversion then faults.
template<typename To, bool memory>
bool fromMmx(Cpu &cpu, const Insn *i) {
    constexpr bool usesMmx = !memory;
    if (!readySse(cpu) || (usesMmx && !readyMmx(cpu))) return false;
    auto source = readQ<memory>(cpu, i);
    if (!source.ok) return false;
    if (usesMmx) enterMmx(cpu.x87);
    auto out = split<To>(xmm(cpu, i->reg));
    SseControl control(cpu.sse.mxcsr);
    if (!signalSse(
            cpu, convertLanes<uint32_t, To, 2, fromInteger<To>>({{source.value, 0}}, out, control)))
        return false;
    xmm(cpu, i->reg) = join<Xmm>(out);
    return true;
}

/// Two numbers of an XMM register or memory → MMX.
template<typename From, auto convert, bool memory>
bool toMmx(Cpu &cpu, const Insn *i) {
    if (!readyBoth(cpu)) return false;
    auto source = readLanes<From, 2, memory>(cpu, i);
    if (!source.ok) return false;
    enterMmx(cpu.x87);
    Lanes<uint32_t, Xmm> out{};
    SseControl control(cpu.sse.mxcsr);
    if (!signalSse(cpu, convertLanes<From, uint32_t, 2, convert>(source.value, out, control)))
        return false;
    setMmx(cpu, i->reg, join<Xmm>(out).q[0]);
    return true;
}

template<typename Bits>
SseResult<uint32_t> rounded(Bits a, const SseControl &control) {
    return toInteger<Bits>(a, control, false);
}
template<typename Bits>
SseResult<uint32_t> truncated(Bits a, const SseControl &control) {
    return toInteger<Bits>(a, control, true);
}

template<typename From, typename To, size_t count, auto convert>
void addPackedConversion(HandlerTable &table, Op op) {
    addCompleting<packed<From, To, count, convert, false>, packed<From, To, count, convert, true>>(
        table, op);
}
template<typename From, auto convert>
void addToGeneral(HandlerTable &table, Op op) {
    addCompleting<toGeneral<From, convert, false>, toGeneral<From, convert, true>>(table, op);
}
template<typename From, auto convert>
void addToMmx(HandlerTable &table, Op op) {
    addCompleting<toMmx<From, convert, false>, toMmx<From, convert, true>>(table, op);
}

} // namespace

void addConversions(HandlerTable &table) {
    using enum Op;
    using Single = uint32_t;
    using Double = uint64_t;
    using Whole = uint32_t;
    addCompleting<fromMmx<Single, false>, fromMmx<Single, true>>(table, Cvtpi2ps);
    addCompleting<fromMmx<Double, false>, fromMmx<Double, true>>(table, Cvtpi2pd);
    addCompleting<fromGeneral<Single, false>, fromGeneral<Single, true>>(table, Cvtsi2ss);
    addCompleting<fromGeneral<Double, false>, fromGeneral<Double, true>>(table, Cvtsi2sd);
    addToMmx<Single, rounded<Single>>(table, Cvtps2pi);
    addToMmx<Double, rounded<Double>>(table, Cvtpd2pi);
    addToMmx<Single, truncated<Single>>(table, Cvttps2pi);
    addToMmx<Double, truncated<Double>>(table, Cvttpd2pi);
    addToGeneral<Single, rounded<Single>>(table, Cvtss2si);
    addToGeneral<Double, rounded<Double>>(table, Cvtsd2si);
    addToGeneral<Single, truncated<Single>>(table, Cvttss2si);
    addToGeneral<Double, truncated<Double>>(table, Cvttsd2si);
    addPackedConversion<Single, Double, 2, widen>(table, Cvtps2pd);
    addPackedConversion<Double, Single, 2, narrow>(table, Cvtpd2ps);
    addPackedConversion<Whole, Single, 4, fromInteger<Single>>(table, Cvtdq2ps);
    addPackedConversion<Whole, Double, 2, fromInteger<Double>>(table, Cvtdq2pd);
    addPackedConversion<Single, Whole, 4, rounded<Single>>(table, Cvtps2dq);
    addPackedConversion<Single, Whole, 4, truncated<Single>>(table, Cvttps2dq);
    addPackedConversion<Double, Whole, 2, rounded<Double>>(table, Cvtpd2dq);
    addPackedConversion<Double, Whole, 2, truncated<Double>>(table, Cvttpd2dq);
    addCompleting<scalar<Single, Double, widen, false>, scalar<Single, Double, widen, true>>(
        table, Cvtss2sd);
    addCompleting<scalar<Double, Single, narrow, false>, scalar<Double, Single, narrow, true>>(
        table, Cvtsd2ss);
}

} // namespace bootglass::simd
