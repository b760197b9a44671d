// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the instructions of segmentation, far control transfer, interrupts and system state; see
// op.h.
#pragma once

// One name after another, as the manual lists them, without the formatter's stairs.
// clang-format off
#define BOOTGLASS_SYSTEM_OPS                                                                       \
    BOOTGLASS_OP(MovES) BOOTGLASS_OP(MovSE) BOOTGLASS_OP(PushSeg) BOOTGLASS_OP(PopSeg)             \
    BOOTGLASS_OP(Les) BOOTGLASS_OP(Lds) BOOTGLASS_OP(Lss) BOOTGLASS_OP(Lfs) BOOTGLASS_OP(Lgs)      \
    BOOTGLASS_OP(CallFar) BOOTGLASS_OP(CallFarE) BOOTGLASS_OP(JmpFar) BOOTGLASS_OP(JmpFarE)        \
    BOOTGLASS_OP(RetFar) BOOTGLASS_OP(RetFarI) BOOTGLASS_OP(Int) BOOTGLASS_OP(Int3)                \
    BOOTGLASS_OP(Into) BOOTGLASS_OP(Int1) BOOTGLASS_OP(Iret) BOOTGLASS_OP(Pushf)                   \
    BOOTGLASS_OP(Popf) BOOTGLASS_OP(Cli) BOOTGLASS_OP(Sti) BOOTGLASS_OP(Hlt) BOOTGLASS_OP(Sldt)    \
    BOOTGLASS_OP(Str) BOOTGLASS_OP(Lldt) BOOTGLASS_OP(Ltr) BOOTGLASS_OP(Verr) BOOTGLASS_OP(Verw)   \
    BOOTGLASS_OP(Sgdt) BOOTGLASS_OP(Sidt) BOOTGLASS_OP(Lgdt) BOOTGLASS_OP(Lidt)                    \
    BOOTGLASS_OP(Smsw) BOOTGLASS_OP(Lmsw) BOOTGLASS_OP(Invlpg) BOOTGLASS_OP(Lar)                   \
    BOOTGLASS_OP(Lsl) BOOTGLASS_OP(Arpl) BOOTGLASS_OP(Clts) BOOTGLASS_OP(Invd)                     \
    BOOTGLASS_OP(Wbinvd) BOOTGLASS_OP(MovFromCr) BOOTGLASS_OP(MovToCr) BOOTGLASS_OP(MovFromDr)     \
    BOOTGLASS_OP(MovToDr) BOOTGLASS_OP(Rdmsr) BOOTGLASS_OP(Wrmsr) BOOTGLASS_OP(Rdtsc)              \
    BOOTGLASS_OP(Rdpmc) BOOTGLASS_OP(Cpuid) BOOTGLASS_OP(Sysenter) BOOTGLASS_OP(Sysexit)           \
    BOOTGLASS_OP(Rsm)
