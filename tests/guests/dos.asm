; SPDX-License-Identifier: GPL-3.0-or-later
; A hard disk that boots and then does what DOS and its programs do all day: 16-bit code, services by
; software interrupts, stores beside code (a driver's variables stand between its instructions, a COM
; program's data behind its own), sectors read by INT 13h, text written by INT 10h. Nothing in it
; is DOS. It tells virtual times on COM1 as "tsc LABEL 0000000123456789" and ends with a reset.
;
; -DROUNDS=N: how often each part is done; the default is long enough for a bench.
%ifndef ROUNDS
%define ROUNDS 100
%endif
%define SECTORS 16              ; behind the boot sector
bits 16
cpu 586
org 0x7C00

    jmp 0:start
start:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7C00
    mov [drive], dl
    mov dx, 0x3FB               ; line control of COM1: 8 bits, no parity
    mov al, 3
    out dx, al
    mov si, boot
    call tell
    mov ax, 0x0200 + SECTORS    ; read sectors (C 0, H 0, from S 2) to behind the boot sector
    mov cx, 2
    mov dh, 0
    mov dl, [drive]
    mov bx, 0x7E00
    int 0x13
    jc failed
    jmp system
failed:
    mov si, error
    call tell
    jmp reset

; "tsc ", the text at SI, the time stamp counter and a line end on COM1.
tell:
    rdtsc
    pushad
    mov bx, si
    mov si, word_tsc
    call text
    mov si, bx
    call text
    mov si, space
    call text
    popad
    push eax
    mov eax, edx
    call hexadecimal
    pop eax
    call hexadecimal
    mov al, 10
    ; fall through

; AL on COM1.
byte_out:
    push dx
    push ax
    mov dx, 0x3FD
.wait:
    in al, dx
    test al, 0x20
    jz .wait
    pop ax
    mov dx, 0x3F8
    out dx, al
    pop dx
    ret

text:
    lodsb
    test al, al
    jz .done
    call byte_out
    jmp text
.done:
    ret

hexadecimal:
    mov cx, 8
.digit:
    rol eax, 4
    push eax
    and al, 15
    cmp al, 10
    sbb al, 0x69
    das                         ; 0-15 to "0"-"9", "A"-"F"
    call byte_out
    pop eax
    loop .digit
    ret

reset:
    mov dx, 0xCF9
    mov al, 2
    out dx, al
    mov al, 6
    out dx, al
    cli
    hlt

word_tsc: db "tsc ", 0
space: db " ", 0
boot: db "boot", 0
error: db "disk-error", 0
drive: db 0
    times 510 - ($ - $$) db 0
    dw 0xAA55

system:
    mov word [0x21 * 4], service
    mov word [0x21 * 4 + 2], 0
    mov si, loaded
    call tell

; Services: a counter, a copy and a case change through INT 21h, whose handler keeps its variables
; between its instructions.
    mov bp, ROUNDS
.services:
    mov cx, 2000
.call:
    mov ah, 1
    int 0x21
    mov ah, 2
    int 0x21
    loop .call
    dec bp
    jnz .services
    mov si, services
    call tell

; A program: a sieve whose flags and variables follow its code at once.
    mov bp, ROUNDS
.sieve:
    call sieve
    dec bp
    jnz .sieve
    mov si, program
    call tell

; Disk: the same track again and again, as FAT and directory are read.
    mov bp, ROUNDS / 2 + 1
.disk:
    mov ax, 0x0200 + SECTORS
    mov cx, 2
    mov dh, 0
    mov dl, [drive]
    mov bx, 0xA000
    int 0x13
    jc failed
    dec bp
    jnz .disk
    mov si, disk
    call tell

; Screen: lines by teletype output, so that it scrolls.
    mov bp, ROUNDS / 2 + 1
.screen:
    mov si, greeting
.letter:
    lodsb
    test al, al
    jz .line
    mov ah, 0x0E
    mov bx, 7
    int 0x10
    jmp .letter
.line:
    dec bp
    jnz .screen
    mov si, screen
    call tell

; Patched code: the operand of an instruction is written, then the instruction runs.
    mov bp, ROUNDS
.patched:
    mov cx, 200
.patch:
    mov [.operand], cx
    db 0xB8                     ; MOV AX, imm16
.operand:
    dw 0
    add [sum], ax
    loop .patch
    dec bp
    jnz .patched
    mov si, patched
    call tell
    jmp reset

; INT 21h: AH = 1 counts, AH = 2 copies and changes a name.
service:
    jmp short .entry
.calls: dw 0, 0
.saved_si: dw 0
.saved_di: dw 0
.entry:
    push ds
    push es
    push cs
    pop ds
    push cs
    pop es
    add word [.calls], 1
    adc word [.calls + 2], 0
    cmp ah, 1
    je .return
    mov [.saved_si], si
    mov [.saved_di], di
    mov si, .name
    mov di, .copy
    push cx
    mov cx, 11
.change:
    lodsb
    cmp al, 'a'
    jb .store
    cmp al, 'z'
    ja .store
    sub al, 0x20
.store:
    stosb
    loop .change
    pop cx
    mov si, [.saved_si]
    mov di, [.saved_di]
.return:
    pop es
    pop ds
    iret
.name: db "command com"
.copy: times 11 db 0

sieve:
    mov di, .flags
    mov cx, 2048
    mov al, 1
    rep stosb
    mov word [.count], 0
    mov si, 2
.next:
    cmp byte [si + .flags], 0
    je .skip
    inc word [.count]
    mov di, si
.strike:
    add di, si
    cmp di, 2048
    jae .skip
    mov byte [di + .flags], 0
    jmp .strike
.skip:
    inc si
    cmp si, 2048
    jb .next
    ret
.count: dw 0
.flags: times 2048 db 0

sum: dw 0
loaded: db "loaded", 0
services: db "services", 0
program: db "program", 0
disk: db "disk", 0
screen: db "screen", 0
patched: db "patched", 0
greeting: db "The quick brown fox jumps over the lazy dog.", 13, 10, 0
    times (1 + SECTORS) * 512 - ($ - $$) db 0
    times 1024 * 1024 - ($ - $$) db 0
