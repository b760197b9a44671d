// SPDX-License-Identifier: GPL-3.0-or-later
// MOVS CMPS STOS LODS SCAS: SDM vol. 2. MOVS and STOS go chunk by chunk where both places are
// ordinary memory; a chunk ends at page ends, segment limits, the wrap of 16-bit indexes and the
// budget's end.
#include "emulator/cpu/interpreter/string.h"

#include "emulator/cpu/interpreter/operands.h"

#include <algorithm>

namespace bootglass {

namespace {

using namespace interpreter;

/// Elements of type T that fit, from the given offset on, into the page and below the fast limit.
template<typename T>
uint32_t roomFor(const Cpu &cpu, const Insn *i, unsigned segment, uint32_t offset,
                 int64_t fastLimit) {
    if (int64_t{offset} > fastLimit) return 0;
    int64_t inSegment = (std::min<int64_t>(fastLimit, i->addressMask) - offset) / sizeof(T);
    uint32_t linear = cpu.seg[segment].base + offset;
    auto inPage = static_cast<int64_t>((pageSize - (linear & pageMask)) / sizeof(T));
    return static_cast<uint32_t>(std::max<int64_t>(0, std::min(inSegment, inPage)));
}

template<typename T>
uint8_t *destination(Cpu &cpu, uint32_t offset) {
    uint32_t linear = cpu.seg[Es].base + offset;
    uintptr_t addend = cpu.writeAddend(linear);
    return addend ? reinterpret_cast<uint8_t *>(addend + linear) : nullptr;
}

template<typename T>
void copyForward(uint8_t *to, const uint8_t *from, size_t bytes) {
    bool overlaps = to > from && to < from + bytes;
    if (!overlaps) {
        std::memmove(to, from, bytes);
        return;
    }
    // The source grows with the copy: element by element, as the processor does.
    for (size_t at = 0; at < bytes; at += sizeof(T)) {
        T value;
        std::memcpy(&value, from + at, sizeof(T));
        std::memcpy(to + at, &value, sizeof(T));
    }
}

template<typename T>
[[gnu::noinline]] uint32_t copyChunk(Cpu &cpu, const Insn *i, uint32_t most) {
    if (cpu.systemFlags & eflags::DF) return 0;
    uint32_t source = indexRegister(cpu, i, Esi);
    uint32_t target = indexRegister(cpu, i, Edi);
    uint32_t linear = cpu.seg[i->segment].base + source;
    uintptr_t addend = cpu.readAddend(linear);
    uint8_t *to = destination<T>(cpu, target);
    if (addend == 0 || !to) return 0;
    uint32_t count =
        std::min({most, roomFor<T>(cpu, i, i->segment, source, cpu.seg[i->segment].readMax),
                  roomFor<T>(cpu, i, Es, target, cpu.seg[Es].writeMax)});
    if (count < 2) return 0;
    copyForward<T>(to, reinterpret_cast<const uint8_t *>(addend + linear),
                   size_t{count} * sizeof(T));
    setIndexRegister(cpu, i, Esi, source + count * static_cast<uint32_t>(sizeof(T)));
    setIndexRegister(cpu, i, Edi, target + count * static_cast<uint32_t>(sizeof(T)));
    return count;
}

template<typename T>
[[gnu::noinline]] uint32_t fillChunk(Cpu &cpu, const Insn *i, uint32_t most) {
    if (cpu.systemFlags & eflags::DF) return 0;
    uint32_t target = indexRegister(cpu, i, Edi);
    uint8_t *to = destination<T>(cpu, target);
    if (!to) return 0;
    uint32_t count = std::min(most, roomFor<T>(cpu, i, Es, target, cpu.seg[Es].writeMax));
    if (count < 2) return 0;
    T value = cpu.reg<T>(Eax);
    for (uint32_t n = 0; n < count; ++n)
        std::memcpy(to + n * sizeof(T), &value, sizeof(T));
    setIndexRegister(cpu, i, Edi, target + count * static_cast<uint32_t>(sizeof(T)));
    return count;
}

struct Movs {
    template<typename T>
    static bool element(Cpu &cpu, const Insn *i) {
        auto value = cpu.read<T>(i->segment, indexRegister(cpu, i, Esi));
        if (!value.ok || !cpu.write<T>(Es, indexRegister(cpu, i, Edi), value.value)) return false;
        advance<T>(cpu, i, Esi);
        advance<T>(cpu, i, Edi);
        return true;
    }
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        return runString<false>(cpu, i, element<T>, copyChunk<T>);
    }
};

struct Stos {
    template<typename T>
    static bool element(Cpu &cpu, const Insn *i) {
        if (!cpu.write<T>(Es, indexRegister(cpu, i, Edi), cpu.reg<T>(Eax))) return false;
        advance<T>(cpu, i, Edi);
        return true;
    }
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        return runString<false>(cpu, i, element<T>, fillChunk<T>);
    }
};

struct Lods {
    template<typename T>
    static bool element(Cpu &cpu, const Insn *i) {
        auto value = cpu.read<T>(i->segment, indexRegister(cpu, i, Esi));
        if (!value.ok) return false;
        cpu.setReg<T>(Eax, value.value);
        advance<T>(cpu, i, Esi);
        return true;
    }
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        return runString<false>(cpu, i, element<T>, noChunk);
    }
};

struct Cmps {
    template<typename T>
    static bool element(Cpu &cpu, const Insn *i) {
        // Where both fault, processors report ES:EDI.
        auto right = cpu.read<T>(Es, indexRegister(cpu, i, Edi));
        if (!right.ok) return false;
        auto left = cpu.read<T>(i->segment, indexRegister(cpu, i, Esi));
        if (!left.ok) return false;
        cpu.flags.afterSub<T>(left.value, right.value, static_cast<T>(left.value - right.value));
        advance<T>(cpu, i, Esi);
        advance<T>(cpu, i, Edi);
        return true;
    }
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        return runString<true>(cpu, i, element<T>, noChunk);
    }
};

struct Scas {
    template<typename T>
    static bool element(Cpu &cpu, const Insn *i) {
        auto right = cpu.read<T>(Es, indexRegister(cpu, i, Edi));
        if (!right.ok) return false;
        T left = cpu.reg<T>(Eax);
        cpu.flags.afterSub<T>(left, right.value, static_cast<T>(left - right.value));
        advance<T>(cpu, i, Edi);
        return true;
    }
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        return runString<true>(cpu, i, element<T>, noChunk);
    }
};

} // namespace

void addStringHandlers(HandlerTable &table) {
    addSizes<Movs>(table, Op::Movs);
    addSizes<Stos>(table, Op::Stos);
    addSizes<Lods>(table, Op::Lods);
    addSizes<Cmps>(table, Op::Cmps);
    addSizes<Scas>(table, Op::Scas);
}

} // namespace bootglass
