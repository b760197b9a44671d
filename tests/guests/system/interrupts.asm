; SPDX-License-Identifier: GPL-3.0-or-later
; When interrupts are taken: the shadow of STI (SDM vol. 2, STI), MOV SS (vol. 3, 6.8.3), HLT, and NMI, which
; blocks NMIs until IRET (6.7.1). An 8254 one-shot raises IRQ 0; that it waits is read from the 8259.
%include "system.inc"

apic equ 0xFEE00000

; IRQ 0 rises while interrupts are off, and waits.
%macro raise_irq0 0
    cli
    mov al, 0x30                    ; counter 0, mode 0
    out 0x43, al
    mov al, 100
    out 0x40, al
    mov al, 0
    out 0x40, al
    mov al, 0x0A                    ; OCW3: read IRR
    out 0x20, al
%%wait:
    in al, 0x20
    test al, 1
    jz %%wait
%endmacro

irq0_handler:
    mov [seen_ecx], ecx
    mov eax, [esp]
    mov [seen_eip], eax
    inc dword [seen]
    mov al, 0x20
    out 0x20, al
    iret
align 4
seen dd 0
seen_ecx dd 0
seen_eip dd 0
order dd 0
nmis dd 0

; An NMI by the local APIC's command register, to itself.
%macro send_nmi 0
    mov dword [apic + 0x310], 0
    mov dword [apic + 0x300], 0x4400
    jmp short %%next                ; QEMU looks at branches only
%%next:
%endmacro

; log(digit): `order` as the digits came
%macro log 1
    shl dword [order], 4
    or dword [order], %1
%endmacro

main:
    ; 8259s: vectors 20h and 28h, only IRQ 0.
    mov al, 0x11
    out 0x20, al
    out 0xA0, al
    mov al, 0x20
    out 0x21, al
    mov al, 0x28
    out 0xA1, al
    mov al, 4
    out 0x21, al
    mov al, 2
    out 0xA1, al
    mov al, 1
    out 0x21, al
    out 0xA1, al
    mov al, 0xFE
    out 0x21, al
    mov al, 0xFF
    out 0xA1, al
    set_gate 0x20, code0, irq0_handler, 0x8E
    ; The APIC passes the 8259's line on: LVT LINT0 is ExtINT.
    mov dword [apic + 0xF0], 0x1FF
    mov dword [apic + 0x350], 0x700

    raise_irq0
    xor ecx, ecx
    sti
    inc ecx                         ; in the shadow
    inc ecx
    cli
    line "STI: instructions before the interrupt", [seen_ecx]
;= STI: instructions before the interrupt 1
    raise_irq0
    xor ecx, ecx
    mov dword [seen], 0
    sti
    cli                             ; in the shadow: no interrupt
    inc ecx
    line "STI, CLI: interrupts", [seen]
;= STI, CLI: interrupts 0
    push dword 0x202
    popf                            ; no shadow
    inc ecx
    cli
    line "POPF: instructions before", [seen_ecx]
;= POPF: instructions before 1
    raise_irq0
    xor ecx, ecx
    push dword 0x202
    push dword code0
    push dword .irets
    iret
.irets:
    inc ecx
    cli
    line "IRET: instructions before", [seen_ecx]
;= IRET: instructions before 0
    raise_irq0
    xor ecx, ecx
    mov edx, data0
    sti
    nop
    inc ecx
    cli
    ; MOV SS with interrupts on: they come after the instruction behind it.
    mov dword [seen], 0
    raise_irq0
    xor ecx, ecx
    push dword 0x202
    mov edx, data0
    jmp .mov_ss
.mov_ss:
    popf
    mov ss, edx
    cli
    line "one is taken between POPF and MOV SS", [seen]
;= one is taken between POPF and MOV SS 1
    raise_irq0
    xor ecx, ecx
    mov dword [seen], 0
    sti
    mov ss, edx                     ; in STI's shadow, casts its own
    inc ecx
    inc ecx
    cli
    line "STI, MOV SS: instructions before", [seen_ecx]
;= STI, MOV SS: instructions before 1
;~ STI, MOV SS: instructions before 0 ; only the first of them is sure to: the manual leaves it open
    ; HLT after STI wakes for an interrupt that waits already; the return is behind HLT.
    raise_irq0
    mov dword [seen], 0
    sti
    hlt
.behind:
    cli
    mov eax, [seen_eip]
    sub eax, .behind
    line "STI, HLT: returns behind HLT by", eax
;= STI, HLT: returns behind HLT by 0
    line "interrupts", [seen]
;= interrupts 1
    ; IF is tested, not the level: a handler of an interrupt gate is not interrupted.
    set_gate 0x41, code0, .quiet, 0x8E
    raise_irq0
    mov dword [seen], 0
    push dword 0x202
    popf
    line "taken after POPF", [seen]
    cli
;= taken after POPF 1
    jmp .nmi
.quiet:
    iret

; --- NMI
.nmi:
    set_gate 2, code0, .nmi_handler, 0x8E
    cli
    log 1
    send_nmi                        ; not masked by IF
    nop
    nop
    log 6
    line "a second NMI waits for IRET", [order]
;= a second NMI waits for IRET 123236
    ; HLT with IF clear: an NMI wakes.
    mov dword [order], 0
    set_gate 2, code0, .nmi_simple, 0x8E
    send_nmi
    nop
    log 5
    line "NMI with IF clear", [order]
;= NMI with IF clear 45
    ; Any IRET unblocks, also one of an exception within the handler.
    mov dword [order], 0
    mov dword [nmis], 0
    set_gate 2, code0, .nmi_exception, 0x8E
    set_gate 0x42, code0, .quiet, 0x8E
    send_nmi
    nop
    log 9
    line "an inner IRET unblocks", [order]
;= an inner IRET unblocks 1212339
    ret

.nmi_handler:
    log 2
    inc dword [nmis]
    cmp dword [nmis], 1
    jne .nmi_second
    send_nmi                        ; blocked
    nop
    nop
.nmi_second:
    log 3
    iret
.nmi_simple:
    log 4
    iret
.nmi_exception:
    log 1
    inc dword [nmis]
    cmp dword [nmis], 1
    jne .no_more
    send_nmi
    nop
    log 2
    int 0x42                        ; its IRET lets the second one in
    log 3
    iret
.no_more:
    log 2
    log 3
    iret

firmware_end
