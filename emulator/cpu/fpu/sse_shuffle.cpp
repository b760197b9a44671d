// SPDX-License-Identifier: GPL-3.0-or-later
// Shuffles, insertions and extractions by an immediate: SDM vol. 1, 10.4.4, 10.4.1.4, 11.4.1.4.
#include "emulator/cpu/fpu/sse_unit.h"

namespace bootglass::simd {

namespace {

/// Four lanes from `first` on, chosen by two bits of the immediate each.
template<typename T, typename R>
R shuffled(const R &value, uint32_t control, size_t first) {
    auto from = split<T>(value);
    auto out = from;
    for (size_t n = 0; n < 4; ++n)
        out[first + n] = from[first + (control >> 2 * n & 3)];
    return join<R>(out);
}

template<bool memory>
bool pshufw(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    auto source = readQ<memory>(cpu, i);
    if (!source.ok) return false;
    enterMmx(cpu.x87);
    setMmx(cpu, i->reg, shuffled<uint16_t>(source.value, i->imm, 0));
    return true;
}

template<typename T, size_t first, bool memory>
bool pshuf(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readW<memory>(cpu, i);
    if (!source.ok) return false;
    xmm(cpu, i->reg) = shuffled<T>(source.value, i->imm, first);
    return true;
}

/// The lower lanes come from the destination, the upper ones from the source.
template<typename T, bool memory>
bool shuf(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto source = readW<memory>(cpu, i);
    if (!source.ok) return false;
    auto a = split<T>(xmm(cpu, i->reg));
    auto b = split<T>(source.value);
    auto out = a;
    constexpr size_t count = out.size();
    constexpr unsigned bits = count == 4 ? 2 : 1;
    for (size_t n = 0; n < count; ++n) {
        size_t from = i->imm >> bits * n & (count - 1);
        out[n] = n < count / 2 ? a[from] : b[from];
    }
    xmm(cpu, i->reg) = join<Xmm>(out);
    return true;
}

template<bool memory>
Loaded<uint16_t> readWord(Cpu &cpu, const Insn *i) {
    if constexpr (memory)
        return cpu.read<uint16_t>(i->segment, cpu.address(i));
    else
        return {static_cast<uint16_t>(cpu.gpr[i->rm & 7]), true};
}

template<bool memory>
bool pinsrwPE(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    auto word = readWord<memory>(cpu, i);
    if (!word.ok) return false;
    enterMmx(cpu.x87);
    auto lanes = split<uint16_t>(mmx(cpu, i->reg));
    lanes[i->imm & 3] = word.value;
    setMmx(cpu, i->reg, join<uint64_t>(lanes));
    return true;
}

template<bool memory>
bool pinsrwVE(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto word = readWord<memory>(cpu, i);
    if (!word.ok) return false;
    auto lanes = split<uint16_t>(xmm(cpu, i->reg));
    lanes[i->imm & 7] = word.value;
    xmm(cpu, i->reg) = join<Xmm>(lanes);
    return true;
}

bool pextrwGP(Cpu &cpu, const Insn *i) {
    if (!readyMmx(cpu)) return false;
    enterMmx(cpu.x87);
    cpu.gpr[i->reg & 7] = split<uint16_t>(mmx(cpu, i->rm))[i->imm & 3];
    return true;
}

bool pextrwGV(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    cpu.gpr[i->reg & 7] = split<uint16_t>(xmm(cpu, i->rm))[i->imm & 7];
    return true;
}

} // namespace

void addShuffles(HandlerTable &table) {
    using enum Op;
    addCompleting<pshufw<false>, pshufw<true>>(table, Pshufw);
    addCompleting<pshuf<uint32_t, 0, false>, pshuf<uint32_t, 0, true>>(table, Pshufd);
    addCompleting<pshuf<uint16_t, 0, false>, pshuf<uint16_t, 0, true>>(table, Pshuflw);
    addCompleting<pshuf<uint16_t, 4, false>, pshuf<uint16_t, 4, true>>(table, Pshufhw);
    addCompleting<shuf<uint32_t, false>, shuf<uint32_t, true>>(table, Shufps);
    addCompleting<shuf<uint64_t, false>, shuf<uint64_t, true>>(table, Shufpd);
    addCompleting<pinsrwPE<false>, pinsrwPE<true>>(table, PinsrwPE);
    addCompleting<pinsrwVE<false>, pinsrwVE<true>>(table, PinsrwVE);
    addCompleting<pextrwGP>(table, PextrwGP);
    addCompleting<pextrwGV>(table, PextrwGV);
}

} // namespace bootglass::simd
