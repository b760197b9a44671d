; SPDX-License-Identifier: GPL-3.0-or-later
; A diskette that boots as FreeDOS does, as far as its profile sees: texts by the firmware's services, as
; FreeDOS's boot sector, kernel (2043) and shell (FreeCom 0.86) write them, up to the prompt.
bits 16
cpu 386
org 7C00h

boot:
        jmp short load
        nop
        db 'FRDOS5.1'           ; the BIOS parameter block of a diskette of 1.44 MB
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
        mov es, ax
        mov ss, ax
        mov sp, 7C00h
        push dx
        mov si, loading
        call say
        pop dx
        mov ax, 0203h           ; the three sectors behind this one
        mov bx, kernel
        mov cx, 2
        mov dh, 0
        int 13h
        jnc kernel
        jmp $

; Writes the text at SI, which then points behind it.
say:
        lodsb
        test al, al
        jz .said
        mov ah, 0Eh
        mov bx, 7
        int 10h
        jmp say
.said:
        ret

loading db 'Loading FreeDOS ', 0

        times 510 - ($ - $$) db 0
        dw 0AA55h

kernel:
        mov si, texts
.next:
        mov ecx, 20000
.work:
        a32 loop .work
        call say
        cmp byte [si], 0
        jne .next
.wait:                          ; for a key, as the shell does
        mov ah, 0
        int 16h
        jmp .wait

texts   db 13, 10, 'FreeDOS kernel 2043 (build 2043 OEM:0xfd) [compiled May 14 2021]', 13, 10
        db 'Kernel compatibility 7.10 - WATCOMC - FAT32 support', 13, 10, 13, 10
        db '(C) Copyright 1995-2012 Pasquale J. Villani and The FreeDOS Project.', 13, 10, 0
        db ' - InitDisk', 0
        db 13, 'C: HD1, Pri[ 1], CHS=    0-1-1, start=     0 MB, size=   499 MB', 13, 10, 0
        db 13, 10, 'FreeCom version 0.86 - WATCOMC - XMS_Swap [May 14 2021 12:00:00]', 13, 10, 0
        db 13, 10, 'A:\>', 0
        db 0

        times 1474560 - ($ - $$) db 0
