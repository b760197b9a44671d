; SPDX-License-Identifier: GPL-3.0-or-later
; Single step and breakpoints: SDM vol. 3, ch. 18; the shadow of MOV SS: 6.8.3.
%include "system.inc"
%include "debug.inc"

main:
    set_gate 1, code0, debug_handler, 0x8E

; --- single step: a trap after each instruction that began with TF
    watch .step
    trace_on
.step:                              ; the instruction after POPF is the first one
    nop                             ; +0
    inc eax                         ; +1
    trace_off                       ; +2 (PUSH), +4 (POPF), which is trapped, too
.step_end:
    traps "step"
;= step: +1/4000 +2/4000 +4/4000 +5/4000
    watch .mov_ss
    mov ecx, data0
    trace_on
.mov_ss:
    mov ss, ecx                     ; +0: no trap, nor
    nop                             ; +2: after the shadow, one
    trace_off                       ; +3, +5
    traps "MOV SS"
;= MOV SS: +3/4000 +5/4000 +6/4000
    watch .pop_ss
    push dword data0
    trace_on
.pop_ss:
    pop ss
    nop
    trace_off
    traps "POP SS"
;= POP SS: +2/4000 +4/4000 +5/4000
    ; REP: a trap after each iteration, the last one when ECX is 0.
    watch .rep
    mov ecx, 3
    mov edi, data_area
    mov esi, data_area + 64
    trace_on
.rep:
    rep movsb                       ; +0, two bytes
    trace_off
    traps "REP MOVSB"
;= REP MOVSB: +0/4000 +0/4000 +2/4000 +4/4000 +5/4000
    ; INT n clears TF for its handler; after IRET, the next instruction is trapped.
    set_gate 0x40, code0, .int_handler, 0x8E
    watch .int
    trace_on
.int:
    int 0x40                        ; +0: no trap of its own
    nop                             ; +2
    trace_off
    traps "INT"
    jmp .int_done
.int_handler:
    iret
.int_done:
;= INT: +3/4000 +5/4000 +6/4000
    ; A fault is no trap; the handler's frame keeps TF.
    set_gate 6, code0, .ud_handler, 0x8E
    watch .fault
    trace_on
.fault:
    ud2                             ; +0
    nop                             ; +2
    trace_off
    traps "fault"
    jmp .fault_done
.ud_handler:
    add dword [esp], 2
    mov eax, [esp + 8]
    and eax, 0x100
    mov [ex_flags], eax
    iret
.fault_done:
;= fault: +3/4000 +5/4000 +6/4000
    line "TF in its frame", [ex_flags]
;= TF in its frame 100

; --- instruction breakpoints: faults, before the instruction; RF lets it go on
    mov dword [or_flags], 0x10000
    mov eax, .break
    mov dr0, eax
    mov eax, 0x402
    mov dr7, eax                    ; G0
    watch .break
    nop
.break:
    nop
    nop
    traps "instruction breakpoint"
;= instruction breakpoint: +0/1
    mov eax, .break3 + 1            ; in the middle of an instruction: none
    mov dr0, eax
    watch .break3
.break3:
    mov ecx, 0x90909090
    traps "within an instruction"
;= within an instruction:
    ; In the shadow of MOV SS there is none.
    mov eax, .break4
    mov dr0, eax
    mov ecx, data0
    watch .break4
    mov ss, ecx
.break4:
    nop
    traps "after MOV SS"
;= after MOV SS:
;~ after MOV SS: +0/1 ; it knows no shadow of breakpoints
    mov dword [or_flags], 0

; --- data breakpoints: traps, after the access
    mov eax, data_area
    mov dr0, eax
    mov eax, 0x000D0402             ; G0, write, four bytes
    mov dr7, eax
    watch .data
.data:
    mov [data_area], eax            ; +0, five bytes: reported at +5
    mov eax, [data_area]            ; +5: a read is none
    mov byte [data_area + 3], 1     ; +A, seven bytes: +11
    mov byte [data_area + 4], 1     ; +11: outside
    mov dword [data_area - 2], 1    ; +18, ten bytes, overlaps: +22
    traps "data writes"
;= data writes: +5/1 +11/1 +22/1
    mov eax, 0x000F0402             ; reads and writes
    mov dr7, eax
    watch .reads
.reads:
    mov eax, [data_area]            ; +0: +5
    push dword [data_area]          ; +5, six bytes: +B
    pop eax
    traps "data reads"
;= data reads: +5/1 +B/1
    mov eax, 0x00010402             ; write, one byte
    mov dr7, eax
    mov edi, data_area - 2
    mov ecx, 4
    mov al, 7
    watch .stos
.stos:
    rep stosb                       ; told after the iteration
    nop
    traps "REP STOSB"
;= REP STOSB: +0/1
    ; MOV SS delays it to after the next instruction.
    mov eax, data_area
    mov dr0, eax
    mov eax, 0x000F0402
    mov dr7, eax
    mov dword [data_area], data0
    watch .mov_ss_data
.mov_ss_data:
    mov ss, [data_area]             ; +0, six bytes
    nop                             ; +6
    nop                             ; +7
    traps "MOV SS from there"
;= MOV SS from there: +7/1
;~ MOV SS from there: +6/1 ; as above
    xor eax, eax
    mov dr7, eax

; --- what else raises #DB
    ; DR4 and DR5 are DR6 and DR7 unless CR4.DE is set.
    mov eax, 0xFFFF0FF0
    mov dr6, eax
    db 0x0F, 0x21, 0xE0             ; MOV EAX, DR4
    line "DR4", eax
;= DR4 FFFF0FF0
    mov eax, cr4
    or al, 8                        ; DE
    mov cr4, eax
    set_gate 6, code0, stubs + 0x60, 0x8E
    trying
    db 0x0F, 0x21, 0xE0
    caught "with CR4.DE"
;= with CR4.DE: #6 e=0
    ; I/O breakpoints exist with CR4.DE.
    mov eax, 0x80
    mov dr0, eax
    mov eax, 0x00020402
    mov dr7, eax
    watch .io
.io:
    out 0x80, al                    ; +0, two bytes
    in al, 0x81                     ; another port
    out 0x7F, ax                    ; overlaps
    traps "I/O breakpoint"
;= I/O breakpoint: +2/1 +7/1
    xor eax, eax
    mov dr7, eax
    ret

firmware_end
