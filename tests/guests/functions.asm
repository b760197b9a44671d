; SPDX-License-Identifier: GPL-3.0-or-later
; A kernel in miniature, in protected mode without paging: a function that calls itself, an initcall
; as Linux calls it, and programs at privilege 3 that call execve() and exit_group() by INT 80h. Its
; functions stand at known addresses, F0400h and on. CR3 is loaded though nothing reads it: it tells
; one address space from another.
%include "firmware.inc"

ROM     equ 0F0000h             ; where this file is seen
IDT     equ 1000h
TSS     equ 2000h
KERNEL  equ 8000h               ; its stack's top
USER    equ 9000h               ; a program's stack

start:
        cli
        mov ax, cs              ; F000h, behind a far jump
        jmp 0F000h:.here
.here:
        mov ax, cs
        mov ds, ax
        o32 lgdt [gdtr]
        o32 lidt [idtr]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 8:ROM + protected

bits 32
protected:
        mov ax, 10h
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, KERNEL
        ; Where exceptions lead tells where a kernel stands. It is looked at as CR3 is loaded.
        mov dword [IDT], (8 << 16) | 4C0h
        mov dword [IDT + 4], ROM | 8E00h
        mov dword [IDT + 14 * 8], (8 << 16) | 4D0h
        mov dword [IDT + 14 * 8 + 4], ROM | 8E00h
        mov eax, 4000h
        mov cr3, eax
        mov eax, 3
        call count_down
        mov eax, ROM + driver_init
        call do_one_initcall

        ; A gate for INT 80h at privilege 3, and a stack for whoever comes through it.
        mov dword [IDT + 80h * 8], (8 << 16) | (system_call - $$)
        mov dword [IDT + 80h * 8 + 4], ROM | 0EE00h
        mov dword [TSS + 4], KERNEL
        mov dword [TSS + 8], 10h
        mov ax, 28h
        ltr ax
        ; init, which nobody called execve() for: its name is its first argument.
        mov eax, 5000h
        mov cr3, eax
        mov dword [USER], 1
        mov dword [USER + 4], ROM + init_name
        mov ecx, ROM + init
        jmp run_program

; Begins a program at ECX, with all registers zero.
run_program:
        mov esp, KERNEL
        push 23h
        push USER
        push 2
        push 1Bh
        push ecx
        xor eax, eax
        xor ebx, ebx
        xor ecx, ecx
        xor edx, edx
        xor esi, esi
        xor edi, edi
        xor ebp, ebp
        iretd

system_call:
        mov dx, 10h             ; a program has no data segment that it may use
        mov ds, dx
        cmp eax, 252
        je .exit
        ; The first call does not find its file, the second one does.
        cmp byte [ebx + 5], 'n'
        je .fails
        mov eax, 6000h
        mov cr3, eax
        mov ecx, ROM + true
        jmp run_program
.fails:
        mov eax, -2
        iretd
.exit:
        hlt
        jmp .exit

init:
        mov eax, 11
        mov ebx, ROM + no_path
        int 80h
        mov eax, 11
        mov ebx, ROM + true_path
        int 80h

true:
        mov eax, 252
        mov ebx, 7
        int 80h

init_name db '/sbin/init', 0
no_path   db '/bin/none', 0
true_path db '/bin/true', 0

        times 400h - ($ - $$) nop
; A call of the function in EAX, as Linux does it.
do_one_initcall:
        push ebx
        call eax
        pop ebx
        ret

        times 440h - ($ - $$) nop
; Calls itself EAX times.
count_down:
        test eax, eax
        jz .end
        dec eax
        call count_down
.end:
        ret

        times 480h - ($ - $$) nop
driver_init:
        mov eax, -19
        ret

        times 4C0h - ($ - $$) nop
divide_error:
        hlt
        times 4D0h - ($ - $$) nop
page_fault:
        hlt

        align 8
gdt:
        dq 0
        dq 00CF9A000000FFFFh    ; 08h code, level 0
        dq 00CF92000000FFFFh    ; 10h data, level 0
        dq 00CFFA000000FFFFh    ; 18h code, level 3
        dq 00CFF2000000FFFFh    ; 20h data, level 3
        dq 0000890020000067h    ; 28h TSS at 2000h
gdtr:
        dw $ - gdt - 1
        dd ROM + gdt
idtr:
        dw 7FFh
        dd IDT

bits 16
firmware_end
