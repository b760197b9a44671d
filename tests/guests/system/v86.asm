; SPDX-License-Identifier: GPL-3.0-or-later
; Virtual-8086 mode: SDM vol. 3, 20.2 and 20.3; the extensions of CR4.VME: 20.3.3 (tested in tests/cpu, as QEMU
; has none).
%include "system.inc"

v86_segment equ 0x3000              ; data_area / 16

; v86(IOPL): runs the code at %2..%3 (16 bits) as a program of virtual-8086 mode.
%macro v86 3
    mov esi, %2
    mov edi, data_area
    mov ecx, %3 - %2
    cld
    rep movsb
    push dword 0x6666               ; GS
    push dword 0x5555
    push dword v86_segment          ; DS
    push dword 0x4444               ; ES
    push dword v86_segment          ; SS
    push dword 0x1000
    push dword 0x20002 | (%1) << 12
    push dword v86_segment
    push dword 0
    iret
%endmacro
main:
; --- an exception: the frame has the segments, the handler's are empty
    set_gate 6, code0, .look, 0x8E
    trying
    v86 3, .ud, .ud_end
bits 16
.ud:
    nop
    ud2
.ud_end:
bits 32
.look:
    mov eax, ds
    mov ebx, es
    mov ecx, fs
    or eax, ebx
    or eax, ecx
    mov ecx, data0
    mov ds, ecx
    mov es, ecx
    line "segments in the handler", eax
    mov eax, esp
    line "ESP", eax
    mov eax, [esp]
    line "IP", eax
    mov eax, [esp + 4]
    line "CS", eax
    mov eax, [esp + 8]
    line "EFLAGS", eax
    mov eax, [esp + 12]
    line "SP", eax
    mov eax, [esp + 16]
    line "SS", eax
    mov eax, [esp + 20]
    line "ES", eax
    mov eax, [esp + 24]
    line "DS", eax
    mov eax, [esp + 28]
    line "FS", eax
    mov eax, [esp + 32]
    line "GS", eax
    back
    caught
;= segments in the handler 0
;= ESP 17FDC
;= IP 1
;= CS 3000
;= EFLAGS 33002
;~ EFLAGS 23002 ; an exception that is a fault sets RF in the frame: 17.3.1.1
;= SP 1000
;= SS 3000
;= ES 4444
;= DS 3000
;= FS 5555
;= GS 6666
    set_gate 6, code0, stubs + 0x60, 0x8E

; --- what is sensitive to IOPL
    trying
    v86 0, .code1, .end1
bits 16
.code1:
    cli
    ud2
.end1:
bits 32
    caught "CLI, IOPL 0"
;= CLI, IOPL 0: #D e=0
    trying
    v86 3, .code2, .end2
bits 16
.code2:
    cli
    ud2
.end2:
bits 32
    caught "CLI, IOPL 3"
;= CLI, IOPL 3: #6 e=0
    trying
    v86 0, .code3, .end3
bits 16
.code3:
    sti
    ud2
.end3:
bits 32
    caught "STI, IOPL 0"
;= STI, IOPL 0: #D e=0
    trying
    v86 0, .code4, .end4
bits 16
.code4:
    pushf
    ud2
.end4:
bits 32
    caught "PUSHF, IOPL 0"
;= PUSHF, IOPL 0: #D e=0
    trying
    v86 3, .code5, .end5
bits 16
.code5:
    pushf
    ud2
.end5:
bits 32
    caught "PUSHF, IOPL 3"
;= PUSHF, IOPL 3: #6 e=0
    trying
    v86 0, .code6, .end6
bits 16
.code6:
    popf
    ud2
.end6:
bits 32
    caught "POPF, IOPL 0"
;= POPF, IOPL 0: #D e=0
    trying
    v86 0, .code7, .end7
bits 16
.code7:
    iret
    ud2
.end7:
bits 32
    caught "IRET, IOPL 0"
;= IRET, IOPL 0: #D e=0
    trying
    v86 0, .code8, .end8
bits 16
.code8:
    int 0x40
    ud2
.end8:
bits 32
    caught "INT 40h, IOPL 0"
;= INT 40h, IOPL 0: #D e=0
    trying
    v86 3, .code9, .end9
bits 16
.code9:
    int 0x40
    ud2
.end9:
bits 32
    caught "INT 40h, IOPL 3, gate of level 0"
;= INT 40h, IOPL 3, gate of level 0: #D e=202
    trying
    v86 0, .code10, .end10
bits 16
.code10:
    int3
    ud2
.end10:
bits 32
    caught "INT3, IOPL 0, gate of level 0"
;= INT3, IOPL 0, gate of level 0: #D e=1A
    trying
    v86 3, .code11, .end11
bits 16
.code11:
    in al, 0x60
    ud2
.end11:
bits 32
    caught "IN, IOPL 3"
;= IN, IOPL 3: #D e=0
    trying
    v86 3, .code12, .end12
bits 16
.code12:
    hlt
    ud2
.end12:
bits 32
    caught "HLT"
;= HLT: #D e=0
    trying
    v86 3, .code13, .end13
bits 16
.code13:
    mov eax, cr0
    ud2
.end13:
bits 32
    caught "MOV CR0"
;= MOV CR0: #D e=0
    trying
    v86 3, .code14, .end14
bits 16
.code14:
    lgdt [0]
    ud2
.end14:
bits 32
    caught "LGDT"
;= LGDT: #D e=0
    trying
    v86 3, .code15, .end15
bits 16
.code15:
    sldt ax
    ud2
.end15:
bits 32
    caught "SLDT"
;= SLDT: #6 e=0
    trying
    v86 3, .code16, .end16
bits 16
.code16:
    arpl ax, bx
    ud2
.end16:
bits 32
    caught "ARPL"
;= ARPL: #6 e=0
    trying
    v86 3, .code17, .end17
bits 16
.code17:
    lar ax, bx
    ud2
.end17:
bits 32
    caught "LAR"
;= LAR: #6 e=0
    trying
    v86 3, .code18, .end18
bits 16
.code18:
    mov ax, [0xFFFF]
    ud2
.end18:
bits 32
    caught "a word at FFFFh"
;= a word at FFFFh: #D e=0
;~ a word at FFFFh: #6 e=0 ; TCG looks at no limits
    trying
    v86 3, .code19, .end19
bits 16
.code19:
    mov bp, 0xFFFF
    mov ax, [bp]
    ud2
.end19:
bits 32
    caught "on the stack"
;= on the stack: #C e=0
;~ on the stack: #6 e=0 ; as above
    trying
    v86 3, .code20, .end20
bits 16
.code20:
    mov ax, 0x1235
    mov ds, ax
    mov es, ax
    push ds
    pop fs
    ud2
.end20:
bits 32
    caught "any segment may be loaded"
;= any segment may be loaded: #6 e=0
    trying
    v86 3, .code21, .end21
bits 16
.code21:
    mov byte [cs:0x100], 1
    ud2
.end21:
bits 32
    caught "CS may be written by"
;= CS may be written by: #6 e=0
    trying
    v86 3, .code22, .end22
bits 16
.code22:
    jmp 0x2FF0:0x105
    ud2
.end22:
bits 32
    caught "far jump"
;= far jump: #6 e=0

; --- IRET gives VM back only at level 0; a task may be of this mode, too
    trying
    user .user_iret
.user_iret:
    push dword 0x20202
    push dword code3
    push dword .user_landing
    iret
.user_landing:
    pushf
    pop eax
    and eax, 0x20000
    ud2
    caught "IRET of level 3 with VM"
;= IRET of level 3 with VM: #6 e=0
;~ IRET of level 3 with VM: #D e=0 ; it enters virtual-8086 mode, whatever the level
    mov eax, [ex_flags]
    and eax, 0x20000
    line "VM then", eax
;= VM then 0
;~ VM then 20000 ; as above
    ; An interrupt through a 16-bit gate cannot come from here; through a trap gate IF stays.
    set_gate 0x43, code0, .trap, 0xEF
    mov dword [0], 0
    trying
    v86 3, .code_trap, .end_trap
bits 16
.code_trap:
    int 0x43
    ud2
.end_trap:
bits 32
.trap:
    mov eax, data0
    mov ds, eax
    mov es, eax
    pushf
    pop eax
    and eax, 0x20000
    line "VM in a handler", eax
    mov eax, [esp]
    line "IP behind INT", eax
    back
    caught
;= VM in a handler 0
;= IP behind INT 2
    ret

firmware_end
