// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the x87 instructions; see op.h. Operands: M32, M64, M80 floating point in memory, I16,
// I32, I64 integers in memory, Top: ST(0) op ST(i) into ST(0), St: into ST(i), StPop: into ST(i)
// and pop.
#pragma once

// One name after another, as the manual lists them, without the formatter's stairs.
// clang-format off
#define BOOTGLASS_X87_ARITHMETIC(suffix)                                                           \
    BOOTGLASS_OP(Fadd##suffix) BOOTGLASS_OP(Fmul##suffix) BOOTGLASS_OP(Fsub##suffix)               \
    BOOTGLASS_OP(Fsubr##suffix) BOOTGLASS_OP(Fdiv##suffix) BOOTGLASS_OP(Fdivr##suffix)

#define BOOTGLASS_X87_COMPARE(suffix) BOOTGLASS_OP(Fcom##suffix) BOOTGLASS_OP(Fcomp##suffix)

#define BOOTGLASS_X87_OPS                                                                          \
    BOOTGLASS_X87_ARITHMETIC(M32) BOOTGLASS_X87_ARITHMETIC(M64) BOOTGLASS_X87_ARITHMETIC(I32)      \
    BOOTGLASS_X87_ARITHMETIC(I16) BOOTGLASS_X87_ARITHMETIC(Top) BOOTGLASS_X87_ARITHMETIC(St)       \
    BOOTGLASS_X87_ARITHMETIC(StPop) BOOTGLASS_X87_COMPARE(M32) BOOTGLASS_X87_COMPARE(M64)          \
    BOOTGLASS_X87_COMPARE(I32) BOOTGLASS_X87_COMPARE(I16) BOOTGLASS_X87_COMPARE(St)                \
    BOOTGLASS_OP(Fcompp) BOOTGLASS_OP(Fucom) BOOTGLASS_OP(Fucomp) BOOTGLASS_OP(Fucompp)            \
    BOOTGLASS_OP(Fcomi) BOOTGLASS_OP(Fcomip) BOOTGLASS_OP(Fucomi) BOOTGLASS_OP(Fucomip)            \
    BOOTGLASS_OP(Ftst) BOOTGLASS_OP(Fxam) BOOTGLASS_OP(FldM32) BOOTGLASS_OP(FldM64)                \
    BOOTGLASS_OP(FldM80) BOOTGLASS_OP(FldSt) BOOTGLASS_OP(FstM32) BOOTGLASS_OP(FstM64)             \
    BOOTGLASS_OP(FstpM32) BOOTGLASS_OP(FstpM64) BOOTGLASS_OP(FstpM80) BOOTGLASS_OP(FstSt)          \
    BOOTGLASS_OP(FstpSt) BOOTGLASS_OP(FildI16) BOOTGLASS_OP(FildI32) BOOTGLASS_OP(FildI64)         \
    BOOTGLASS_OP(FistI16) BOOTGLASS_OP(FistI32) BOOTGLASS_OP(FistpI16) BOOTGLASS_OP(FistpI32)      \
    BOOTGLASS_OP(FistpI64) BOOTGLASS_OP(Fbld) BOOTGLASS_OP(Fbstp) BOOTGLASS_OP(Fxch)               \
    BOOTGLASS_OP(FcmovB) BOOTGLASS_OP(FcmovE) BOOTGLASS_OP(FcmovBE) BOOTGLASS_OP(FcmovU)           \
    BOOTGLASS_OP(FcmovNB) BOOTGLASS_OP(FcmovNE) BOOTGLASS_OP(FcmovNBE) BOOTGLASS_OP(FcmovNU)       \
    BOOTGLASS_OP(Fld1) BOOTGLASS_OP(Fldl2t) BOOTGLASS_OP(Fldl2e) BOOTGLASS_OP(Fldpi)               \
    BOOTGLASS_OP(Fldlg2) BOOTGLASS_OP(Fldln2) BOOTGLASS_OP(Fldz) BOOTGLASS_OP(Fchs)                \
    BOOTGLASS_OP(Fabs) BOOTGLASS_OP(Fsqrt) BOOTGLASS_OP(Frndint) BOOTGLASS_OP(Fscale)              \
    BOOTGLASS_OP(Fxtract) BOOTGLASS_OP(Fprem) BOOTGLASS_OP(Fprem1) BOOTGLASS_OP(F2xm1)             \
    BOOTGLASS_OP(Fyl2x) BOOTGLASS_OP(Fyl2xp1) BOOTGLASS_OP(Fptan) BOOTGLASS_OP(Fpatan)             \
    BOOTGLASS_OP(Fsin) BOOTGLASS_OP(Fcos) BOOTGLASS_OP(Fsincos) BOOTGLASS_OP(Fnop)                 \
    BOOTGLASS_OP(Fneni) BOOTGLASS_OP(Ffree) BOOTGLASS_OP(Ffreep) BOOTGLASS_OP(Fincstp)             \
    BOOTGLASS_OP(Fdecstp) BOOTGLASS_OP(Fldcw) BOOTGLASS_OP(Fnstcw) BOOTGLASS_OP(Fldenv)            \
    BOOTGLASS_OP(Fnstenv) BOOTGLASS_OP(Frstor) BOOTGLASS_OP(Fnsave) BOOTGLASS_OP(FnstswM)          \
    BOOTGLASS_OP(FnstswAx) BOOTGLASS_OP(Fnclex) BOOTGLASS_OP(Fninit) BOOTGLASS_OP(Fwait)
// clang-format on
