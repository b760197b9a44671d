; SPDX-License-Identifier: GPL-3.0-or-later
; Halts until a one-shot of the 8254 and tells how far the time-stamp counter moved.
%include "firmware.inc"
%include "timers.inc"

start:
    mov sp, 0x7000
    set_vector 0x20, tick
    start_pics 0
    mov al, 0x30                ; mode 0
    out 0x43, al
    mov al, 0x00
    out 0x40, al
    mov al, 0x10
    rdtsc
    mov esi, eax
    mov al, 0x10
    out 0x40, al                ; loads the counter
    sti
    hlt                         ; in the shadow of STI, so nothing comes between
    rdtsc
    sub eax, esi
    out 0x80, eax
    cli
    hlt

tick:
    mark
    mov al, 0x20
    out 0x20, al
    iret

firmware_end
