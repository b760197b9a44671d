// SPDX-License-Identifier: GPL-3.0-or-later
// Moves between MMX, XMM and general registers and memory: SDM vol. 1, 9.4.1, 10.4.1.1, 11.4.1.1.
// The non-temporal ones are ordinary stores here: there is no cache to pass by.
#include "emulator/cpu/fpu/sse_unit.h"

namespace bootglass::simd {

namespace {

// --- MMX

template<bool memory>
bool movdPE(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    Loaded<uint32_t> source{cpu.gpr[i->rm & 7], true};
    if constexpr (memory) source = cpu.read<uint32_t>(i->segment, cpu.address(i));
    if (!source.ok) return false;
    enterMmx(cpu.x87);
    setMmx(cpu, i->reg, source.value);
    return true;
}

/// A store that faults has set TOP to zero already, but no tags, as on processors.
template<typename T>
bool storeLeavingTop(Cpu &cpu, const Insn *i, T value) {
    bool stored = cpu.write<T>(i->segment, cpu.address(i), value);
    x87::setTop(cpu.x87, 0);
    return stored;
}

template<bool memory>
bool movdEP(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    auto value = static_cast<uint32_t>(mmx(cpu, i->reg));
    if constexpr (memory) {
        if (!storeLeavingTop(cpu, i, value)) return false;
    } else {
        cpu.gpr[i->rm & 7] = value;
    }
    enterMmx(cpu.x87);
    return true;
}

template<bool memory>
bool movqPQ(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    auto source = readQ<memory>(cpu, i);
    if (!source.ok) return false;
    enterMmx(cpu.x87);
    setMmx(cpu, i->reg, source.value);
    return true;
}

template<bool memory>
bool movqQP(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    uint64_t value = mmx(cpu, i->reg);
    if constexpr (memory) {
        if (!storeLeavingTop(cpu, i, value)) return false;
    } else {
        setMmx(cpu, i->rm, value);
    }
    enterMmx(cpu.x87);
    return true;
}

bool movq2dq(Cpu &cpu, const Insn *i) {
    if (!readyBoth(cpu)) return false;
    enterMmx(cpu.x87);
    xmm(cpu, i->reg) = {{mmx(cpu, i->rm), 0}};
    return true;
}

bool movdq2q(Cpu &cpu, const Insn *i) {
    if (!readyBoth(cpu)) return false;
    enterMmx(cpu.x87);
    setMmx(cpu, i->reg, xmm(cpu, i->rm).q[0]);
    return true;
}

// --- XMM, whole registers

template<bool memory, bool isAligned>
bool movVW(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    Loaded<Xmm> source{xmm(cpu, i->rm), true};
    if constexpr (memory) {
        source = isAligned ? readAligned(cpu, i) : cpu.read<Xmm>(i->segment, cpu.address(i));
        if (!source.ok) return false;
    }
    xmm(cpu, i->reg) = source.value;
    return true;
}

template<bool memory, bool isAligned>
bool movWV(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    if constexpr (memory) {
        if (isAligned && !aligned(cpu, i)) return false;
        return cpu.write<Xmm>(i->segment, cpu.address(i), xmm(cpu, i->reg));
    } else {
        xmm(cpu, i->rm) = xmm(cpu, i->reg);
        return true;
    }
}

// --- XMM, parts: T is uint32_t (MOVD, MOVSS) or uint64_t (MOVQ, MOVSD)

template<bool memory>
bool movdVE(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    Loaded<uint32_t> source{cpu.gpr[i->rm & 7], true};
    if constexpr (memory) source = cpu.read<uint32_t>(i->segment, cpu.address(i));
    if (!source.ok) return false;
    xmm(cpu, i->reg) = {{source.value, 0}};
    return true;
}

template<bool memory>
bool movdEV(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto value = static_cast<uint32_t>(xmm(cpu, i->reg).q[0]);
    if constexpr (memory) return cpu.write<uint32_t>(i->segment, cpu.address(i), value);
    cpu.gpr[i->rm & 7] = value;
    return true;
}

/// Loads from memory clear the rest of the register; so does MOVQ between registers.
template<typename T, bool memory, bool clears>
bool movScalarVW(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readScalar<T, memory>(cpu, i);
    if (!source.ok) return false;
    if constexpr (clears)
        xmm(cpu, i->reg) = {{source.value, 0}};
    else
        setLow<T>(xmm(cpu, i->reg), source.value);
    return true;
}

template<typename T, bool memory, bool clears>
bool movScalarWV(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto value = static_cast<T>(xmm(cpu, i->reg).q[0]);
    if constexpr (memory)
        return cpu.write<T>(i->segment, cpu.address(i), value);
    else if constexpr (clears)
        xmm(cpu, i->rm) = {{value, 0}};
    else
        setLow<T>(xmm(cpu, i->rm), value);
    return true;
}

/// MOVLPS/PD and MOVHPS/PD: one half.
template<unsigned half>
bool loadHalf(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = cpu.read<uint64_t>(i->segment, cpu.address(i));
    if (!source.ok) return false;
    xmm(cpu, i->reg).q[half] = source.value;
    return true;
}

template<unsigned half>
bool storeHalf(Cpu &cpu, const Insn *i) {
    return readySse(cpu) &&
           cpu.write<uint64_t>(i->segment, cpu.address(i), xmm(cpu, i->reg).q[half]);
}

/// MOVHLPS, MOVLHPS.
template<unsigned to, unsigned from>
bool moveHalf(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    xmm(cpu, i->reg).q[to] = xmm(cpu, i->rm).q[from];
    return true;
}

// --- masks

template<typename T, typename R>
uint32_t signs(const R &value) {
    uint32_t mask = 0;
    auto lanes = split<T>(value);
    for (size_t n = 0; n < lanes.size(); ++n)
        mask |= static_cast<uint32_t>(lanes[n] >> (8 * sizeof(T) - 1)) << n;
    return mask;
}

template<typename T>
bool movmsk(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    cpu.gpr[i->reg & 7] = signs<T>(xmm(cpu, i->rm));
    return true;
}

bool pmovmskbGP(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    enterMmx(cpu.x87);
    cpu.gpr[i->reg & 7] = signs<uint8_t>(mmx(cpu, i->rm));
    return true;
}

/// Stores the bytes whose mask byte has its sign set, at DS:(E)DI or the segment in its place.
/// Where no byte is chosen, nothing is accessed.
template<size_t count>
bool storeMasked(Cpu &cpu, const Insn *i, const std::array<uint8_t, count> &bytes, uint32_t mask) {
    uint32_t start = cpu.gpr[Edi] & i->addressMask;
    for (bool probing : {true, false}) {
        for (uint32_t n = 0; n < count; ++n) {
            if (!(mask >> n & 1)) continue;
            uint32_t offset = (start + n) & i->addressMask;
            bool done = probing ? cpu.probeWrite(i->segment, offset, 1)
                                : cpu.write<uint8_t>(i->segment, offset, bytes[n]);
            if (!done) return false;
        }
    }
    return true;
}

bool maskmovq(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    uint32_t mask = signs<uint8_t>(mmx(cpu, i->rm));
    if (!storeMasked(cpu, i, split<uint8_t>(mmx(cpu, i->reg)), mask)) return false;
    enterMmx(cpu.x87);
    return true;
}

bool maskmovdqu(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    uint32_t mask = signs<uint8_t>(xmm(cpu, i->rm));
    return storeMasked(cpu, i, split<uint8_t>(xmm(cpu, i->reg)), mask);
}

bool movnti(Cpu &cpu, const Insn *i) {
    return cpu.write<uint32_t>(i->segment, cpu.address(i), cpu.gpr[i->reg & 7]);
}

} // namespace

void addMoves(HandlerTable &table) {
    using enum Op;
    addCompleting<movdPE<false>, movdPE<true>>(table, MovdPE);
    addCompleting<movdEP<false>, movdEP<true>>(table, MovdEP);
    addCompleting<movqPQ<false>, movqPQ<true>>(table, MovqPQ);
    addCompleting<movqQP<false>, movqQP<true>>(table, MovqQP);
    addCompleting<movqQP<true>>(table, Movntq);
    addCompleting<movq2dq>(table, Movq2dq);
    addCompleting<movdq2q>(table, Movdq2q);
    addCompleting<movVW<false, true>, movVW<true, true>>(table, MovAlignedVW);
    addCompleting<movWV<false, true>, movWV<true, true>>(table, MovAlignedWV);
    addCompleting<movVW<false, false>, movVW<true, false>>(table, MovUnalignedVW);
    addCompleting<movWV<false, false>, movWV<true, false>>(table, MovUnalignedWV);
    addCompleting<movdVE<false>, movdVE<true>>(table, MovdVE);
    addCompleting<movdEV<false>, movdEV<true>>(table, MovdEV);
    addCompleting<movScalarVW<uint32_t, false, false>, movScalarVW<uint32_t, true, true>>(table,
                                                                                          MovssVW);
    addCompleting<movScalarVW<uint64_t, false, false>, movScalarVW<uint64_t, true, true>>(table,
                                                                                          MovsdVW);
    addCompleting<movScalarVW<uint64_t, false, true>, movScalarVW<uint64_t, true, true>>(table,
                                                                                         MovqVW);
    addCompleting<movScalarWV<uint32_t, false, false>, movScalarWV<uint32_t, true, false>>(table,
                                                                                           MovssWV);
    addCompleting<movScalarWV<uint64_t, false, false>, movScalarWV<uint64_t, true, false>>(table,
                                                                                           MovsdWV);
    addCompleting<movScalarWV<uint64_t, false, true>, movScalarWV<uint64_t, true, true>>(table,
                                                                                         MovqWV);
    addCompleting<loadHalf<0>>(table, MovlVM);
    addCompleting<loadHalf<1>>(table, MovhVM);
    addCompleting<storeHalf<0>>(table, MovlMV);
    addCompleting<storeHalf<1>>(table, MovhMV);
    addCompleting<moveHalf<0, 1>>(table, Movhlps);
    addCompleting<moveHalf<1, 0>>(table, Movlhps);
    addCompleting<movmsk<uint32_t>>(table, Movmskps);
    addCompleting<movmsk<uint64_t>>(table, Movmskpd);
    addCompleting<movmsk<uint8_t>>(table, PmovmskbGV);
    addCompleting<pmovmskbGP>(table, PmovmskbGP);
    addCompleting<maskmovq>(table, Maskmovq);
    addCompleting<maskmovdqu>(table, Maskmovdqu);
    addCompleting<movnti>(table, Movnti);
}

} // namespace bootglass::simd
