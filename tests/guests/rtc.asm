; SPDX-License-Identifier: GPL-3.0-or-later
; The periodic interrupt of the real-time clock at 1024 Hz, four times.
%include "firmware.inc"
%include "timers.inc"

start:
    mov sp, 0x7000
    set_vector 0x28, tick
    start_pics 8
    mov al, 0x0A
    out 0x70, al
    mov al, 0x26                ; 32.768 kHz time base, rate 6: 976.5625 us
    out 0x71, al
    mov al, 0x0B
    out 0x70, al
    mov al, 0x42                ; periodic interrupt, 24 hours
    out 0x71, al
    mov al, 0x0C
    out 0x70, al
    in al, 0x71
    mov cx, 4
    sti
wait_for_tick:
    hlt
    dec cx
    jnz wait_for_tick
    cli
    hlt

tick:
    mark
    mov al, 0x0C                ; reading register C lets the next one come
    out 0x70, al
    in al, 0x71
    mov al, 0x20
    out 0xA0, al
    out 0x20, al
    iret

firmware_end
