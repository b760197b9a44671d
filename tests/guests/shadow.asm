; SPDX-License-Identifier: GPL-3.0-or-later
; An interrupt that waits behind CLI comes after the instruction that follows STI, and after the one that
; follows a load of SS.
%include "firmware.inc"
%include "timers.inc"

start:
    mov sp, 0x7000
    set_vector 0x20, tick
    mov al, 0x34                ; mode 2
    out 0x43, al
    start_pics 0
    mov al, 0x00
    out 0x40, al
    mov al, 0x02
    out 0x40, al
    mov cx, 20000               ; longer than a period of 512 clocks: 53,638 instructions
spin:
    loop spin
    mov cx, 40000
spin2:
    loop spin2
    xor edx, edx
    sti
    inc edx                     ; in the shadow
    inc edx                     ; after the interrupt
    cli
    mov cx, 60000
spin3:
    loop spin3
    xor edx, edx
    xor ax, ax
    sti
    mov ss, ax                  ; in STI's shadow, and casts its own
    inc edx
    inc edx
    cli
    hlt

tick:
    mov eax, edx
    out 0x80, eax
    mov al, 0x20
    out 0x20, al
    iret

firmware_end
