// SPDX-License-Identifier: GPL-3.0-or-later
// Loads and stores of every format, FXCH, FCMOVcc and constants: SDM vol. 1, 8.3.3 and 8.3.4.
#include "emulator/cpu/fpu/x87_operands.h"

#include <cstring>

namespace bootglass::x87 {

namespace {

constexpr FloatResult missing{float80::indefinite, stackUnderflow};

// --- loads

template<typename Operand>
void load(X87State &fpu, uint64_t bits, unsigned) {
    FloatResult value = Operand::value(static_cast<typename Operand::Bits>(bits));
    if (!isNormal(value.value)) {
        FloatOperand operand = inspect(value.value);
        if (operand.kind == FloatKind::SignallingNan)
            value = propagateNan(value.value, operand, value.value, operand);
    }
    push(fpu, value);
}

bool fldM80(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    auto value = readM80(cpu, i);
    if (!value.ok) return false;
    note(cpu, i);
    push(cpu.x87, {value.value});
    return true;
}

void fldSt(X87State &fpu, uint64_t, unsigned number) {
    if (!isEmpty(fpu, number)) {
        // A copy: pushing moves what ST(i) names.
        push(fpu, FloatResult{st(fpu, number)});
    } else if (signal(fpu, stackUnderflow)) {
        // Underflow outranks an overflow at the same time.
        setTop(fpu, fpu.top() - 1);
        setSt(fpu, 0, float80::indefinite);
    }
}

bool fbld(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    auto digits = readM80(cpu, i);
    if (!digits.ok) return false;
    note(cpu, i);
    push(cpu.x87, {fromBcd(digits.value.significand, digits.value.signExponent)});
    return true;
}

/// Constants are kept with more bits than a register and rounded by RC.
struct Constant {
    int32_t exponent;
    uint64_t high, low;
};
constexpr Constant log2of10{1, 0xD49A784BCD1B8AFE, 0x492BF6FF4DAFDB4C};
constexpr Constant log2ofE{0, 0xB8AA3B295C17F0BB, 0xBE87FED0691D3E88};
constexpr Constant pi{1, 0xC90FDAA22168C234, 0xC4C6628B80DC1CD1};
constexpr Constant log10of2{-2, 0x9A209A84FBCFF798, 0x8F8959AC0B7C9178};
constexpr Constant lnOf2{-1, 0xB17217F7D1CF79AB, 0xC9E3B39803F2F6AF};

template<const Constant &constant>
void loadConstant(X87State &fpu, uint64_t, unsigned) {
    Exact exact{false, constant.exponent, constant.high, constant.low};
    push(fpu, {roundResult(exact, fpu.control, 0, true).value});
}
template<const Float80 &value>
void loadExact(X87State &fpu, uint64_t, unsigned) {
    push(fpu, {value});
}

// --- stores

/// Stores what `convert` makes of ST(0): nothing if an unmasked exception forbids it. Overflow and
/// underflow do so, too, as memory has no room for their wrapped results (SDM vol. 1, 8.5.4).
template<typename T, BitsResult (*convert)(const Float80 &, uint16_t), uint64_t whenEmpty,
         bool pops>
bool store(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    BitsResult result =
        isEmpty(fpu, 0) ? BitsResult{whenEmpty, stackUnderflow} : convert(st(fpu, 0), fpu.control);
    constexpr uint16_t forbids = fpflags::before | fpflags::OE | fpflags::UE;
    bool forbidden = result.status & ~fpu.control & forbids;
    if (!forbidden && !cpu.write<T>(i->segment, cpu.address(i), static_cast<T>(result.bits)))
        return false;
    note(cpu, i);
    signal(fpu, result.status);
    if (pops && !forbidden) pop(fpu);
    return true;
}

/// The same while all exceptions are masked, so that nothing forbids it; `place` is where it goes.
template<typename T, BitsResult (*convert)(const Float80 &, uint16_t), uint64_t whenEmpty,
         bool pops>
void storeMasked(X87State &fpu, uint64_t place, unsigned) {
    BitsResult result =
        isEmpty(fpu, 0) ? BitsResult{whenEmpty, stackUnderflow} : convert(st(fpu, 0), fpu.control);
    auto bits = static_cast<T>(result.bits);
    std::memcpy(reinterpret_cast<void *>(place), &bits, sizeof bits);
    signal(fpu, result.status);
    if (pops) pop(fpu);
}

template<typename T, BitsResult (*convert)(const Float80 &, uint16_t), uint64_t whenEmpty,
         bool pops>
void addStore(HandlerTable &table, Op op) {
    addCompleting<store<T, convert, whenEmpty, pops>>(table, op);
    table.setWork(
        op,
        {.function = storeMasked<T, convert, whenEmpty, pops>, .bytes = sizeof(T), .stores = true});
}

template<unsigned bits>
BitsResult toBits(const Float80 &value, uint16_t control) {
    return toInteger(value, bits, control);
}
constexpr uint64_t singleIndefinite = 0xFFC00000;
constexpr uint64_t doubleIndefinite = 0xFFF8000000000000;

template<typename T, bool pops>
void addStoreInteger(HandlerTable &table, Op op) {
    addStore<T, toBits<8 * sizeof(T)>, uint64_t{1} << (8 * sizeof(T) - 1), pops>(table, op);
}
template<bool pops>
void addStoreFloat(HandlerTable &table, Op forSingle, Op forDouble) {
    addStore<uint32_t, toSingle, singleIndefinite, pops>(table, forSingle);
    addStore<uint64_t, toDouble, doubleIndefinite, pops>(table, forDouble);
}

/// Stores ten bytes and pops.
bool storeTen(Cpu &cpu, const Insn *i, const FloatResult &result) {
    X87State &fpu = cpu.x87;
    bool forbidden = result.status & ~fpu.control & fpflags::before;
    if (!forbidden && !writeM80(cpu, i, result.value)) return false;
    note(cpu, i);
    if (signal(fpu, result.status)) pop(fpu);
    return true;
}

bool fstpM80(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    return storeTen(cpu, i, isEmpty(cpu.x87, 0) ? missing : FloatResult{st(cpu.x87, 0)});
}

bool fbstp(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    const X87State &fpu = cpu.x87;
    BcdResult digits{0xC000000000000000, 0xFFFF, stackUnderflow};
    if (!isEmpty(fpu, 0)) digits = toBcd(st(fpu, 0), fpu.control);
    return storeTen(cpu, i, {{digits.low, digits.high}, digits.status});
}

template<bool pops>
void storeRegister(X87State &fpu, uint64_t, unsigned number) {
    FloatResult value = isEmpty(fpu, 0) ? missing : FloatResult{st(fpu, 0)};
    if (deliver(fpu, number, value) && pops) pop(fpu);
}

// --- between registers

void fxch(X87State &fpu, uint64_t, unsigned number) {
    bool empty = isEmpty(fpu, 0) || isEmpty(fpu, number);
    if (!signal(fpu, empty ? stackUnderflow : uint16_t{0})) return;
    Float80 top = isEmpty(fpu, 0) ? float80::indefinite : st(fpu, 0);
    Float80 other = isEmpty(fpu, number) ? float80::indefinite : st(fpu, number);
    setSt(fpu, 0, other);
    setSt(fpu, number, top);
}

template<uint32_t flags, bool wanted>
bool conditionalMove(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    bool empty = isEmpty(fpu, 0) || isEmpty(fpu, i->rm);
    bool holds = ((cpu.flags.value() & flags) != 0) == wanted;
    if (signalKeepingC1(fpu, empty ? stackUnderflow : uint16_t{0}))
        setSt(fpu, 0, empty ? float80::indefinite : st(fpu, holds ? i->rm : 0));
    return true;
}

void addConditionalMoves(HandlerTable &table) {
    using enum Op;
    using namespace eflags;
    addCompleting<conditionalMove<CF, true>>(table, FcmovB);
    addCompleting<conditionalMove<ZF, true>>(table, FcmovE);
    addCompleting<conditionalMove<CF | ZF, true>>(table, FcmovBE);
    addCompleting<conditionalMove<PF, true>>(table, FcmovU);
    addCompleting<conditionalMove<CF, false>>(table, FcmovNB);
    addCompleting<conditionalMove<ZF, false>>(table, FcmovNE);
    addCompleting<conditionalMove<CF | ZF, false>>(table, FcmovNBE);
    addCompleting<conditionalMove<PF, false>>(table, FcmovNU);
}

} // namespace

void addLoadsAndStores(HandlerTable &table) {
    using enum Op;
    addOnMemory<load<Single>, Single>(table, FldM32);
    addOnMemory<load<Double>, Double>(table, FldM64);
    addCompleting<fldM80>(table, FldM80);
    addOnStack<fldSt>(table, FldSt);
    addOnMemory<load<Integer<int16_t>>, Integer<int16_t>>(table, FildI16);
    addOnMemory<load<Integer<int32_t>>, Integer<int32_t>>(table, FildI32);
    addOnMemory<load<Integer<int64_t>>, Integer<int64_t>>(table, FildI64);
    addCompleting<fbld>(table, Fbld);
    addOnStack<loadExact<float80::one>>(table, Fld1);
    addOnStack<loadExact<float80::zero>>(table, Fldz);
    addOnStack<loadConstant<log2of10>>(table, Fldl2t);
    addOnStack<loadConstant<log2ofE>>(table, Fldl2e);
    addOnStack<loadConstant<pi>>(table, Fldpi);
    addOnStack<loadConstant<log10of2>>(table, Fldlg2);
    addOnStack<loadConstant<lnOf2>>(table, Fldln2);
    addStoreFloat<false>(table, FstM32, FstM64);
    addStoreFloat<true>(table, FstpM32, FstpM64);
    addCompleting<fstpM80>(table, FstpM80);
    addOnStack<storeRegister<false>>(table, FstSt);
    addOnStack<storeRegister<true>>(table, FstpSt);
    addStoreInteger<uint16_t, false>(table, FistI16);
    addStoreInteger<uint32_t, false>(table, FistI32);
    addStoreInteger<uint16_t, true>(table, FistpI16);
    addStoreInteger<uint32_t, true>(table, FistpI32);
    addStoreInteger<uint64_t, true>(table, FistpI64);
    addCompleting<fbstp>(table, Fbstp);
    addOnStack<fxch>(table, Fxch);
    addConditionalMoves(table);
}

} // namespace bootglass::x87
