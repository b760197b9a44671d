; SPDX-License-Identifier: GPL-3.0-or-later
; The local APIC's timer, first one-shot, then periodic; reached in unreal mode, as firmware does.
%include "firmware.inc"

apic equ 0xFEE00000

start:
    mov sp, 0x7000
    set_vector 0x40, tick
    o32 lgdt [cs:gdtr]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp short flush
flush:
    mov bx, 8
    mov ds, bx
    and al, 0xFE
    mov cr0, eax
    xor bx, bx
    mov es, bx
    mov esi, apic
    mov dword [esi + 0xF0], 0x1FF   ; enabled, spurious vector FFh
    mov dword [esi + 0x3E0], 0xB    ; divide by 1
    mov dword [esi + 0x320], 0x40   ; one-shot
    mark
    mov dword [esi + 0x380], 1000000
    sti
    hlt
    cli
    mov dword [esi + 0x320], 0x20040 ; periodic
    mark
    mov dword [esi + 0x380], 300000
    mov cx, 3
    sti
wait_for_tick:
    hlt
    dec cx
    jnz wait_for_tick
    cli
    hlt

tick:
    mark
    mov dword [esi + 0xB0], 0
    iret

align 8
gdt:
    dq 0
    dq 0x00CF93000000FFFF           ; flat data
gdtr:
    dw 15
    dd 0xF0000 + gdt

firmware_end
