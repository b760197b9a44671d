// SPDX-License-Identifier: GPL-3.0-or-later
// Arithmetic and comparisons of singles and doubles, packed and scalar: SDM vol.
// 1, 10.4.1.2, 10.4.2 and 11.4.1.2.
#include "emulator/cpu/fpu/sse_exceptions.h"

namespace bootglass::simd {

namespace {

template<typename Bits>
using Operation = SseResult<Bits> (*)(Bits, Bits, const SseControl &);

template<typename Bits, Operation<Bits> operation, bool memory>
bool packed(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readW<memory>(cpu, i);
    if (!source.ok) return false;
    SseControl control(cpu.sse.mxcsr);
    auto a = split<Bits>(xmm(cpu, i->reg));
    auto b = split<Bits>(source.value);
    uint16_t flags = 0;
    for (size_t n = 0; n < a.size(); ++n) {
        auto result = operation(a[n], b[n], control);
        a[n] = result.bits;
        flags |= result.flags;
    }
    if (!signalSse(cpu, flags)) return false;
    xmm(cpu, i->reg) = join<Xmm>(a);
    return true;
}

template<typename Bits, Operation<Bits> operation, bool memory>
bool scalar(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readScalar<Bits, memory>(cpu, i);
    if (!source.ok) return false;
    Xmm &target = xmm(cpu, i->reg);
    auto result =
        operation(static_cast<Bits>(target.q[0]), source.value, SseControl(cpu.sse.mxcsr));
    if (!signalSse(cpu, result.flags)) return false;
    setLow<Bits>(target, result.bits);
    return true;
}

struct Four {
    Op ps, pd, ss, sd;
};

template<Operation<uint32_t> forSingle, Operation<uint64_t> forDouble>
void addFour(HandlerTable &table, const Four &ops) {
    addCompleting<packed<uint32_t, forSingle, false>, packed<uint32_t, forSingle, true>>(table,
                                                                                         ops.ps);
    addCompleting<packed<uint64_t, forDouble, false>, packed<uint64_t, forDouble, true>>(table,
                                                                                         ops.pd);
    addCompleting<scalar<uint32_t, forSingle, false>, scalar<uint32_t, forSingle, true>>(table,
                                                                                         ops.ss);
    addCompleting<scalar<uint64_t, forDouble, false>, scalar<uint64_t, forDouble, true>>(table,
                                                                                         ops.sd);
}

// --- CMPccPS and its kin

/// All ones or all zeros by the predicate: EQ LT LE UNORD and their negations. The ordering ones
/// signal quiet NaNs, too.
template<typename Bits>
SseResult<Bits> compareBy(unsigned predicate, Bits a, Bits b, const SseControl &control) {
    unsigned kind = predicate & 3;
    bool quiet = kind == 0 || kind == 3;
    Comparison outcome = compare(a, b, control, quiet);
    bool holds = false;
    switch (kind) {
    case 0: holds = outcome.order == Order::Equal; break;
    case 1: holds = outcome.order == Order::Less; break;
    case 2: holds = outcome.order == Order::Less || outcome.order == Order::Equal; break;
    default: holds = outcome.order == Order::Unordered; break;
    }
    if (predicate & 4) holds = !holds;
    return {holds ? static_cast<Bits>(~Bits{0}) : Bits{0}, outcome.flags};
}

template<typename Bits, bool memory>
bool packedCompare(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readW<memory>(cpu, i);
    if (!source.ok) return false;
    SseControl control(cpu.sse.mxcsr);
    auto a = split<Bits>(xmm(cpu, i->reg));
    auto b = split<Bits>(source.value);
    uint16_t flags = 0;
    for (size_t n = 0; n < a.size(); ++n) {
        auto result = compareBy(i->imm, a[n], b[n], control);
        a[n] = result.bits;
        flags |= result.flags;
    }
    if (!signalSse(cpu, flags)) return false;
    xmm(cpu, i->reg) = join<Xmm>(a);
    return true;
}

template<typename Bits, bool memory>
bool scalarCompare(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readScalar<Bits, memory>(cpu, i);
    if (!source.ok) return false;
    Xmm &target = xmm(cpu, i->reg);
    auto result =
        compareBy(i->imm, static_cast<Bits>(target.q[0]), source.value, SseControl(cpu.sse.mxcsr));
    if (!signalSse(cpu, result.flags)) return false;
    setLow<Bits>(target, result.bits);
    return true;
}

/// COMISS, UCOMISS ...: into ZF, PF and CF.
template<typename Bits, bool quiet, bool memory>
bool compareIntoFlags(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readScalar<Bits, memory>(cpu, i);
    if (!source.ok) return false;
    auto left = static_cast<Bits>(xmm(cpu, i->reg).q[0]);
    Comparison outcome = compare(left, source.value, SseControl(cpu.sse.mxcsr), quiet);
    if (!signalSse(cpu, outcome.flags)) return false;
    static constexpr uint32_t flags[] = {eflags::CF, eflags::ZF, 0,
                                         eflags::ZF | eflags::PF | eflags::CF};
    cpu.flags.set(flags[static_cast<size_t>(outcome.order)]);
    return true;
}

// --- approximations

template<uint32_t (*function)(uint32_t), bool memory>
bool packedApproximation(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readW<memory>(cpu, i);
    if (!source.ok) return false;
    auto lanes = split<uint32_t>(source.value);
    for (uint32_t &lane : lanes)
        lane = function(lane);
    xmm(cpu, i->reg) = join<Xmm>(lanes);
    return true;
}

template<uint32_t (*function)(uint32_t), bool memory>
bool scalarApproximation(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readScalar<uint32_t, memory>(cpu, i);
    if (!source.ok) return false;
    setLow<uint32_t>(xmm(cpu, i->reg), function(source.value));
    return true;
}

} // namespace

void addFloatArithmetic(HandlerTable &table) {
    using enum Op;
    addFour<sum, sum>(table, {Addps, Addpd, Addss, Addsd});
    addFour<difference, difference>(table, {Subps, Subpd, Subss, Subsd});
    addFour<product, product>(table, {Mulps, Mulpd, Mulss, Mulsd});
    addFour<quotient, quotient>(table, {Divps, Divpd, Divss, Divsd});
    addFour<root, root>(table, {Sqrtps, Sqrtpd, Sqrtss, Sqrtsd});
    addFour<minimum, minimum>(table, {Minps, Minpd, Minss, Minsd});
    addFour<maximum, maximum>(table, {Maxps, Maxpd, Maxss, Maxsd});
    addCompleting<packedCompare<uint32_t, false>, packedCompare<uint32_t, true>>(table, Cmpps);
    addCompleting<packedCompare<uint64_t, false>, packedCompare<uint64_t, true>>(table, Cmppd);
    addCompleting<scalarCompare<uint32_t, false>, scalarCompare<uint32_t, true>>(table, Cmpss);
    addCompleting<scalarCompare<uint64_t, false>, scalarCompare<uint64_t, true>>(table, Cmpsd);
    addCompleting<compareIntoFlags<uint32_t, false, false>,
                  compareIntoFlags<uint32_t, false, true>>(table, Comiss);
    addCompleting<compareIntoFlags<uint64_t, false, false>,
                  compareIntoFlags<uint64_t, false, true>>(table, Comisd);
    addCompleting<compareIntoFlags<uint32_t, true, false>, compareIntoFlags<uint32_t, true, true>>(
        table, Ucomiss);
    addCompleting<compareIntoFlags<uint64_t, true, false>, compareIntoFlags<uint64_t, true, true>>(
        table, Ucomisd);
    addCompleting<packedApproximation<reciprocal, false>, packedApproximation<reciprocal, true>>(
        table, Rcpps);
    addCompleting<scalarApproximation<reciprocal, false>, scalarApproximation<reciprocal, true>>(
        table, Rcpss);
    addCompleting<packedApproximation<reciprocalRoot, false>,
                  packedApproximation<reciprocalRoot, true>>(table, Rsqrtps);
    addCompleting<scalarApproximation<reciprocalRoot, false>,
                  scalarApproximation<reciprocalRoot, true>>(table, Rsqrtss);
}

} // namespace bootglass::simd
