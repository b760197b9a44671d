; SPDX-License-Identifier: GPL-3.0-or-later
; Channel 0 of the 8254 in the mode MODE (given to the assembler) with a count of 1000h, interrupts
; taken while the CPU counts up EBX.
%include "firmware.inc"
%include "timers.inc"

start:
    xor ax, ax
    mov sp, 0x7000
    set_vector 0x20, tick
    mov al, 0x30 | MODE << 1    ; OUT settles before the interrupt controller looks
    out 0x43, al
    start_pics 0
    mov al, 0x00
    out 0x40, al
    mov al, 0x10
    mark                        ; the next instruction loads the counter
    out 0x40, al
    xor ebx, ebx
    sti
count:
    inc ebx
    jmp count

tick:
    mark
    mov al, 0x20
    out 0x20, al
    iret

firmware_end
