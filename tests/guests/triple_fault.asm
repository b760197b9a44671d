; SPDX-License-Identifier: GPL-3.0-or-later
; An interrupt table without room for a single vector: the breakpoint faults, so does the double fault, and the
; processor shuts down (SDM vol. 3, 6.15, interrupt 8).
%include "firmware.inc"

start:
    lidt [cs:none]
    int3
    mark                        ; never reached
    cli
    hlt

none:
    dw 0
    dd 0

firmware_end
