// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the MMX, SSE and SSE2 instructions; see op.h.
#pragma once

#define BOOTGLASS_SSE_OPS BOOTGLASS_OP(Emms)
