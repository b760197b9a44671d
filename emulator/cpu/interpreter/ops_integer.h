// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the integer instructions; see op.h.
#pragma once

// One name after another, as the manual lists them, without the formatter's stairs.
// clang-format off
#define BOOTGLASS_CONDITIONS(prefix)                                                               \
    BOOTGLASS_OP(prefix##O) BOOTGLASS_OP(prefix##NO) BOOTGLASS_OP(prefix##B)                       \
    BOOTGLASS_OP(prefix##NB) BOOTGLASS_OP(prefix##Z) BOOTGLASS_OP(prefix##NZ)                      \
    BOOTGLASS_OP(prefix##BE) BOOTGLASS_OP(prefix##NBE) BOOTGLASS_OP(prefix##S)                     \
    BOOTGLASS_OP(prefix##NS) BOOTGLASS_OP(prefix##P) BOOTGLASS_OP(prefix##NP)                      \
    BOOTGLASS_OP(prefix##L) BOOTGLASS_OP(prefix##NL) BOOTGLASS_OP(prefix##LE)                      \
    BOOTGLASS_OP(prefix##NLE)

#define BOOTGLASS_ARITHMETIC(suffix)                                                               \
    BOOTGLASS_OP(Add##suffix) BOOTGLASS_OP(Or##suffix) BOOTGLASS_OP(Adc##suffix)                   \
    BOOTGLASS_OP(Sbb##suffix) BOOTGLASS_OP(And##suffix) BOOTGLASS_OP(Sub##suffix)                  \
    BOOTGLASS_OP(Xor##suffix) BOOTGLASS_OP(Cmp##suffix)

#define BOOTGLASS_SHIFTS(suffix)                                                                   \
    BOOTGLASS_OP(Rol##suffix) BOOTGLASS_OP(Ror##suffix) BOOTGLASS_OP(Rcl##suffix)                  \
    BOOTGLASS_OP(Rcr##suffix) BOOTGLASS_OP(Shl##suffix) BOOTGLASS_OP(Shr##suffix)                  \
    BOOTGLASS_OP(Sal##suffix) BOOTGLASS_OP(Sar##suffix)

#define BOOTGLASS_INTEGER_OPS                                                                      \
    BOOTGLASS_ARITHMETIC(EG) BOOTGLASS_ARITHMETIC(GE) BOOTGLASS_ARITHMETIC(EI)                     \
    BOOTGLASS_SHIFTS(EI) BOOTGLASS_SHIFTS(ECl) BOOTGLASS_CONDITIONS(J) BOOTGLASS_CONDITIONS(Set)   \
    BOOTGLASS_CONDITIONS(Cmov) BOOTGLASS_OP(IncE) BOOTGLASS_OP(DecE) BOOTGLASS_OP(NotE)            \
    BOOTGLASS_OP(NegE) BOOTGLASS_OP(MulE) BOOTGLASS_OP(ImulE) BOOTGLASS_OP(DivE)                   \
    BOOTGLASS_OP(IdivE) BOOTGLASS_OP(ImulGE) BOOTGLASS_OP(ImulGEI) BOOTGLASS_OP(TestEG)            \
    BOOTGLASS_OP(TestEI) BOOTGLASS_OP(XchgEG) BOOTGLASS_OP(MovEG) BOOTGLASS_OP(MovGE)              \
    BOOTGLASS_OP(MovEI) BOOTGLASS_OP(Lea) BOOTGLASS_OP(MovzxB) BOOTGLASS_OP(MovzxW)                \
    BOOTGLASS_OP(MovsxB) BOOTGLASS_OP(MovsxW) BOOTGLASS_OP(PushE) BOOTGLASS_OP(PopE)               \
    BOOTGLASS_OP(PushI) BOOTGLASS_OP(Pusha) BOOTGLASS_OP(Popa) BOOTGLASS_OP(Enter)                 \
    BOOTGLASS_OP(Leave) BOOTGLASS_OP(Bound) BOOTGLASS_OP(Cbw) BOOTGLASS_OP(Cwd)                    \
    BOOTGLASS_OP(Sahf) BOOTGLASS_OP(Lahf) BOOTGLASS_OP(Daa) BOOTGLASS_OP(Das) BOOTGLASS_OP(Aaa)    \
    BOOTGLASS_OP(Aas) BOOTGLASS_OP(Aam) BOOTGLASS_OP(Aad) BOOTGLASS_OP(Salc) BOOTGLASS_OP(Xlat)    \
    BOOTGLASS_OP(Cmc) BOOTGLASS_OP(Clc) BOOTGLASS_OP(Stc) BOOTGLASS_OP(Cld) BOOTGLASS_OP(Std)      \
    BOOTGLASS_OP(Nop) BOOTGLASS_OP(Pause) BOOTGLASS_OP(BtEG) BOOTGLASS_OP(BtsEG)                   \
    BOOTGLASS_OP(BtrEG) BOOTGLASS_OP(BtcEG) BOOTGLASS_OP(BtEI) BOOTGLASS_OP(BtsEI)                 \
    BOOTGLASS_OP(BtrEI) BOOTGLASS_OP(BtcEI) BOOTGLASS_OP(ShldI) BOOTGLASS_OP(ShldCl)               \
    BOOTGLASS_OP(ShrdI) BOOTGLASS_OP(ShrdCl) BOOTGLASS_OP(Bsf) BOOTGLASS_OP(Bsr)                   \
    BOOTGLASS_OP(CmpxchgEG) BOOTGLASS_OP(Cmpxchg8b) BOOTGLASS_OP(XaddEG) BOOTGLASS_OP(Bswap)       \
    BOOTGLASS_OP(Movs) BOOTGLASS_OP(Cmps) BOOTGLASS_OP(Stos) BOOTGLASS_OP(Lods)                    \
    BOOTGLASS_OP(Scas) BOOTGLASS_OP(Ins) BOOTGLASS_OP(Outs) BOOTGLASS_OP(InI) BOOTGLASS_OP(InDx)   \
    BOOTGLASS_OP(OutI) BOOTGLASS_OP(OutDx) BOOTGLASS_OP(Call) BOOTGLASS_OP(CallE)                  \
    BOOTGLASS_OP(Jmp) BOOTGLASS_OP(JmpE) BOOTGLASS_OP(Ret) BOOTGLASS_OP(RetI) BOOTGLASS_OP(Loop)   \
    BOOTGLASS_OP(Loope) BOOTGLASS_OP(Loopne) BOOTGLASS_OP(Jcxz) BOOTGLASS_OP(Ud)
