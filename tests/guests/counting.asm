; SPDX-License-Identifier: GPL-3.0-or-later
; What counts how much: between two marks stands what the test names.
%include "firmware.inc"

start:
    mark                        ; "reset"
    nop
    nop
    nop
    mark                        ; "nops"

    mov al, 7
    mov cx, 5
    mov di, 0x500
    rep stosb
    mark                        ; "rep stos"

    xor cx, cx
    rep stosb
    mark                        ; "rep with zero"

    mov cx, 5
    mov si, 0x500
    mov di, 0x502
    rep movsb
    mark                        ; "overlapping rep movs"

    mov cx, 4
    mov si, 0x500
    mov di, 0x501
    repe cmpsb
    mark                        ; "repe cmps to its end"

    mov byte [0x502], 1
    mov cx, 5
    mov di, 0x500
    repe scasb
    mark                        ; "repe scas stopped by ZF"

    set_vector 0x30, return
    int 0x30
    mark                        ; "int and iret"

    set_vector 0, fix_divisor
    xor cx, cx
    mov ax, 7
    div cl
    mark                        ; "division that faults first"

    set_vector 6, skip_two
    ud2
    mark                        ; "undefined opcode"

    pushf
    popf
    sti
    cli
    mark                        ; "flags"

    rdtsc
    mark                        ; "rdtsc"
    mov ebx, eax
    in al, 0x61
    nop
    in al, 0x61
    rdtsc
    sub eax, ebx
    out 0x80, eax               ; "between two rdtsc", in its value
    cli
    hlt

return:
    iret
fix_divisor:
    mov cl, 1
    iret
skip_two:
    push bp
    mov bp, sp
    add word [bp + 2], 2
    pop bp
    iret

firmware_end
