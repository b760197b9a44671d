// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the MMX, SSE and SSE2 instructions; see op.h. Operand letters are the opcode maps': P an
// MMX register, Q MMX or memory, V an XMM register, W XMM or memory, E and G general registers, I
// an immediate.
#pragma once

// One name after another, as the manual lists them, without the formatter's stairs.
// clang-format off
// Integer instructions that exist for both register files.
#define BOOTGLASS_PACKED(suffix)                                                                   \
    BOOTGLASS_OP(Punpcklbw##suffix) BOOTGLASS_OP(Punpcklwd##suffix)                                \
    BOOTGLASS_OP(Punpckldq##suffix) BOOTGLASS_OP(Packsswb##suffix) BOOTGLASS_OP(Pcmpgtb##suffix)   \
    BOOTGLASS_OP(Pcmpgtw##suffix) BOOTGLASS_OP(Pcmpgtd##suffix) BOOTGLASS_OP(Packuswb##suffix)     \
    BOOTGLASS_OP(Punpckhbw##suffix) BOOTGLASS_OP(Punpckhwd##suffix)                                \
    BOOTGLASS_OP(Punpckhdq##suffix) BOOTGLASS_OP(Packssdw##suffix) BOOTGLASS_OP(Pcmpeqb##suffix)   \
    BOOTGLASS_OP(Pcmpeqw##suffix) BOOTGLASS_OP(Pcmpeqd##suffix) BOOTGLASS_OP(Psrlw##suffix)        \
    BOOTGLASS_OP(Psrld##suffix) BOOTGLASS_OP(Psrlq##suffix) BOOTGLASS_OP(Paddq##suffix)            \
    BOOTGLASS_OP(Pmullw##suffix) BOOTGLASS_OP(Psubusb##suffix) BOOTGLASS_OP(Psubusw##suffix)       \
    BOOTGLASS_OP(Pminub##suffix) BOOTGLASS_OP(Pand##suffix) BOOTGLASS_OP(Paddusb##suffix)          \
    BOOTGLASS_OP(Paddusw##suffix) BOOTGLASS_OP(Pmaxub##suffix) BOOTGLASS_OP(Pandn##suffix)         \
    BOOTGLASS_OP(Pavgb##suffix) BOOTGLASS_OP(Psraw##suffix) BOOTGLASS_OP(Psrad##suffix)            \
    BOOTGLASS_OP(Pavgw##suffix) BOOTGLASS_OP(Pmulhuw##suffix) BOOTGLASS_OP(Pmulhw##suffix)         \
    BOOTGLASS_OP(Psubsb##suffix) BOOTGLASS_OP(Psubsw##suffix) BOOTGLASS_OP(Pminsw##suffix)         \
    BOOTGLASS_OP(Por##suffix) BOOTGLASS_OP(Paddsb##suffix) BOOTGLASS_OP(Paddsw##suffix)            \
    BOOTGLASS_OP(Pmaxsw##suffix) BOOTGLASS_OP(Pxor##suffix) BOOTGLASS_OP(Psllw##suffix)            \
    BOOTGLASS_OP(Pslld##suffix) BOOTGLASS_OP(Psllq##suffix) BOOTGLASS_OP(Pmuludq##suffix)          \
    BOOTGLASS_OP(Pmaddwd##suffix) BOOTGLASS_OP(Psadbw##suffix) BOOTGLASS_OP(Psubb##suffix)         \
    BOOTGLASS_OP(Psubw##suffix) BOOTGLASS_OP(Psubd##suffix) BOOTGLASS_OP(Psubq##suffix)            \
    BOOTGLASS_OP(Paddb##suffix) BOOTGLASS_OP(Paddw##suffix) BOOTGLASS_OP(Paddd##suffix)

#define BOOTGLASS_PACKED_SHIFTS(suffix)                                                            \
    BOOTGLASS_OP(Psrlw##suffix) BOOTGLASS_OP(Psraw##suffix) BOOTGLASS_OP(Psllw##suffix)            \
    BOOTGLASS_OP(Psrld##suffix) BOOTGLASS_OP(Psrad##suffix) BOOTGLASS_OP(Pslld##suffix)            \
    BOOTGLASS_OP(Psrlq##suffix) BOOTGLASS_OP(Psllq##suffix)

// Packed and scalar, single and double.
#define BOOTGLASS_SSE_FOUR(name)                                                                   \
    BOOTGLASS_OP(name##ps) BOOTGLASS_OP(name##pd) BOOTGLASS_OP(name##ss) BOOTGLASS_OP(name##sd)

#define BOOTGLASS_SSE_OPS                                                                          \
    BOOTGLASS_PACKED(PQ) BOOTGLASS_PACKED(VW) BOOTGLASS_PACKED_SHIFTS(QI)                          \
    BOOTGLASS_PACKED_SHIFTS(WI) BOOTGLASS_OP(PsrldqWI) BOOTGLASS_OP(PslldqWI)                      \
    BOOTGLASS_OP(PunpcklqdqVW) BOOTGLASS_OP(PunpckhqdqVW) BOOTGLASS_OP(MovdPE)                     \
    BOOTGLASS_OP(MovdEP) BOOTGLASS_OP(MovdVE) BOOTGLASS_OP(MovdEV) BOOTGLASS_OP(MovqPQ)            \
    BOOTGLASS_OP(MovqQP) BOOTGLASS_OP(MovqVW) BOOTGLASS_OP(MovqWV) BOOTGLASS_OP(Movq2dq)           \
    BOOTGLASS_OP(Movdq2q) BOOTGLASS_OP(MovAlignedVW) BOOTGLASS_OP(MovAlignedWV)                    \
    BOOTGLASS_OP(MovUnalignedVW) BOOTGLASS_OP(MovUnalignedWV) BOOTGLASS_OP(MovssVW)                \
    BOOTGLASS_OP(MovssWV) BOOTGLASS_OP(MovsdVW) BOOTGLASS_OP(MovsdWV) BOOTGLASS_OP(MovlVM)         \
    BOOTGLASS_OP(MovlMV) BOOTGLASS_OP(MovhVM) BOOTGLASS_OP(MovhMV) BOOTGLASS_OP(Movhlps)           \
    BOOTGLASS_OP(Movlhps) BOOTGLASS_OP(Movmskps) BOOTGLASS_OP(Movmskpd) BOOTGLASS_OP(PmovmskbGP)   \
    BOOTGLASS_OP(PmovmskbGV) BOOTGLASS_OP(Movntq) BOOTGLASS_OP(Movnti) BOOTGLASS_OP(Maskmovq)      \
    BOOTGLASS_OP(Maskmovdqu) BOOTGLASS_OP(Pshufw) BOOTGLASS_OP(Pshufd) BOOTGLASS_OP(Pshufhw)       \
    BOOTGLASS_OP(Pshuflw) BOOTGLASS_OP(PinsrwPE) BOOTGLASS_OP(PinsrwVE) BOOTGLASS_OP(PextrwGP)     \
    BOOTGLASS_OP(PextrwGV) BOOTGLASS_OP(Shufps) BOOTGLASS_OP(Shufpd) BOOTGLASS_OP(Unpcklps)        \
    BOOTGLASS_OP(Unpckhps) BOOTGLASS_SSE_FOUR(Add) BOOTGLASS_SSE_FOUR(Mul)                         \
    BOOTGLASS_SSE_FOUR(Sub) BOOTGLASS_SSE_FOUR(Div) BOOTGLASS_SSE_FOUR(Min)                        \
    BOOTGLASS_SSE_FOUR(Max) BOOTGLASS_SSE_FOUR(Sqrt) BOOTGLASS_SSE_FOUR(Cmp) BOOTGLASS_OP(Rcpps)   \
    BOOTGLASS_OP(Rcpss) BOOTGLASS_OP(Rsqrtps) BOOTGLASS_OP(Rsqrtss) BOOTGLASS_OP(Comiss)           \
    BOOTGLASS_OP(Comisd) BOOTGLASS_OP(Ucomiss) BOOTGLASS_OP(Ucomisd) BOOTGLASS_OP(Cvtpi2ps)        \
    BOOTGLASS_OP(Cvtpi2pd) BOOTGLASS_OP(Cvtsi2ss) BOOTGLASS_OP(Cvtsi2sd) BOOTGLASS_OP(Cvttps2pi)   \
    BOOTGLASS_OP(Cvttpd2pi) BOOTGLASS_OP(Cvttss2si) BOOTGLASS_OP(Cvttsd2si)                        \
    BOOTGLASS_OP(Cvtps2pi) BOOTGLASS_OP(Cvtpd2pi) BOOTGLASS_OP(Cvtss2si) BOOTGLASS_OP(Cvtsd2si)    \
    BOOTGLASS_OP(Cvtps2pd) BOOTGLASS_OP(Cvtpd2ps) BOOTGLASS_OP(Cvtss2sd) BOOTGLASS_OP(Cvtsd2ss)    \
    BOOTGLASS_OP(Cvtdq2ps) BOOTGLASS_OP(Cvtps2dq) BOOTGLASS_OP(Cvttps2dq)                          \
    BOOTGLASS_OP(Cvttpd2dq) BOOTGLASS_OP(Cvtdq2pd) BOOTGLASS_OP(Cvtpd2dq) BOOTGLASS_OP(Fxsave)     \
    BOOTGLASS_OP(Fxrstor) BOOTGLASS_OP(Ldmxcsr) BOOTGLASS_OP(Stmxcsr) BOOTGLASS_OP(Clflush)        \
    BOOTGLASS_OP(Fence) BOOTGLASS_OP(Emms)
// clang-format on
