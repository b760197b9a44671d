// SPDX-License-Identifier: GPL-3.0-or-later
// Loads and stores of every format, FXCH, FCMOVcc and constants: SDM vol. 1, 8.3.3 and 8.3.4.
#include "emulator/cpu/fpu/x87_operands.h"

namespace bootglass::x87 {

namespace {

constexpr FloatResult missing{float80::indefinite, stackUnderflow};

// --- loads

template<typename Operand>
bool load(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    auto bits = cpu.read<typename Operand::Bits>(i->segment, cpu.address(i));
    if (!bits.ok) return false;
    note(cpu, i);
    FloatResult value = Operand::value(bits.value);
    FloatOperand operand = inspect(value.value);
    if (operand.kind == FloatKind::SignallingNan)
        value = propagateNan(value.value, operand, value.value, operand);
    push(cpu.x87, value);
    return true;
}

bool fldM80(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    auto value = readM80(cpu, i);
    if (!value.ok) return false;
    note(cpu, i);
    push(cpu.x87, {value.value});
    return true;
}

bool fldSt(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    if (!isEmpty(fpu, i->rm)) {
        // A copy: pushing moves what ST(i) names.
        push(fpu, FloatResult{st(fpu, i->rm)});
    } else if (signal(fpu, stackUnderflow)) {
        // Underflow outranks an overflow at the same time.
        setTop(fpu, fpu.top() - 1);
        setSt(fpu, 0, float80::indefinite);
    }
    return true;
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
bool loadConstant(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    note(cpu, i);
    Exact exact{false, constant.exponent, constant.high, constant.low};
    push(cpu.x87, {roundResult(exact, cpu.x87.control, 0, true).value});
    return true;
}
template<const Float80 &value>
bool loadExact(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    note(cpu, i);
    push(cpu.x87, {value});
    return true;
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

template<unsigned bits>
BitsResult toBits(const Float80 &value, uint16_t control) {
    return toInteger(value, bits, control);
}
constexpr uint64_t singleIndefinite = 0xFFC00000;
constexpr uint64_t doubleIndefinite = 0xFFF8000000000000;

template<typename T, bool pops>
constexpr Execute storeInteger =
    store<T, toBits<8 * sizeof(T)>, uint64_t{1} << (8 * sizeof(T) - 1), pops>;
template<bool pops>
constexpr Execute storeSingle = store<uint32_t, toSingle, singleIndefinite, pops>;
template<bool pops>
constexpr Execute storeDouble = store<uint64_t, toDouble, doubleIndefinite, pops>;

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
bool storeRegister(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    FloatResult value = isEmpty(fpu, 0) ? missing : FloatResult{st(fpu, 0)};
    if (deliver(fpu, i->rm, value) && pops) pop(fpu);
    return true;
}

// --- between registers

bool fxch(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    bool empty = isEmpty(fpu, 0) || isEmpty(fpu, i->rm);
    if (!signal(fpu, empty ? stackUnderflow : uint16_t{0})) return true;
    Float80 top = isEmpty(fpu, 0) ? float80::indefinite : st(fpu, 0);
    Float80 other = isEmpty(fpu, i->rm) ? float80::indefinite : st(fpu, i->rm);
    setSt(fpu, 0, other);
    setSt(fpu, i->rm, top);
    return true;
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
    addCompleting<load<Single>>(table, FldM32);
    addCompleting<load<Double>>(table, FldM64);
    addCompleting<fldM80>(table, FldM80);
    addCompleting<fldSt>(table, FldSt);
    addCompleting<load<Integer<int16_t>>>(table, FildI16);
    addCompleting<load<Integer<int32_t>>>(table, FildI32);
    addCompleting<load<Integer<int64_t>>>(table, FildI64);
    addCompleting<fbld>(table, Fbld);
    addCompleting<loadExact<float80::one>>(table, Fld1);
    addCompleting<loadExact<float80::zero>>(table, Fldz);
    addCompleting<loadConstant<log2of10>>(table, Fldl2t);
    addCompleting<loadConstant<log2ofE>>(table, Fldl2e);
    addCompleting<loadConstant<pi>>(table, Fldpi);
    addCompleting<loadConstant<log10of2>>(table, Fldlg2);
    addCompleting<loadConstant<lnOf2>>(table, Fldln2);
    addCompleting<storeSingle<false>>(table, FstM32);
    addCompleting<storeDouble<false>>(table, FstM64);
    addCompleting<storeSingle<true>>(table, FstpM32);
    addCompleting<storeDouble<true>>(table, FstpM64);
    addCompleting<fstpM80>(table, FstpM80);
    addCompleting<storeRegister<false>>(table, FstSt);
    addCompleting<storeRegister<true>>(table, FstpSt);
    addCompleting<storeInteger<uint16_t, false>>(table, FistI16);
    addCompleting<storeInteger<uint32_t, false>>(table, FistI32);
    addCompleting<storeInteger<uint16_t, true>>(table, FistpI16);
    addCompleting<storeInteger<uint32_t, true>>(table, FistpI32);
    addCompleting<storeInteger<uint64_t, true>>(table, FistpI64);
    addCompleting<fbstp>(table, Fbstp);
    addCompleting<fxch>(table, Fxch);
    addConditionalMoves(table);
}

} // namespace bootglass::x87
