; SPDX-License-Identifier: GPL-3.0-or-later
; Exceptions on the way to a handler: SDM vol. 3, 6.15, interrupt 8 and table 6-5; the end is a triple fault.
%include "system.inc"

; Makes vector's gate absent, or good again.
%macro absent 1
    mov byte [idt_base + (%1) * 8 + 5], 0x0E
%endmacro
%macro present 1
    mov byte [idt_base + (%1) * 8 + 5], 0x8E
%endmacro

main:
    absent 6
    trying
    ud2
    caught "#UD, its gate absent"           ; benign: the second one is delivered
;= #UD, its gate absent: #B e=33
;~ #UD, its gate absent: #B e=32 ; an earlier exception sets EXT: 6.13
    present 6
    absent 13
    trying
    mov eax, 0xFFF8
    mov ds, eax
    caught "#GP, its gate absent"           ; contributory twice
;= #GP, its gate absent: #8 e=0
    present 13
    absent 0
    trying
    xor ecx, ecx
    div ecx
    caught "#DE, its gate absent"
;= #DE, its gate absent: #8 e=0
    present 0
    absent 3
    trying
    int3
    caught "INT3, its gate absent"          ; benign
;= INT3, its gate absent: #B e=1A
    present 3
    ; INT n does not count as an exception.
    absent 0x40
    trying
    int 0x40
    caught "INT 40h, its gate absent"
;= INT 40h, its gate absent: #B e=202
    present 0x40

    call identity_paging
    absent 14
    trying
    mov eax, [0x400000]
    caught "#PF, its gate absent"           ; a page fault, then a contributory one
;= #PF, its gate absent: #8 e=0
    present 14
    ; A page fault while another one is delivered: the stack is absent.
    set_gate 8, tss2, 0, 0x85               ; by a task gate, which brings its own stack
    mov dword [tss2_base + 0x1C], page_dir
    mov dword [tss2_base + 0x20], .double_fault
    mov dword [tss2_base + 0x24], 2
    mov dword [tss2_base + 0x38], user_stack
    mov dword [tss2_base + 0x48], data0
    mov dword [tss2_base + 0x4C], code0
    mov dword [tss2_base + 0x50], data0
    mov dword [tss2_base + 0x54], data0
    mov [resume_esp], esp
    mov esp, 0x400800
    mov eax, [0x400C00]
.double_fault:
    mov eax, [esp]
    line "in the task of the double fault, error code", eax
    mov eax, cr2
    line "CR2", eax                         ; of the second fault
    mov eax, [tss_base + 0x38]
    line "the old task's ESP", eax
    mov ax, [tss2_base]
    movzx eax, ax
    line "link", eax
    pushf
    pop eax
    and eax, 0x4000
    line "NT", eax
;= in the task of the double fault, error code 0
;= CR2 4007FC
;= the old task's ESP 400800
;= link 28
;= NT 4000
    ; A triple fault resets.
    mov word [idtr], 0
    lidt [idtr]
    say "now a triple fault", 10
    int3
    say "not reached", 10
;= now a triple fault
    ret

firmware_end
