; SPDX-License-Identifier: GPL-3.0-or-later
; Reads the first sector of both devices of the first IDE channel, by programmed I/O, and sends the
; first four bytes of each on the serial line; for a device that is not there, "none". Then it halts.
%include "firmware.inc"

start:
    mov sp, 0x7000
    mov dx, 0x3FB               ; the 16550: 8 bits
    mov al, 3
    out dx, al
    mov al, 0xE0                ; device 0, logical block addresses
    call first_sector
    mov al, 0xF0                ; device 1
    call first_sector
    hlt

; Of the device in AL.
first_sector:
    mov dx, 0x1F6
    out dx, al
    mov dx, 0x1F7
    in al, dx
    test al, al                 ; the status of a device that is not there
    jz .none
    mov dx, 0x1F2
    mov al, 1
    out dx, al                  ; one sector
    xor al, al
    inc dx
    out dx, al                  ; of number 0
    inc dx
    out dx, al
    inc dx
    out dx, al
    mov dx, 0x1F7
    mov al, 0x20                ; READ SECTORS
    out dx, al
.wait:
    in al, dx
    and al, 0x88
    cmp al, 0x08                ; DRQ without BSY
    jne .wait
    mov dx, 0x1F0
    mov cx, 256
    mov bx, 0x8000
.word:
    in ax, dx
    mov [bx], ax
    inc bx
    inc bx
    loop .word
    mov si, 0x8000
    jmp say
.none:
    mov dword [0x8000], 'none'
    mov si, 0x8000
say:
    mov cx, 4
    mov dx, 0x3F8
.byte:
    lodsb
    out dx, al
    loop .byte
    ret

firmware_end
