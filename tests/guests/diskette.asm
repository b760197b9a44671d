; SPDX-License-Identifier: GPL-3.0-or-later
; A diskette that boots as DOS does: the boot sector loads a program of 40 sectors by INT 13h (across
; heads and a cylinder), the program checks what it got, changes its own code while it runs, as DOS
; programs of old did, writes a sector and reads it back, talks by INT 10h and 16h, and measures the day's
; clock. A line each on the screen.
bits 16
cpu 386
org 7C00h

SECTORS equ 40
PROGRAM equ 1000h               ; segment

boot:
        jmp short load
        nop
        db 'BOOTGLAS'           ; a BIOS parameter block of 1.44 MB, as firmware may look for it
        dw 512
        db 1
        dw 1
        db 2
        dw 224, 2880
        db 0F0h
        dw 9, 18, 2
        dd 0, 0
load:
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 7C00h
        mov [drive], dl
        mov si, loading
        call print
        mov ax, PROGRAM
        mov es, ax
        mov di, 1               ; sector by sector, from the second on
.next:
        mov ax, di
        mov bl, 18
        div bl                  ; AL track, AH sector
        mov cl, ah
        inc cl
        mov dh, al
        and dh, 1
        mov ch, al
        shr ch, 1
        mov dl, [drive]
        mov ax, 0201h
        xor bx, bx
        int 13h
        jc failed
        mov ax, es
        add ax, 512 / 16
        mov es, ax
        inc di
        cmp di, SECTORS
        jbe .next
        mov dl, [drive]
        jmp PROGRAM:0
failed:
        mov si, bad
        call print
        hlt
print:
        lodsb
        test al, al
        jz .end
        mov ah, 0Eh
        mov bx, 7
        int 10h
        jmp print
.end:
        ret
drive   db 0
loading db 'Loading...', 13, 10, 0
bad     db 'Read error', 13, 10, 0
        times 510 - ($ - $$) db 0
        dw 0AA55h

; --- the program, at PROGRAM:0
program:
%define at(x) ((x) - program)
        mov ax, cs
        mov ds, ax
        mov es, ax
        mov [at(unit)], dl

        ; All of its sectors, each with its number behind the code.
        mov si, at(numbered)
        mov ax, (numbered - boot) / 512
        mov cx, SECTORS + 1
        sub cx, ax
.check:
        cmp [si], ax
        jne wrong
        cmp [si + 510], ax
        jne wrong
        add si, 512
        inc ax
        loop .check
        mov si, at(loaded)
        call say

        ; Code that changes itself: an operand just ahead, then an opcode a jump away, and bytes
        ; beside the loop that are data.
        mov cx, 1000
        xor dx, dx
.change:
        mov [at(.operand) + 1], cx
.operand:
        mov ax, 0
        add dx, ax
        xor byte [at(.opcode)], 40h ^ 48h       ; INC AX and DEC AX in turn
        jmp short .opcode
.opcode:
        inc ax
        add [at(.sum)], ax
        loop .change
        jmp short .changed
.sum    dw 0
.changed:
        cmp dx, 500500 & 0FFFFh
        jne wrong
        cmp word [at(.sum)], 500500 & 0FFFFh    ; as many up as down
        jne wrong
        mov si, at(modified)
        call say

        ; A sector written and read back.
        mov ax, 0301h
        mov bx, at(numbered)
        call transfer
        mov ax, 0201h
        mov bx, at(buffer)
        call transfer
        mov si, at(numbered)
        mov di, at(buffer)
        mov cx, 256
        repe cmpsw
        jne wrong
        mov si, at(written)
        call say

        ; The clock goes on while one waits for it.
        mov ah, 0
        int 1Ah
        mov bx, dx
.tick:
        hlt
        mov ah, 0
        int 1Ah
        cmp dx, bx
        je .tick
        mov si, at(ticked)
        call say
.prompt:
        mov si, at(prompt)
        call say
.key:
        mov ah, 0
        int 16h
        mov ah, 0Eh
        mov bx, 7
        int 10h
        cmp al, 13
        jne .key
        mov al, 10
        int 10h
        jmp .prompt

; AX, BX: as INT 13h has them; the diskette's last sector.
transfer:
        mov cx, 79 << 8 | 18
        mov dh, 1
        mov dl, [at(unit)]
        int 13h
        jnc say.end
wrong:
        mov si, at(failure)
        call say
        cli
        hlt
say:
        lodsb
        test al, al
        jz .end
        mov ah, 0Eh
        mov bx, 7
        int 10h
        jmp say
.end:
        ret

unit            db 0
loaded          db 'Program loaded', 13, 10, 0
modified        db 'Code changed itself', 13, 10, 0
written         db 'Sector written and read', 13, 10, 0
ticked          db 'Clock ticks', 13, 10, 0
prompt          db 'A:\>', 0
failure         db 'Something is wrong', 13, 10, 0
        align 512
buffer  times 512 db 0
numbered:
%assign number ($ - boot) / 512
%rep SECTORS + 1 - number
        dw number
        times 508 db number & 0FFh
        dw number
%assign number number + 1
%endrep
        times 1474560 - ($ - $$) db 0
