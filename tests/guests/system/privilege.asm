; SPDX-License-Identifier: GPL-3.0-or-later
; Gates and changes of privilege: SDM vol. 3, ch. 5 and 6.
%include "system.inc"

; Puts the n-th double word of the frame that a handler finds.
%macro frame_line 2
    mov eax, [esp + (%2) * 4]
    line %1, eax
%endmacro

main:
; --- gates from the same level
    set_gate 0x40, code0, .trap_gate, 0x8F
    set_gate 0x41, code0, .interrupt_gate, 0x8E
    push dword 0x202
    popf
    int 0x40
    jmp .next1
.trap_gate:
    pushf
    pop eax
    and eax, 0x200
    line "IF in a trap gate", eax
    iret
;= IF in a trap gate 200
.next1:
    int 0x41
    jmp .next2
.interrupt_gate:
    pushf
    pop eax
    and eax, 0x200
    line "IF in an interrupt gate", eax
    mov eax, [esp + 8]
    and eax, 0x200
    line "and in the frame", eax
    iret
;= IF in an interrupt gate 0
;= and in the frame 200
.next2:
    pushf
    pop eax
    and eax, 0x200
    line "after IRET", eax
    cli
;= after IRET 200
    ; TF, NT and RF are cleared on entry, NT and RF stay in the frame: 6.12.1.3.
    set_gate 0x40, code0, .nt_handler, 0x8F
    push dword 0x4002
    popf
    int 0x40
    jmp .next3
.nt_handler:
    pushf
    pop eax
    and eax, 0x4100
    line "NT in the handler", eax
    mov eax, [esp + 8]
    line "and in the frame", eax
    and dword [esp + 8], ~0x4000
    iret
;= NT in the handler 0
;= and in the frame 4002
.next3:
    ; A gate to 16-bit code pushes words.
    set_gate 0x42, code0, .gate16, 0x87
    mov ebp, esp
    trying
    int 0x42
    db 0x90
.gate16:
    sub ebp, esp
    line "bytes pushed by a gate of 16 bits", ebp
    back
    caught
;= bytes pushed by a gate of 16 bits 6

; --- from level 3: SS:ESP of the TSS, then SS, ESP, EFLAGS, CS, EIP
    set_gate 0x50, code0, .from_user, 0xEE
    trying
    user .user1
.user1:
    int 0x50
.user1_next:
    ud2
.from_user:
    mov eax, esp
    line "from level 3, ESP", eax
    mov eax, [esp]
    sub eax, .user1_next
    line "EIP beyond INT", eax
    frame_line "CS", 1
    frame_line "EFLAGS", 2
    frame_line "ESP", 3
    frame_line "SS", 4
    mov eax, ss
    line "SS now", eax
    mov eax, cs
    line "CS now", eax
    back
    caught
;= from level 3, ESP 17FEC
;= EIP beyond INT 0
;= CS 1B
;= EFLAGS 2
;= ESP 12000
;= SS 23
;= SS now 10
;= CS now 8

; --- what software may call: the gate's DPL; error code: vector * 8 + 2 (6.13)
    trying
    user .int30
.int30:
    int 0x30
    caught "INT 30h, gate of level 0"
;= INT 30h, gate of level 0: #D e=182
    trying
    user .int3
.int3:
    int3
    caught "INT3, gate of level 0"
;= INT3, gate of level 0: #D e=1A
    trying
    user .ud
.ud:
    ud2
    caught "an exception asks for no level"
;= an exception asks for no level: #6 e=0
    set_gate 0x31, code0, stubs + 0x310, 0x6E   ; not present, level 3
    trying
    user .absent_gate
.absent_gate:
    int 0x31
    caught "absent gate"
;= absent gate: #B e=18A
    set_gate 0x32, 0, stubs + 0x320, 0xEE
    trying
    int 0x32
    caught "gate to the null selector"
;= gate to the null selector: #D e=0
    set_gate 0x33, data0, stubs + 0x330, 0xEE
    trying
    int 0x33
    caught "gate to data"
;= gate to data: #D e=10
    set_gate 0x34, code3, stubs + 0x340, 0xEE
    trying
    int 0x34
    caught "gate to an outer level"
;= gate to an outer level: #D e=18
    set_gate 0x35, code0, stubs + 0x350, 0xE9   ; a TSS in the IDT
    trying
    int 0x35
    caught "no gate"
;= no gate: #D e=1AA
    mov word [idtr], 0x1FF
    lidt [idtr]
    trying
    int 0x40
    caught "beyond the IDT"
;= beyond the IDT: #D e=202
    mov word [idtr], 0x7FF
    lidt [idtr]

; --- level 3 may not
%macro refused 2+
    trying
    user %%code
%%code:
    %2
    caught %1
%endmacro
    refused "CLI", cli
;= CLI: #D e=0
    refused "HLT", hlt
;= HLT: #D e=0
    refused "MOV CR0", mov cr0, eax
;= MOV CR0: #D e=0
    refused "MOV DR7", mov eax, dr7
;= MOV DR7: #D e=0
    refused "LGDT", lgdt [gdtr]
;= LGDT: #D e=0
    refused "LTR", ltr ax
;= LTR: #D e=0
    refused "IN", in al, 0x60
;= IN: #D e=0
    refused "RDMSR", rdmsr
;= RDMSR: #D e=0
    trying
    user .load_ss
.load_ss:
    mov eax, data0 + 3
    mov ss, eax
    caught "SS of level 0"
;= SS of level 0: #D e=10
    trying
    user .load_ds
.load_ds:
    mov eax, data0
    mov ds, eax
    caught "DS of level 0"
;= DS of level 0: #D e=10
    trying
    user .far_call
.far_call:
    call code0:.privileged
.privileged:
    caught "CALL to level 0 without a gate"
;= CALL to level 0 without a gate: #D e=8

; --- call gates: parameters are copied, outer SS:ESP first
    set_descriptor free_sel, (code0 << 16) + .gated, 0x0000EC02
    trying
    user .call_gate
.call_gate:
    push dword 0xAAAA
    push dword 0xBBBB
    call (free_sel + 3):0
.call_gate_next:
    ud2
.gated:
    mov eax, esp
    line "through a call gate, ESP", eax
    mov eax, [esp]
    sub eax, .call_gate_next
    line "EIP beyond CALL", eax
    frame_line "CS", 1
    frame_line "last parameter", 2
    frame_line "first parameter", 3
    frame_line "ESP", 4
    frame_line "SS", 5
    back
    caught
;= through a call gate, ESP 17FE8
;= EIP beyond CALL 0
;= CS 1B
;= last parameter BBBB
;= first parameter AAAA
;= ESP 11FF8
;= SS 23
    ; RETF n gives both stacks back and empties segments that the outer level may not use.
    set_descriptor free_sel, (code0 << 16) + .gated_return, 0x0000EC02
    set_gate 0x51, code0, .after_return, 0xEE
    trying
    user .call_gate2
.call_gate2:
    push dword 0xAAAA
    push dword 0xBBBB
    call (free_sel + 3):0
    mov eax, esp
    mov ebx, ds
    mov ecx, es
    mov edx, cs
    int 0x51
.gated_return:
    mov eax, data0
    mov es, eax                         ; ES of level 0 is emptied, DS of level 3 stays
    retf 8
.after_return:
    push ecx
    push ebx
    mov ecx, data0
    mov ds, ecx
    mov es, ecx
    line "after RETF 8, ESP", eax
    line "CS", edx
    pop ebx
    line "DS", ebx
    pop ecx
    line "ES", ecx
    back
    caught
;= after RETF 8, ESP 12000
;= CS 1B
;= DS 23
;= ES 0
    set_descriptor free_sel, (code0 << 16) + .gated, 0x00008C02
    trying
    user .gate_level
.gate_level:
    call (free_sel + 3):0
    caught "call gate of level 0"
;= call gate of level 0: #D e=50
    set_descriptor free_sel, (code0 << 16) + .gated, 0x00006C02
    trying
    user .gate_absent
.gate_absent:
    call (free_sel + 3):0
    caught "absent call gate"
;= absent call gate: #B e=50
    set_descriptor free_sel, (code0 << 16) + .gated, 0x0000EC02
    trying
    user .gate_jump
.gate_jump:
    jmp (free_sel + 3):0
    caught "JMP through it to an inner level"
;= JMP through it to an inner level: #D e=8

; --- conforming code keeps the level
    set_descriptor free_sel + 8, 0x0000FFFF, 0x00CF9F00
    set_gate 0x52, code0, .conformed, 0xEE
    trying
    user .conforming
.conforming:
    jmp (free_sel + 8):.conforming_code
.conforming_code:
    mov eax, cs
    int 0x52
.conformed:
    line "conforming code of level 0 has CS", eax
    back
    caught
;= conforming code of level 0 has CS 5B

; --- IRET
    trying
    push dword data3
    push dword user_stack
    push dword 2
    push dword code3
    mov dword [esp + 12], data0         ; SS of level 0 for level 3
    push dword .nowhere
    iret
.nowhere:
    caught "IRET to level 3 with SS of level 0"
;= IRET to level 3 with SS of level 0: #D e=10
    trying
    push dword 2
    push dword data0
    push dword .nowhere
    iret
    caught "IRET to data"
;= IRET to data: #D e=10
    ; Level 3 changes neither IF nor IOPL.
    set_gate 0x53, code0, .flags, 0xEE
    trying
    user .popf
.popf:
    push dword 0x3202
    popf
    pushf
    pop eax
    int 0x53
.flags:
    line "POPF of level 3, EFLAGS", eax
    back
    caught
;= POPF of level 3, EFLAGS 2
    ret

firmware_end
