; SPDX-License-Identifier: GPL-3.0-or-later
; Task switches: SDM vol. 3, ch. 7.
%include "system.inc"

; A TSS of 32 bits at %1 for level 0: EIP %2, stack %3.
%macro make_tss 3
    mov dword [%1], 0
    mov eax, cr3
    mov [%1 + 0x1C], eax
    mov dword [%1 + 0x20], %2
    mov dword [%1 + 0x24], 2
    mov dword [%1 + 0x28], 0x2828   ; EAX
    mov dword [%1 + 0x2C], 0x2C2C
    mov dword [%1 + 0x34], 0x3434
    mov dword [%1 + 0x38], %3
    mov dword [%1 + 0x48], data0
    mov dword [%1 + 0x4C], code0
    mov dword [%1 + 0x50], data0
    mov dword [%1 + 0x54], data0
    mov dword [%1 + 0x58], data0
    mov dword [%1 + 0x5C], data0
    mov dword [%1 + 0x60], 0
    mov dword [%1 + 0x64], 0x680000
%endmacro
; Type and busy bit of a TSS descriptor.
%macro type_line 2
    movzx eax, byte [gdt + (%2) + 5]
    line %1, eax
%endmacro

main:
    mov [resume_esp], esp
    type_line "LTR makes busy", tss
;= LTR makes busy 8B

; --- JMP: the old task is left, no link, no NT
    make_tss tss2_base, .task2, user_stack
    push dword 0x8D5                ; flags to be kept: OF SF ZF AF PF CF
    popf
    mov ecx, 0x1234
    jmp tss2:0
.back1:
    pushf
    pop ebx
    line "back in the first task, flags", ebx
    line "ECX", ecx
    jmp .call
.task2:
    mov [data_area], eax
    pushf
    pop dword [data_area + 4]
    str [data_area + 8]
    mov eax, cr0
    mov [data_area + 12], eax
    line "in the task, EAX", [data_area]
    line "EBX", ebx
    line "flags", [data_area + 4]
    movzx eax, word [data_area + 8]
    line "TR", eax
    mov eax, [data_area + 12]
    and eax, 8
    line "CR0.TS", eax
    line "ESP", esp
    type_line "old TSS", tss
    type_line "new TSS", tss2
    line "link", [tss2_base]
    mov eax, [tss_base + 0x20]
    sub eax, .back1
    line "saved EIP beyond JMP", eax
    line "saved EFLAGS", [tss_base + 0x24]
    line "saved ECX", [tss_base + 0x2C]
    clts
    jmp tss:0
;= in the task, EAX 2828
;= EBX 3434
;= flags 2
;= TR 30
;= CR0.TS 8
;= ESP 11FFC
;= old TSS 89
;= new TSS 8B
;= link 0
;= saved EIP beyond JMP 0
;= saved EFLAGS 8D7
;= saved ECX 1234
;= back in the first task, flags 8D7
;= ECX 1234

; --- CALL: nested; IRET goes back
.call:
    clts
    make_tss tss2_base, .nested, user_stack
    call tss2:0
    pushf
    pop eax
    and eax, 0x4000
    line "after IRET, NT", eax
    type_line "TSS that was called", tss2
    jmp .gate
.nested:
    pushf
    pop eax
    line "nested, flags", eax
    movzx eax, word [tss2_base]
    line "link", eax
    type_line "caller's TSS", tss
    iret
;= nested, flags 4002
;= link 28
;= caller's TSS 8B
;= after IRET, NT 0
;= TSS that was called 89

; --- by a gate of the IDT, with an error code on the new stack
.gate:
    make_tss tss3_base, .fault_task, user_stack
    set_gate 13, tss3, 0, 0x85
    mov eax, 0xFFF8
.bad:
    mov ds, eax
.after:
    mov ds, [.data0]
    line "back from the task of #GP, EAX", eax
    jmp .errors
.data0 dd data0
.fault_task:
    pop eax
    line "error code", eax
    mov eax, [tss_base + 0x20]
    sub eax, .bad
    line "EIP at the instruction", eax
    mov dword [tss_base + 0x20], .after
    mov dword [tss_base + 0x28], 0x99
    iret
;= error code FFF8
;= EIP at the instruction 0
;= back from the task of #GP, EAX 99

.errors:
    clts
    set_gate 13, code0, stubs + 0xD0, 0x8E
; --- what cannot be a task
    trying
    jmp tss:0
    caught "JMP to the task itself"
;= JMP to the task itself: #D e=28
    mov byte [gdt + tss2 + 5], 0x09
    trying
    jmp tss2:0
    caught "absent TSS"
;= absent TSS: #B e=30
    mov byte [gdt + tss2 + 5], 0x89
    mov word [gdt + tss2], 0x66
    trying
    jmp tss2:0
    caught "short TSS"
;= short TSS: #A e=30
    mov word [gdt + tss2], 0x67
    push dword 0x4002
    popf
    mov word [tss_base], tss2       ; NT, the link names a TSS that is not busy
    trying
    iret
    caught "IRET to a task that is not busy"
;= IRET to a task that is not busy: #A e=30
    push dword 2
    popf

; --- faults within the new task: #TS of what its TSS names
    make_tss tss2_base, .never, user_stack
    mov dword [tss2_base + 0x54], 0x7FF8    ; DS
    set_gate 10, tss3, 0, 0x85
    make_tss tss3_base, .ts_task, inner_stack
    jmp tss2:0
.never:
    ud2
.ts_task:
    pop eax
    line "#TS in the new task, error code", eax
    movzx eax, word [tss3_base]
    line "which is the one interrupted", eax
    mov eax, [tss2_base + 0x20]
    sub eax, .never
    line "at its first instruction", eax
;= #TS in the new task, error code 7FF8
;= which is the one interrupted 30
;= at its first instruction 0
;~ at its first instruction FFFFFFF9 ; it saves the old task's place: the switch was complete (7.3, step 13)

; --- T: a debug trap before the first instruction of the new task
    set_gate 10, code0, stubs + 0xA0, 0x8E
    mov byte [gdt + tss2 + 5], 0x89
    make_tss tss2_base, .traced, user_stack
    mov word [tss2_base + 0x64], 1
    mov dword [resume], .t_landing
    mov [resume_esp], esp
    jmp tss2:0
.traced:
    nop
    ud2
.t_landing:
    line "T raises", [ex_vector]
    mov eax, [ex_eip]
    sub eax, .traced
    line "before the first instruction", eax
    mov eax, [ex_dr6]
    and eax, 0xE00F
    line "DR6", eax
;= T raises 1
;~ T raises 6 ; it has no T
;= before the first instruction 0
;~ before the first instruction 1 ; as above
;= DR6 8000
;~ DR6 0 ; as above
    jmp finish

firmware_end
