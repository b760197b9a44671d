; SPDX-License-Identifier: GPL-3.0-or-later
; The option ROM of --kernel for Multiboot kernels (Multiboot specification 0.6.96): takes kernel,
; modules and information record out of the fw_cfg device, asks the firmware how memory lies, writes that
; into the record, and enters the kernel as section 3.2 says: protected mode, flat segments of 4 GiB, no
; paging, EAX the magic number, EBX the record.

%include "option_rom.inc"

INFO_MEM_LOWER  equ 4                   ; KiB from 0
INFO_MEM_UPPER  equ 8                   ; KiB from 1 MiB to the first hole
INFO_MAP_LENGTH equ 44
MAP_OFFSET      equ 80h                 ; of the map in the record; the board has left room there
MAP_ENTRY       equ 24                  ; a size, and what E820h returns
MAP_MOST        equ 64
BOOT_MAGIC      equ 2BADB002h

option_rom 'Bootglass Multiboot loader'

        option_rom_entry

        load_part KERNEL, fail
        mov     al, KEY_KERNEL_ENTRY
        call    read_number
        mov     [ss:entry], eax

        load_part INITRD, , record
        mov     eax, [ss:record]
        shr     eax, 4                  ; it lies below 1 MiB, at a paragraph
        mov     es, ax

        int     12h                     ; KiB of conventional memory
        movzx   eax, ax
        mov     [es:INFO_MEM_LOWER], eax

        ; The memory map: entries of E820h, each behind its size.
        mov     di, MAP_OFFSET
        xor     ebx, ebx
.range:
        mov     eax, 0E820h
        mov     edx, 534D4150h          ; 'SMAP'
        mov     ecx, MAP_ENTRY - 4
        mov     dword [es:di], MAP_ENTRY - 4
        add     di, 4
        int     15h
        jc      .map_end
        cmp     eax, 534D4150h
        jne     .map_end
        cmp     dword [es:di + 4], 0    ; the RAM that holds 1 MiB says how much there is above it
        jne     .not_upper
        cmp     dword [es:di], 100000h
        jne     .not_upper
        cmp     dword [es:di + 16], 1
        jne     .not_upper
        mov     eax, [es:di + 8]
        shr     eax, 10
        mov     [es:INFO_MEM_UPPER], eax
.not_upper:
        add     di, MAP_ENTRY - 4
        cmp     di, MAP_OFFSET + MAP_ENTRY * MAP_MOST
        jae     .map_full
        test    ebx, ebx
        jnz     .range
        jmp     .map_full
.map_end:
        sub     di, 4
.map_full:
        movzx   edi, di
        sub     edi, MAP_OFFSET
        mov     [es:INFO_MAP_LENGTH], edi

        ; Protected mode. The table's address is where this ROM runs from.
        cli
        xor     eax, eax
        mov     ax, cs
        shl     eax, 4
        lea     edx, [eax + protected]  ; linear
        add     eax, gdt
        push    eax
        push    word GDT_SIZE - 1
        mov     bp, sp
        o32 lgdt [bp]
        mov     ecx, [ss:entry]
        mov     ebx, [ss:record]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        push    dword 08h
        push    edx
        o32 retf

        bits    32
protected:
        mov     ax, 10h
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     esp, STACK_TOP
        mov     eax, BOOT_MAGIC
        jmp     ecx
        bits    16

        align   8
gdt:
        dq      0
        dq      00CF9A000000FFFFh       ; 08h: code, 4 GiB, execute and read
        dq      00CF92000000FFFFh       ; 10h: data, 4 GiB
GDT_SIZE equ    $ - gdt

option_rom_routines

; Two variables above the stack's top.
entry   equ STACK_TOP
record  equ STACK_TOP + 4
