// SPDX-License-Identifier: GPL-3.0-or-later
// FADD FSUB FMUL FDIV in all forms, and what works on ST(0) alone: FSQRT FRNDINT FCHS FABS, FSCALE
// FPREM FXTRACT: SDM vol. 1, 8.3.5.
#include "emulator/cpu/fpu/float80_arithmetic.h"
#include "emulator/cpu/fpu/x87_operands.h"

namespace bootglass::x87 {

namespace {

constexpr FloatResult missing{float80::indefinite, stackUnderflow};

/// value = operation(destination, source)
using Binary = FloatResult (*)(const Float80 &, const Float80 &, uint16_t);
FloatResult subtractFrom(const Float80 &a, const Float80 &b, uint16_t control) {
    return subtract(b, a, control);
}
FloatResult divideInto(const Float80 &a, const Float80 &b, uint16_t control) {
    return divide(b, a, control);
}

/// ST(0) = ST(0) op memory.
template<Binary operation, typename Operand>
void withMemory(X87State &fpu, uint64_t bits, unsigned) {
    if (isEmpty(fpu, 0)) {
        deliver(fpu, 0, missing);
        return;
    }
    FloatResult operand = Operand::value(static_cast<typename Operand::Bits>(bits));
    FloatResult result = operation(st(fpu, 0), operand.value, fpu.control);
    addDenormalOperand(result, operand, st(fpu, 0), fpu.control);
    deliver(fpu, 0, result);
}

/// ST(0) = ST(0) op ST(i)
template<Binary operation>
void intoTop(X87State &fpu, uint64_t, unsigned number) {
    bool empty = isEmpty(fpu, 0) || isEmpty(fpu, number);
    deliver(fpu, 0, empty ? missing : operation(st(fpu, 0), st(fpu, number), fpu.control));
}

/// ST(i) = ST(i) op ST(0)
template<Binary operation, bool pops>
void intoRegister(X87State &fpu, uint64_t, unsigned number) {
    bool empty = isEmpty(fpu, 0) || isEmpty(fpu, number);
    FloatResult result = empty ? missing : operation(st(fpu, number), st(fpu, 0), fpu.control);
    if (deliver(fpu, number, result) && pops) pop(fpu);
}

/// ST(0) = operation(ST(0), ST(1)) and condition codes.
template<Binary operation, uint16_t conditions = 0>
void withNext(X87State &fpu, uint64_t, unsigned) {
    bool empty = isEmpty(fpu, 0) || isEmpty(fpu, 1);
    FloatResult result = empty ? missing : operation(st(fpu, 0), st(fpu, 1), fpu.control);
    // Where there is no quotient (a NaN comes out), processors clear C2 alone.
    bool quotient = !empty && !inspect(result.value).isNan();
    uint16_t cleared = quotient ? conditions : static_cast<uint16_t>(conditions & x87status::C2);
    fpu.status = static_cast<uint16_t>(fpu.status & ~cleared);
    deliver(fpu, 0, result);
}

/// ST(0) = operation(ST(0))
template<FloatResult (*operation)(const Float80 &, uint16_t)>
void onTop(X87State &fpu, uint64_t, unsigned) {
    deliver(fpu, 0, isEmpty(fpu, 0) ? missing : operation(st(fpu, 0), fpu.control));
}

FloatResult changeSign(const Float80 &a, uint16_t) {
    return {{a.significand, static_cast<uint16_t>(a.signExponent ^ float80::signBit)}};
}
FloatResult absolute(const Float80 &a, uint16_t) {
    return {{a.significand, static_cast<uint16_t>(a.signExponent & ~float80::signBit)}};
}
FloatResult partialRemainder(const Float80 &a, const Float80 &b, uint16_t control) {
    return remainder(a, b, control, false);
}
FloatResult ieeeRemainder(const Float80 &a, const Float80 &b, uint16_t control) {
    return remainder(a, b, control, true);
}

/// ST(0) becomes the exponent, and the significand is pushed.
void fxtract(X87State &fpu, uint64_t, unsigned) {
    Extracted parts{float80::indefinite, float80::indefinite, 0};
    if (isEmpty(fpu, 0))
        parts.status = stackUnderflow;
    else if (!isEmpty(fpu, 7))
        parts.status = stackOverflow;
    else
        parts = extract(st(fpu, 0), fpu.control);
    if (!signal(fpu, parts.status)) return;
    setSt(fpu, 0, parts.exponent);
    setTop(fpu, fpu.top() - 1);
    setSt(fpu, 0, parts.significand);
}

struct Forms {
    Op m32, m64, i32, i16, top, st, stPop;
};

template<Binary operation>
void addForms(HandlerTable &table, const Forms &forms) {
    addOnMemory<withMemory<operation, Single>, Single>(table, forms.m32);
    addOnMemory<withMemory<operation, Double>, Double>(table, forms.m64);
    addOnMemory<withMemory<operation, Integer<int32_t>>, Integer<int32_t>>(table, forms.i32);
    addOnMemory<withMemory<operation, Integer<int16_t>>, Integer<int16_t>>(table, forms.i16);
    addOnStack<intoTop<operation>>(table, forms.top);
    addOnStack<intoRegister<operation, false>>(table, forms.st);
    addOnStack<intoRegister<operation, true>>(table, forms.stPop);
}

} // namespace

void addArithmetic(HandlerTable &table) {
    using enum Op;
    addForms<add>(table, {FaddM32, FaddM64, FaddI32, FaddI16, FaddTop, FaddSt, FaddStPop});
    addForms<multiply>(table, {FmulM32, FmulM64, FmulI32, FmulI16, FmulTop, FmulSt, FmulStPop});
    addForms<subtract>(table, {FsubM32, FsubM64, FsubI32, FsubI16, FsubTop, FsubSt, FsubStPop});
    addForms<subtractFrom>(table,
                           {FsubrM32, FsubrM64, FsubrI32, FsubrI16, FsubrTop, FsubrSt, FsubrStPop});
    addForms<divide>(table, {FdivM32, FdivM64, FdivI32, FdivI16, FdivTop, FdivSt, FdivStPop});
    addForms<divideInto>(table,
                         {FdivrM32, FdivrM64, FdivrI32, FdivrI16, FdivrTop, FdivrSt, FdivrStPop});
    addOnStack<onTop<changeSign>>(table, Fchs);
    addOnStack<onTop<absolute>>(table, Fabs);
    addOnStack<onTop<squareRoot>>(table, Fsqrt);
    addOnStack<onTop<roundToIntegral>>(table, Frndint);
    addOnStack<withNext<scale>>(table, Fscale);
    addOnStack<withNext<partialRemainder, x87status::conditions>>(table, Fprem);
    addOnStack<withNext<ieeeRemainder, x87status::conditions>>(table, Fprem1);
    addOnStack<fxtract>(table, Fxtract);
}

} // namespace bootglass::x87
