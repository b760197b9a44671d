; SPDX-License-Identifier: GPL-3.0-or-later
; Real mode: SDM vol. 3, ch. 20; the A20 line; segments that keep their limits ("unreal" mode: 9.9.2).
%include "system.inc"

real_stack equ 0xF000

; Handlers of real mode: like `trying` and `caught`, but what was seen is written later.
%macro trying16 0
    %push trying
    mov word [resume16], %$landing
    mov word [seen], 0xFFFF
%endmacro
%macro caught16 1                   ; where to keep it
%$landing:
    xor ax, ax
    mov ss, ax
    mov sp, real_stack
    mov ax, [cs:seen]
    mov [cs:%1], ax
    mov ax, [cs:seen_ip]
    mov [cs:%1 + 2], ax
    xor ax, ax
    mov ds, ax
    mov es, ax
    %pop
%endmacro
%macro result 2                     ; name, vector
    movsx eax, word [%2]
    line %1, eax
%endmacro

main:
    mov [resume_esp], esp
    ; Vectors 0 to 15.
    xor ecx, ecx
.vectors:
    mov eax, ecx
    shl eax, 4
    add eax, stubs16
    mov [ecx * 4], eax
    inc ecx
    cmp ecx, 16
    jb .vectors
    lidt [real_idtr]
    jmp code16:.leave

bits 16
.leave:
    mov ax, data16
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax
    mov eax, cr0
    and al, ~1
    mov cr0, eax
    jmp 0:.real
.real:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, real_stack

    trying16
    mov ax, [0xFFFF]
    caught16 r_word
    trying16
    mov bp, 0xFFFF
    mov ax, [bp]
    caught16 r_stack_word
    trying16
    mov eax, [0xFFFD]
    caught16 r_dword
    trying16
    mov ax, [0xFFFE]
    caught16 r_inside
    trying16
    xor cl, cl
.divide:
    div cl
    caught16 r_divide
    mov ax, [r_divide + 2]
    sub ax, .divide
    mov [r_divide_ip], ax
    trying16
    db 0xF0, 0x90                   ; LOCK NOP
    caught16 r_lock
    trying16
    mov al, 0x7F
    add al, 1
    into
    caught16 r_into
    trying16
    mov bx, .bounds
    mov ax, 5
    bound ax, [bx]
    jmp .bounds_end
.bounds dw 6, 9
.bounds_end:
    caught16 r_bound
    mov ax, 0x1000                  ; where a processor without limits would go, it finds the way back
    mov es, ax
    mov byte [es:0], 0xEA
    mov word [es:1], .escaped
    mov word [es:3], 0
    trying16
    jmp dword 0x10000
.escaped:
    caught16 r_far_eip
    trying16
    sldt ax                         ; exists in protected mode only
    caught16 r_sldt
    trying16
    lidt [.short_idt]
    int 0x20
    jmp .short_idt_end
.short_idt:
    dw 0x3F
    dd 0
.short_idt_end:
    caught16 r_idt
    lidt [real_idtr]

    ; INT clears IF and TF, IRET brings them back; the frame is FLAGS, CS, IP.
    mov word [0x60 * 4], .handler
    mov word [0x60 * 4 + 2], 0
    sti
    int 0x60
    jmp .after_int
.handler:
    mov [r_int_sp], sp
    pushf
    pop word [r_int_flags]
    and word [r_int_flags], 0x200
    mov bp, sp
    mov ax, [bp + 4]
    and ax, 0x200
    mov [r_int_saved], ax
    iret
.after_int:
    pushf
    pop word [r_iret_flags]
    and word [r_iret_flags], 0x200
    cli
    ; Vectors are where IDTR says.
    mov ax, data_area / 16
    mov ds, ax
    mov word [0x80], .moved_handler     ; vector 32
    mov word [0x82], 0
    xor ax, ax
    mov ds, ax
    lidt [.moved_idt]
    int 0x20
    jmp .moved_end
.moved_idt:
    dw 0x83
    dd data_area
.moved_handler:
    inc word [r_moved]
    iret
.moved_end:
    lidt [real_idtr]

    ; Writing by CS is allowed in real mode.
    trying16
    mov word [cs:r_scratch], 0x77
    caught16 r_cs_write

    ; Limits stay when a segment is loaded in real mode: data of 4 GiB, then a new base.
    mov eax, cr0
    or al, 1
    mov cr0, eax
    mov bx, data0
    mov ds, bx
    and al, ~1
    mov cr0, eax
    mov ebx, 0x200000
    trying16
    mov dword [ebx], 0x12345678
    xor ax, ax
    mov ds, ax
    mov eax, [ebx]
    mov [cs:r_unreal_value], eax
    mov ax, 0x1000
    mov ds, ax
    mov eax, [ebx - 0x10000]
    mov [cs:r_unreal_base], eax
    caught16 r_unreal

    ; A20: with the line off, bit 20 of addresses is 0.
    mov ebx, 0x100000 + data_area
    mov dword [ds:ebx], 0xAAAA
    mov ebx, data_area
    mov dword [ds:ebx], 0xBBBB
    ; Chip sets combine the keyboard controller's line and port 92h: both off.
    mov al, 0xD1
    out 0x64, al
.wait_8042:
    in al, 0x64
    test al, 2
    jnz .wait_8042
    mov al, 0xDD
    out 0x60, al
.wait_8042b:
    in al, 0x64
    test al, 2
    jnz .wait_8042b
    in al, 0x92
    and al, ~3
    out 0x92, al
    mov ebx, 0x100000 + data_area
    mov eax, [ds:ebx]
    mov [r_a20_off], eax
    mov dword [ds:ebx], 0xCCCC
    in al, 0x92
    or al, 2
    and al, ~1
    out 0x92, al
    mov eax, [ds:ebx]
    mov [r_a20_on], eax
    mov ebx, data_area
    mov eax, [ds:ebx]
    mov [r_a20_low], eax

    o32 lgdt [gdtr]
    o32 lidt [idtr]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp dword code0:.back
bits 32
.back:
    mov eax, data0
    mov ds, eax
    mov es, eax
    mov ss, eax
    mov esp, [resume_esp]

    result "word at FFFFh", r_word
;= word at FFFFh D
;~ word at FFFFh FFFFFFFF ; TCG looks at no limits
    result "word at FFFFh by BP", r_stack_word
;= word at FFFFh by BP C
;~ word at FFFFh by BP FFFFFFFF ; as above
    result "double word at FFFDh", r_dword
;= double word at FFFDh D
;~ double word at FFFDh FFFFFFFF ; as above
    result "word at FFFEh", r_inside
;= word at FFFEh FFFFFFFF
    result "DIV by 0", r_divide
;= DIV by 0 0
    result "at DIV", r_divide_ip
;= at DIV 0
    result "LOCK NOP", r_lock
;= LOCK NOP 6
    result "INTO", r_into
;= INTO 4
    result "BOUND", r_bound
;= BOUND 5
    result "JMP to 10000h", r_far_eip
;= JMP to 10000h D
;~ JMP to 10000h FFFFFFFF ; as above
    result "SLDT", r_sldt
;= SLDT 6
    result "INT beyond the IDT's limit", r_idt
;= INT beyond the IDT's limit D
    movzx eax, word [r_int_sp]
    line "SP in a handler", eax
;= SP in a handler EFFA
    result "IF in it", r_int_flags
;= IF in it 0
    result "IF in the frame", r_int_saved
;= IF in the frame 200
    result "IF after IRET", r_iret_flags
;= IF after IRET 200
    result "vectors elsewhere", r_moved
;= vectors elsewhere 1
    result "write by CS", r_cs_write
;= write by CS FFFFFFFF
    result "unreal mode", r_unreal
;= unreal mode FFFFFFFF
    line "beyond 1 MiB", [r_unreal_value]
;= beyond 1 MiB 12345678
    line "with another base", [r_unreal_base]
;= with another base 12345678
    line "A20 off", [r_a20_off]
;= A20 off BBBB
    line "A20 on", [r_a20_on]
;= A20 on AAAA
    line "below", [r_a20_low]
;= below CCCC
    ret

bits 16
align 16
stubs16:
%assign n 0
%rep 16
    align 16, db 0x90
    mov byte [cs:seen], n
    mov byte [cs:seen + 1], 0
    jmp near note16
%assign n n + 1
%endrep
note16:
    mov bp, sp
    mov ax, [ss:bp]
    mov [cs:seen_ip], ax
    jmp word [cs:resume16]
bits 32

align 4
resume16 dw 0
seen dw 0
seen_ip dw 0, 0
r_word dd 0
r_stack_word dd 0
r_dword dd 0
r_inside dd 0
r_divide dd 0
r_divide_ip dd 0
r_lock dd 0
r_into dd 0
r_bound dd 0
r_far_eip dd 0
r_sldt dd 0
r_idt dd 0
r_int_sp dd 0
r_int_flags dd 0
r_int_saved dd 0
r_iret_flags dd 0
r_moved dd 0
r_cs_write dd 0
r_scratch dd 0
r_unreal dd 0
r_unreal_value dd 0
r_unreal_base dd 0
r_a20_off dd 0
r_a20_on dd 0
r_a20_low dd 0

firmware_end
