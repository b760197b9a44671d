; SPDX-License-Identifier: GPL-3.0-or-later
; A hard disk whose boot sector runs one thing again and again, for tests/bench/unit-costs. What, and
; how often, is written into the image: two dwords at offset 1F0h, the number of a row of `rows`
; below and the iterations (0: none, for what the boot alone costs). It tells the virtual time
; before and after on COM1 ("tsc begin 0000000123456789", "tsc end …") and ends with a reset.
;
; It runs in flat protected mode with interrupts off. Rows that need paging have the first 4 MiB
; mapped by small pages.
%define SECTORS 20              ; behind the boot sector
%define STACK   80000h          ; its end, far from any code
%define HEAP    100000h         ; 1 MiB, for data
%define TABLES  200000h         ; a page directory and a page table
%define TOUCHED 210000h         ; pages that are touched
%define ABSENT  3FF000h         ; a page that is not there
bits 16
cpu willamette
org 0x7C00

    jmp 0:start
start:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7C00
    mov ax, 0x0200 + SECTORS    ; read sectors (C 0, H 0, from S 2) to behind the boot sector
    mov cx, 2
    mov dh, 0
    mov bx, 0x7E00
    int 0x13
    cli
    jc reset
    lgdt [gdt_register]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp 8:protected
bits 32
reset:
    mov dx, 0xCF9
    mov al, 2
    out dx, al
    mov al, 6
    out dx, al
    hlt

    align 8
gdt:
    dq 0
    dq 0x00CF9A000000FFFF       ; code and data, 4 GiB
    dq 0x00CF92000000FFFF
.end:
gdt_register:
    dw gdt.end - gdt - 1
    dd gdt

    times 0x1F0 - ($ - $$) db 0
row: dd 0
count: dd 0
    times 510 - ($ - $$) db 0
    dw 0xAA55

protected:
    mov ax, 16
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax
    mov esp, STACK
    mov dx, 0x3FB               ; line control of COM1: 8 bits, no parity
    mov al, 3
    out dx, al
    mov eax, handler
    mov edi, idt + 0x40 * 8
    call gate
    mov eax, page_fault
    mov edi, idt + 14 * 8
    call gate
    lidt [idt_register]
    mov eax, cr0
    and eax, ~0xC               ; no emulation of the FPU, no task switched
    mov cr0, eax
    mov eax, cr4
    or eax, 0x600               ; SSE
    mov cr4, eax
    fninit

    mov ebx, [row]
    shl ebx, 3
    add ebx, rows
    push ebx
    call [ebx]                  ; prepares
    mov esi, begin
    call tell
    pop ebx
    mov ecx, [count]
    jecxz .none
    call [ebx + 4]              ; ECX times, and at least once
.none:
    mov esi, end
    call tell
    jmp reset

; A gate at EDI to the handler at EAX.
gate:
    mov [edi], ax
    mov word [edi + 2], 8
    mov word [edi + 4], 0x8E00
    shr eax, 16
    mov [edi + 6], ax
nothing:
    ret

; "tsc ", the text at ESI, the time stamp counter and a line end on COM1.
tell:
    rdtsc
    push eax
    push edx
    call text
    pop eax
    call hexadecimal
    pop eax
    call hexadecimal
    mov al, 10
byte_out:
    push eax
    mov dx, 0x3FD
.wait:
    in al, dx
    test al, 0x20
    jz .wait
    pop eax
    mov dx, 0x3F8
    out dx, al
    ret
text:
    lodsb
    test al, al
    jz nothing
    call byte_out
    jmp text
hexadecimal:
    mov ecx, 8
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

begin: db "tsc begin ", 0
end: db "tsc end ", 0

; What prepares, what runs. The order is known to tests/bench/unit_costs.cpp.
    align 4
rows:
    dd nothing, empty_loop          ; 0
    dd nothing, push_pop
    dd nothing, rep_movs
    dd nothing, rep_stos
    dd nothing, out_port
    dd nothing, in_port             ; 5
    dd nothing, apic_read
    dd nothing, vga_write
    dd nothing, read_tsc
    dd nothing, pause_loop
    dd nothing, int_iret            ; 10
    dd nothing, pushf_popf
    dd nothing, mov_ds
    dd paging, mov_cr3
    dd paging, cr3_touch
    dd paging, fault                ; 15
    dd nothing, patch
    dd nothing, x87_unit
    dd nothing, call_direct
    dd nothing, call_indirect
    dd nothing, integers            ; 20
    dd nothing, copy
    dd chain, chase
    dd nothing, calls
    dd nothing, jumps
    dd nothing, ports               ; 25
    dd paging, churn
    dd nothing, rewriting
    dd numbers, x87
    dd numbers, sse2
    dd nothing, copy_bytes          ; 30

; --- unit costs, alone in the page at 9000h: a build with BOOTGLASS_UNCOUNTED does not count there.

    times 0x9000 - 0x7C00 - ($ - $$) db 0
empty_loop:
    dec ecx
    jnz empty_loop
    ret

    align 16
push_pop:
    push eax
    pop edx
    loop push_pop
    ret

    align 16
rep_movs:                       ; 1024 dwords
    mov edx, ecx
.again:
    mov esi, HEAP
    mov edi, HEAP + 0x1000
    mov ecx, 1024
    rep movsd
    dec edx
    jnz .again
    ret

    align 16
rep_stos:                       ; 1024 dwords
    mov edx, ecx
    xor eax, eax
.again:
    mov edi, HEAP
    mov ecx, 1024
    rep stosd
    dec edx
    jnz .again
    ret

    align 16
out_port:
    out 0x80, al
    dec ecx
    jnz out_port
    ret

    align 16
in_port:
    in al, 0x61
    dec ecx
    jnz in_port
    ret

    align 16
apic_read:
    mov eax, [0xFEE00080]       ; task priority
    dec ecx
    jnz apic_read
    ret

    align 16
vga_write:
    mov [0xB8000], cx
    dec ecx
    jnz vga_write
    ret

    align 16
read_tsc:
    rdtsc
    dec ecx
    jnz read_tsc
    ret

    align 16
pause_loop:
    pause
    dec ecx
    jnz pause_loop
    ret

    align 16
int_iret:
    int 0x40
    dec ecx
    jnz int_iret
    ret
handler:
    iret

    align 16
pushf_popf:
    pushfd
    popfd
    dec ecx
    jnz pushf_popf
    ret

    align 16
mov_ds:
    mov ax, ds
.again:
    mov ds, ax
    dec ecx
    jnz .again
    ret

    align 16
mov_cr3:
    mov eax, TABLES
.again:
    mov cr3, eax
    dec ecx
    jnz .again
    ret

    align 16
cr3_touch:                      ; and 16 pages afterwards
    mov eax, TABLES
.again:
    mov cr3, eax
%assign page 0
%rep 16
    mov edx, [TOUCHED + page * 0x1000]
%assign page page + 1
%endrep
    dec ecx
    jnz .again
    ret

    align 16
fault:
    mov eax, [ABSENT]
    dec ecx
    jnz fault
    ret
page_fault:
    add esp, 4                  ; the error code
    add dword [esp], 5          ; to behind the MOV
    iret

    align 16
patch:
    mov [.operand], ecx
    db 0xB8                     ; MOV EAX, imm32
.operand:
    dd 0
    dec ecx
    jnz patch
    ret

    align 16
x87_unit:
    fld qword [one_half]
    fmul qword [one_half]
    fadd qword [one_half]
    fstp qword [HEAP]
    dec ecx
    jnz x87_unit
    ret

    align 16
call_direct:
    call called
    dec ecx
    jnz call_direct
    ret

    align 16
call_indirect:
    mov eax, called
.again:
    call eax
    dec ecx
    jnz .again
    ret
    align 16
called:
    ret

; --- small programs

    align 16
integers:                       ; a hash of numbers
    mov eax, 0x811C9DC5
    xor edx, edx
.again:
    mov ebx, ecx
    shr ebx, 3
    xor eax, ebx
    imul eax, eax, 0x01000193
    mov ebx, eax
    rol ebx, 13
    add edx, ebx
    adc eax, 0
    lea edx, [edx + edx * 4 + 7]
    cmp edx, eax
    jb .less
    sub edx, eax
.less:
    dec ecx
    jnz .again
    ret

    align 16
copy:                           ; a dword, within 64 KiB
    xor edx, edx
.again:
    mov eax, [HEAP + edx]
    mov [HEAP + 0x10000 + edx], eax
    add edx, 4
    and edx, 0xFFFC
    dec ecx
    jnz .again
    ret

    align 16
copy_bytes:                     ; a byte, as a decompressor does, from an odd distance
    mov esi, HEAP
    mov edi, HEAP + 0x1003
.again:
    mov al, [esi]
    mov [edi], al
    inc esi
    inc edi
    test edi, 0x8000
    jz .on
    mov esi, HEAP
    mov edi, HEAP + 0x1003
.on:
    dec ecx
    jnz .again
    ret

chain:                          ; 4096 nodes of 256 bytes, each with the address of the one 1021 on
    xor ecx, ecx
.node:
    lea eax, [ecx + 1021]
    and eax, 4095
    shl eax, 8
    add eax, HEAP
    mov edx, ecx
    shl edx, 8
    mov [HEAP + edx], eax
    inc ecx
    cmp ecx, 4096
    jb .node
    ret
    align 16
chase:
    mov eax, HEAP
.again:
    mov eax, [eax]
    dec ecx
    jnz .again
    ret

    align 16
calls:                          ; a function with a frame that calls two
    push ecx
    push dword 3
    call outer
    add esp, 4
    pop ecx
    dec ecx
    jnz calls
    ret
outer:
    push ebp
    mov ebp, esp
    push ebx
    mov ebx, [ebp + 8]
    push ebx
    call inner
    add ebx, eax
    push ebx
    call inner
    add esp, 8
    add eax, ebx
    pop ebx
    leave
    ret
inner:
    push ebp
    mov ebp, esp
    mov eax, [ebp + 8]
    lea eax, [eax + eax * 2 + 1]
    pop ebp
    ret

    align 16
jumps:                          ; to one of eight places, by chance
    mov edx, 12345
.again:
    imul edx, edx, 1103515245
    add edx, 12345
    mov eax, edx
    shr eax, 24
    and eax, 7
    jmp [.places + eax * 4]
%assign place 0
%rep 8
.place%[place]:
    lea ebx, [ebx + place]
    dec ecx
    jnz .again
    ret
%assign place place + 1
%endrep
    align 4
.places:
    dd .place0, .place1, .place2, .place3, .place4, .place5, .place6, .place7

    align 16
ports:                          ; the 8259's mask read and written, COM1 asked, POST
    in al, 0x21
    out 0x21, al
    mov dx, 0x3FD
    in al, dx
    out 0x80, al
    dec ecx
    jnz ports
    ret

paging:
    mov edi, TABLES
    xor eax, eax
    mov ecx, 0x2000 / 4
    rep stosd
    mov dword [TABLES], TABLES + 0x1003
    mov eax, 3
    mov edi, TABLES + 0x1000
    mov ecx, 1023               ; ABSENT is the last
.page:
    stosd
    add eax, 0x1000
    loop .page
    mov eax, TABLES
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    ret

    align 16
churn:                          ; a page is mapped to another place and used
    xor ebx, ebx
.again:
    lea edx, [ebx * 4 + TABLES + 0x1000 + (TOUCHED >> 12) * 4]
    mov edi, ebx
    shl edi, 12
    xor dword [edx], 0x80000
    invlpg [TOUCHED + edi]
    mov eax, [TOUCHED + edi]
    inc eax
    mov [TOUCHED + edi], eax
    inc ebx
    and ebx, 63
    dec ecx
    jnz .again
    ret

    align 16
rewriting:                      ; one of two routines is copied to a place and called there
    mov ebx, .first
    mov ebp, .second
.again:
    mov esi, ebx
    xchg ebx, ebp
    mov edi, HEAP
    mov edx, ecx
    mov ecx, 4
    rep movsd
    mov ecx, edx
    mov edx, HEAP
    call edx
    dec ecx
    jnz .again
    ret
    align 16
.first:
    mov eax, 5
    add eax, ecx
    shl eax, 2
    ret
    align 16
.second:
    mov eax, 7
    sub eax, ecx
    xor eax, edx
    ret
    align 16

numbers:                        ; 512 numbers of 8 bytes
    mov ecx, 512
.next:
    mov [HEAP + 0x2000], ecx
    fild dword [HEAP + 0x2000]
    fmul qword [one_half]
    fstp qword [HEAP + ecx * 8 - 8]
    loop .next
    ret
    align 16
x87:                            ; of a polynomial, a quotient and a root
    xor edx, edx
    fldz
.again:
    fld qword [HEAP + edx * 8]
    fld st0
    fmul qword [one_half]
    fadd qword [three]
    fmul st0, st1
    fadd qword [one_half]
    fxch st1
    fadd qword [three]
    fdivp st1, st0
    fabs
    fsqrt
    faddp st1, st0
    fst qword [HEAP + 0x2000 + edx * 8]
    inc edx
    and edx, 511
    dec ecx
    jnz .again
    fstp st0
    ret
    align 16
sse2:                           ; two doubles and four integers
    xor edx, edx
    movapd xmm1, [pair]
    movdqa xmm3, [pair]
    xorpd xmm0, xmm0
.again:
    movapd xmm2, [HEAP + edx]
    mulpd xmm2, xmm1
    addpd xmm0, xmm2
    subpd xmm2, xmm1
    movapd [HEAP + 0x2000 + edx], xmm2
    paddd xmm3, [HEAP + edx]
    pshufd xmm4, xmm3, 0x4E
    pxor xmm3, xmm4
    pslld xmm4, 3
    movdqa [HEAP + 0x3000 + edx], xmm4
    add edx, 16
    and edx, 0xFF0
    dec ecx
    jnz .again
    ret

    align 16
pair: dq 0.5, 1.25
one_half: dq 0.5
three: dq 3.0

    align 8
idt: times 0x41 dq 0
.end:
idt_register:
    dw idt.end - idt - 1
    dd idt
    times (1 + SECTORS) * 512 - ($ - $$) db 0
    times 1024 * 1024 - ($ - $$) db 0
