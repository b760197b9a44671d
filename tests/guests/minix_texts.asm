; SPDX-License-Identifier: GPL-3.0-or-later
; A Multiboot kernel that boots as MINIX 3.4 does, as far as its profile sees: paging with pages of 4 MiB,
; then everything at privilege 3, where a terminal driver writes what the kernel has said, servers and
; /etc/rc write theirs, and `login:` ends it. Texts as in MINIX's kernel/main.c, servers/vfs and etc/rc.minix.
; They go to the screen, or with console=tty00 to COM1. As MINIX, it insists on its twelve modules.
bits 32
cpu 686

MAGIC   equ 1BADB002h
FLAGS   equ 10003h
LOAD    equ 100000h
MODULES equ 12
USER    equ 3
BETWEEN equ 20000               ; instructions between two texts

org LOAD

header:
        dd MAGIC, FLAGS, -(MAGIC + FLAGS)
        dd header, LOAD, file_end, bss_end, start

start:
        mov esp, stack_end
        mov esi, [ebx + 16]     ; the command line
.search:
        cmp byte [esi], 0
        je .searched
        mov edi, esi
        push esi
        mov esi, serial_option
        mov ecx, SERIAL_OPTION
        repe cmpsb
        pop esi
        sete byte [serial]
        je .searched
        inc esi
        jmp .search
.searched:
        lgdt [gdt_pointer]
        jmp 08h:.reloaded
.reloaded:
        mov ax, 10h
        mov ds, ax
        mov es, ax
        mov ss, ax
        cmp dword [ebx + 20], MODULES
        mov esi, panic
        jne last_words

        ; All addresses as they are, for everybody.
        mov edi, directory
        mov eax, 87h            ; 4 MiB, user, writable, present
        mov ecx, 1024
.map:
        stosd
        add eax, 400000h
        loop .map
        mov eax, directory
        mov cr3, eax
        mov eax, cr4
        or eax, 10h             ; PSE
        mov cr4, eax
        mov eax, cr0
        or eax, 80000000h
        mov cr0, eax

        mov ecx, BETWEEN
        loop $
        push dword 20h | USER
        push dword stack_end
        push dword 3000h        ; IOPL 3: the driver does its own input and output
        push dword 18h | USER
        push dword servers
        iret

servers:
        mov ax, 20h | USER
        mov ds, ax
        mov es, ax
        mov esi, texts
.next:
        mov ecx, BETWEEN
        loop $
        call say
        cmp byte [esi], 0
        jne .next
        jmp $

last_words:
        call say
        cli
        hlt

; Writes the text at ESI, which then points behind it.
say:
        lodsb
        test al, al
        jz .said
        call put
        jmp say
.said:
        ret

put:
        cmp byte [serial], 0
        je .screen
        mov dx, 3F8h + 5
        mov ah, al
.wait:
        in al, dx
        test al, 20h
        jz .wait
        mov al, ah
        mov dx, 3F8h
        out dx, al
        ret
.screen:
        mov edx, [cursor]
        cmp al, 10
        je .line
        mov ah, 7
        mov [edx], ax
        add edx, 2
        mov [cursor], edx
        ret
.line:
        lea eax, [edx - 0B8000h]
        xor edx, edx
        mov ecx, 160
        div ecx
        inc eax
        imul eax, ecx
        add eax, 0B8000h
        mov [cursor], eax
        ret

serial_option db 'console=tty00'
SERIAL_OPTION equ $ - serial_option
panic   db 'kernel panic: expecting 12 boot processes/modules', 10, 0
texts   db 10, 'MINIX 3.4.0. (c0ffee)', 10
        db 'Copyright 2016, Vrije Universiteit, Amsterdam, The Netherlands', 10
        db 'MINIX is open source software, see http://www.minix3.org', 10, 0
        db 'Started VFS: 9 worker thread(s)', 10, 0
        db 'Root device name is /dev/ram', 10, 0
        db 'Multiuser startup in progress ...', 10, 0
        db 'Starting hotplugging infrastructure... done.', 10, 0
        db 'Starting services: random inet printer ipc.', 10, 0
        db 10, 'minix login: ', 0
        db 0

        align 8
gdt     dq 0
        dq 00CF9A000000FFFFh    ; 08h: code of level 0
        dq 00CF92000000FFFFh    ; 10h: data of level 0
        dq 00CFFA000000FFFFh    ; 18h: code of level 3
        dq 00CFF2000000FFFFh    ; 20h: data of level 3
gdt_pointer:
        dw $ - gdt - 1
        dd gdt
cursor  dd 0B8000h + 160 * 2
serial  db 0
file_end:

; Zeros behind the file: the page directory, and a stack.
directory equ LOAD + (file_end - header + 4095) / 4096 * 4096
stack_end equ directory + 2 * 4096
bss_end equ stack_end
