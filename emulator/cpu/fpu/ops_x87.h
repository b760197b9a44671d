// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the x87 instructions; see op.h.
#pragma once

#define BOOTGLASS_X87_OPS BOOTGLASS_OP(Fwait)
