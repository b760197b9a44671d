; SPDX-License-Identifier: GPL-3.0-or-later
; Chips see the exact count: the 8254's counter is latched in mid-block, at known instructions, and
; REP INS reads a port once a pass.
%include "firmware.inc"

start:
    mov al, 0x34                ; channel 0, mode 2
    out 0x43, al
    xor al, al
    out 0x40, al
    out 0x40, al                ; 65536; loads the counter
    mov cx, 12345
spin:
    loop spin
    xor al, al
    out 0x43, al                ; latch
    in al, 0x40
    mov ah, al
    in al, 0x40
    xchg al, ah
    movzx eax, ax
    out 0x80, eax
    mov dx, 0x61
    mov di, 0x500
    mov cx, 5
    mark
    rep insb
    mark
    cli
    hlt

firmware_end
