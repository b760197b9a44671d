; SPDX-License-Identifier: GPL-3.0-or-later
; Code that changes itself: SDM vol. 3, 8.1.3 and 11.6. On processors since the Pentium Pro a store into code
; that is fetched already is seen by the very next instruction; code changed by another linear address or
; by a bus master is seen after a serializing instruction.
%include "system.inc"

buffer equ 0x200000                 ; a page's first byte

main:
; --- a store that changes an instruction d bytes behind itself, d = 0 to 64
    xor ebp, ebp                    ; how many saw it
    xor edx, edx                    ; d
.distance:
    mov edi, buffer
    call .make
    mov eax, 0
    call dword buffer
    add ebp, eax
    ; Again, now that the code has run before.
    mov edi, buffer
    call .make
    mov eax, 0
    call dword buffer
    add ebp, eax
    inc edx
    cmp edx, 65
    jb .distance
    line "instructions that saw a store before them", ebp
;= instructions that saw a store before them 82

; --- the same across a page's end: the changed instruction stands in the next page
    xor ebp, ebp
    xor edx, edx
.page_distance:
    mov edi, buffer + 0xFF9         ; the store's last byte is the page's last
    call .make
    mov eax, 0
    mov ecx, buffer + 0xFF9
    call ecx
    add ebp, eax
    inc edx
    cmp edx, 65
    jb .page_distance
    line "and in the next page", ebp
;= and in the next page 41

; --- an instruction that changes itself is what it was, once
    mov edi, buffer + 0x100
    mov byte [edi], 0xC6            ; MOV byte [itself + 6], C3: its own immediate... then INC EAX
    mov byte [edi + 1], 0x05
    mov dword [edi + 2], buffer + 0x106
    mov byte [edi + 6], 0x40
    mov byte [edi + 7], 0xA0        ; MOV AL, [its immediate]
    mov dword [edi + 8], buffer + 0x106
    mov byte [edi + 12], 0xC3
    xor eax, eax
    call edi
    line "an immediate that stores itself", eax
;= an immediate that stores itself 40
    ; An opcode that turns the instruction before it into another, in a loop.
    mov dword [buffer + 0x200], 0x00B40190  ; NOP; ADD [..]
    mov edi, buffer + 0x200
    mov byte [edi], 0x40            ; INC EAX, later DEC EAX
    mov byte [edi + 1], 0xC6        ; MOV byte [buffer + 200], 48
    mov byte [edi + 2], 0x05
    mov dword [edi + 3], buffer + 0x200
    mov byte [edi + 7], 0x48
    mov byte [edi + 8], 0xE2        ; LOOP
    mov byte [edi + 9], 0xF6
    mov byte [edi + 10], 0xC3
    mov eax, 0x100
    mov ecx, 5
    call edi
    line "INC once, then DEC", eax
;= INC once, then DEC FD

; --- by REP STOSB, CALL's push, and XCHG
    mov edi, buffer + 0x300
    mov dword [edi], 0xC3AAF390     ; NOP; REP STOSB; RET; the RET is overwritten, too
    mov dword [edi + 4], 0x90909090
    mov byte [edi + 20], 0xC3
    mov edi, buffer + 0x304 - 1     ; from the RET on
    mov ecx, 10
    mov eax, 0x42                   ; INC EDX
    xor edx, edx
    mov byte [buffer + 0x304 + 9], 0xC3
    push dword .stos_back
    jmp dword buffer + 0x300
.stos_back:
    line "REP STOSB before itself", edx
;= REP STOSB before itself A
    mov dword [buffer + 0x400], 0x909090C3
    call dword buffer + 0x400       ; has run as RET
    mov esp, buffer + 0x404
    push dword 0xC3404040           ; INC EAX three times; RET
    mov esp, stack_top - 64
    xor eax, eax
    call dword buffer + 0x400
    line "pushed", eax
;= pushed 3
    ; An instruction that crosses a page, its second half changed.
    mov dword [buffer + 0x1FFE], 0x000001B8 ; MOV EAX, 1...
    mov word [buffer + 0x2002], 0xC300
    mov ecx, buffer + 0x1FFE
    call ecx
    mov byte [buffer + 0x2001], 0x55
    call ecx
    line "second half in another page", eax
;= second half in another page 550001

; --- by another linear address, then a serializing instruction
    call identity_paging
    mov dword [page_table + 0x1000], data_area + 7      ; 400000 and 401000: one page
    mov dword [page_table + 0x1004], data_area + 7
    mov dword [0x400000], 0xC340    ; INC EAX; RET
    xor eax, eax
    mov ecx, 0x400000
    call ecx
    mov byte [0x401000], 0x48
    xor eax, eax
    push eax
    cpuid
    pop eax
    mov ecx, 0x400000
    call ecx
    line "by another address", eax
;= by another address FFFFFFFF
    ; A page's mapping changes under code that has run.
    mov dword [data_area + 0x1000], 0xC34040
    mov dword [page_table + 0x1000], data_area + 0x1007
    invlpg [0x400000]
    xor eax, eax
    call ecx
    line "mapped elsewhere", eax
;= mapped elsewhere 2
    mov dword [page_table + 0x1000], data_area + 7
    invlpg [0x400000]
    xor eax, eax
    call ecx
    line "and back", eax
;= and back FFFFFFFF

; --- by a bus master: fw_cfg's DMA reads its signature "QEMU" (PUSH ECX; INC EBP; DEC EBP; PUSH EBP) into code
    mov dword [data_area + 0x100], 0x90909090
    mov byte [data_area + 0x104], 0xC3
    mov ecx, data_area + 0x100
    call ecx                        ; has run as NOPs
    mov dword [data_area + 0x200], 0x0A000000   ; select (8), read (2); big-endian
    mov dword [data_area + 0x204], 0x04000000   ; four bytes
    mov dword [data_area + 0x208], 0
    mov eax, data_area + 0x100
    bswap eax
    mov [data_area + 0x20C], eax
    mov eax, data_area + 0x200
    bswap eax
    mov dx, 0x518
    out dx, eax
    xor eax, eax
    cpuid
    mov ecx, data_area + 0x100
    mov byte [data_area + 0x104], 0x90  ; no RET: the pushes would be in its way
    mov word [data_area + 0x105], 0xE1FF ; JMP ECX
    push ecx
    mov ecx, .dma_back
    mov ebx, esp
    mov eax, data_area + 0x100
    jmp eax
.dma_back:
    sub ebx, esp
    mov esp, stack_top - 64
    line "by a bus master", ebx
;= by a bus master 8
    jmp finish

; At EDI: MOV byte [target], INC EAX; EDX NOPs; the target: NOP, then RET.
.make:
    push edi
    lea ecx, [edi + edx + 7]
    mov byte [edi], 0xC6
    mov byte [edi + 1], 0x05
    mov [edi + 2], ecx
    mov byte [edi + 6], 0x40
    add edi, 7
    mov ecx, edx
    inc ecx
    mov al, 0x90
    rep stosb
    mov al, 0xC3
    stosb
    pop edi
    ret

firmware_end
