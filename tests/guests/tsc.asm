; SPDX-License-Identifier: GPL-3.0-or-later
; A Linux program (i386, no library, no interpreter) that tells the time stamp counter, which is the
; virtual time in ns:
;
;   tsc [LABEL]      prints "tsc LABEL 0000000123456789" (hexadecimal) to its standard output
;
; It is read before anything else happens. Without a LABEL, as when the kernel starts it as init, the
; label is "userspace"; as init, its end is a panic, and a reset with panic=-1.
bits 32
cpu 686
base equ 0x08048000
org base

; ELF header and one program header that loads the whole file (System V ABI, chapters 4 and 5).
elf:
    db 0x7F, "ELF", 1, 1, 1, 0
    times 8 db 0
    dw 2, 3                     ; executable, 386
    dd 1, start, load - elf, 0, 0
    dw 52, 32, 1, 40, 0, 0
load:
    dd 1, 0, base, base, end - base, end - base + room, 7, 0x1000

start:
    rdtsc
    mov edi, line.digits
    push eax
    mov eax, edx
    call hexadecimal
    pop eax
    call hexadecimal

    mov esi, userspace
    cmp dword [esp], 2          ; argc
    jb print
    mov esi, [esp + 8]          ; argv[1]
print:
    mov edi, text
    mov eax, "tsc "
    stosd
    mov ecx, 32                 ; of a label, at most
.label:
    lodsb
    test al, al
    jz .labelled
    stosb
    loop .label
.labelled:
    mov esi, line
    mov ecx, line.end - line
    rep movsb
    mov edx, edi
    mov ecx, text
    sub edx, ecx
    mov ebx, 1
    mov eax, 4                  ; write
    int 0x80
    xor ebx, ebx
    mov eax, 1                  ; exit
    int 0x80

; EAX as eight digits at EDI.
hexadecimal:
    mov ecx, 8
.digit:
    rol eax, 4
    mov ebx, eax
    and ebx, 15
    mov bl, [ebx + digits]
    mov [edi], bl
    inc edi
    loop .digit
    ret

digits: db "0123456789abcdef"
userspace: db "userspace", 0
line:
    db " "
.digits:
    times 16 db "0"
    db 10
.end:
end:

room equ 4 + 32 + (line.end - line)
text equ end                    ; the memory behind the file
