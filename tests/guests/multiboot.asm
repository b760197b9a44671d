; SPDX-License-Identifier: GPL-3.0-or-later
; A Multiboot kernel that says on port E9h what it was given, a line each. Assembled three ways:
; as a flat file with load addresses in its header (the a.out kludge), with -DELF as an ELF file, and
; with -DHIGH as an ELF file linked at C0000000h but loaded at 2 MiB.
bits 32
cpu 686

MAGIC   equ 1BADB002h
%ifdef HIGH
LOAD    equ 200000h
LINEAR  equ 0C0200000h
%define ELF
%else
LOAD    equ 100000h
LINEAR  equ LOAD
%endif
BSS     equ 1000h
SKIPPED equ 400h                ; bytes of the flat file before what is loaded

%ifdef ELF
FLAGS   equ 3
SKIP    equ 0
%else
FLAGS   equ 10003h
SKIP    equ SKIPPED
%endif
; Where code runs: before paging, at the address it was loaded to.
org LOAD - SKIP

file:
%ifdef ELF
        db 7Fh, 'ELF', 1, 1, 1
        times 9 db 0
        dw 2, 3                 ; executable, i386
        dd 1
        dd start - LOAD + LINEAR
        dd segments - file      ; e_phoff
        dd 0, 0
        dw 52, 32, 2, 0, 0, 0
segments:
        dd 4, 0, 0, 0, 0, 0, 0, 0       ; PT_NOTE: not loaded
        dd 1, 0, LINEAR, LOAD, file_end - file, file_end - file + BSS, 7, 1000h
%else
        times SKIPPED db 0CCh
%endif
        align 4
header:
        dd MAGIC, FLAGS, -(MAGIC + FLAGS)
%ifndef ELF
        dd header, LOAD, file_end, file_end + BSS, start
%endif

start:
        cmp eax, 2BADB002h
        jne $                   ; says nothing
        mov [record], ebx
        ; Zeros behind the file.
        mov edi, file_end
        mov ecx, BSS / 4
        xor eax, eax
        repe scasd
        jne $
        mov esp, file_end + BSS
        pushfd
        pop eax
        test eax, 20200h        ; VM, IF
        jnz $
        mov eax, cr0
        and eax, 80000001h
        cmp eax, 1              ; protected, not paged
        jne $
        mov esi, ebx
        mov edi, flags_text
        mov eax, [esi]
        call say_number
        mov edi, lower_text
        mov eax, [esi + 4]
        call say_number
        mov edi, upper_text
        mov eax, [esi + 8]
        call say_number
        mov edi, device_text
        mov eax, [esi + 12]
        call say_number
        mov edi, command_text
        mov edx, [esi + 16]
        call say_text
        mov edi, loader_text
        mov edx, [esi + 64]
        call say_text

        mov ecx, [esi + 20]
        mov ebx, [esi + 24]
.module:
        jecxz .modules_done
        mov edi, module_text
        mov edx, [ebx + 8]
        call say_text
        mov edi, start_text
        mov eax, [ebx]
        call say_number
        mov edi, content_text
        mov edx, [ebx]          ; the test's modules are texts with a final zero
        call say_text
        add ebx, 16
        dec ecx
        jmp .module
.modules_done:
        mov ecx, [esi + 44]
        mov ebx, [esi + 48]
        add ecx, ebx
.range:
        cmp ebx, ecx
        jae .done
        mov edi, range_text
        mov eax, [ebx + 4]
        call say_number
        mov edi, length_text
        mov eax, [ebx + 12]
        call say_number
        mov edi, type_text
        mov eax, [ebx + 20]
        call say_number
        add ebx, [ebx]
        add ebx, 4
        jmp .range
.done:
        mov edi, done_text
        mov edx, empty_text
        call say_text
        cli
        hlt

; EDI: what, EAX: its value.
say_number:
        push ecx
        push eax
        call say
        pop eax
        mov ecx, 8
.digit:
        rol eax, 4
        push eax
        and al, 15
        cmp al, 10
        sbb al, 69h
        das                     ; a hexadecimal digit
        out 0E9h, al
        pop eax
        loop .digit
        mov al, 10
        out 0E9h, al
        pop ecx
        ret
; EDI: what, EDX: a text.
say_text:
        call say
        mov edi, edx
        call say
        mov al, 10
        out 0E9h, al
        ret
say:
        mov al, [edi]
        test al, al
        jz .end
        out 0E9h, al
        inc edi
        jmp say
.end:
        ret

flags_text      db 'flags ', 0
lower_text      db 'lower ', 0
upper_text      db 'upper ', 0
device_text     db 'device ', 0
command_text    db 'command ', 0
loader_text     db 'loader ', 0
module_text     db 'module ', 0
start_text      db 'start ', 0
content_text    db 'content ', 0
range_text      db 'range ', 0
length_text     db 'length ', 0
type_text       db 'type ', 0
done_text       db 'done', 0
empty_text      db 0
        align 4
record          dd 0
file_end:
