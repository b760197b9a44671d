; SPDX-License-Identifier: GPL-3.0-or-later
; INT1 and general detection: SDM vol. 3, 18.2.4 and 18.3.1.
;! QEMU 7.2 has neither: INT1 stops for its own debugger, DR7.GD is a bit like any other.
%include "system.inc"
%include "debug.inc"

main:
    set_gate 1, code0, debug_handler, 0x8E
    watch .icebp
.icebp:
    db 0xF1
    traps "INT1"
;= INT1: +1/0
    mov eax, 0x2400                 ; GD
    mov dr7, eax
    watch .general
.general:
    mov eax, dr0                    ; +0: a fault, which clears GD and comes again without
    traps "general detect"
;= general detect: +0/2000
    mov eax, dr7
    and eax, 0x2000
    line "GD", eax
;= GD 0
    ret

firmware_end
