; SPDX-License-Identifier: GPL-3.0-or-later
; Never ends: says "hello" once and then a line again and again on the serial line, with two thousand port writes
; between two lines. Echoes what comes in on the serial line; a byte of the keyboard goes to port 81h.
%include "firmware.inc"

start:
    mov sp, 0x7000
    mov dx, 0x3FB               ; the 16550: 115200 baud, 8 bits
    mov al, 0x83
    out dx, al
    mov dx, 0x3F8
    mov ax, 1
    out dx, ax
    mov dx, 0x3FB
    mov al, 3
    out dx, al
    mov si, hello
    call say
again:
    mov si, line
    call say
    mov cx, 2000
.work:
    mark
    loop .work

    mov dx, 0x3FD               ; the 16550's line status: bit 0, a byte has come
    in al, dx
    test al, 1
    jz .keyboard
    mov dx, 0x3F8
    in al, dx
    call put
.keyboard:
    in al, 0x64                 ; the 8042's status: bit 0, a byte has come
    test al, 1
    jz again
    in al, 0x60
    out 0x81, al
    jmp again

; The text at CS:SI, up to a zero.
say:
    mov al, [cs:si]
    inc si
    test al, al
    jz .done
    call put
    jmp say
.done:
    ret

put:
    push ax
    mov dx, 0x3FD
.full:
    in al, dx
    test al, 0x20               ; bit 5: there is room
    jz .full
    pop ax
    mov dx, 0x3F8
    out dx, al
    ret

hello:
    db "hello", 13, 10, 0
line:
    db "and on", 13, 10, 0

firmware_end
