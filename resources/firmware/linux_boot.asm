; SPDX-License-Identifier: GPL-3.0-or-later
; The option ROM of --kernel for Linux: takes the kernel out of the fw_cfg device, part by part, to the
; addresses that the board chose, and enters it as the Linux/x86 boot protocol says: at 0x200 of the
; real-mode part, all segments there, the stack below the command line.

%include "option_rom.inc"

SETUP_ENTRY     equ 20h                 ; paragraphs from the real-mode part to its entry
RAMDISK_IMAGE   equ 218h                ; the header's field: where the initrd lies

option_rom 'Bootglass Linux loader'

        option_rom_entry

        ; The real-mode part first: the initrd's place may have to be corrected in it.
        load_part SETUP, fail, setup_address
        load_part CMDLINE, , cmdline_address
        load_part KERNEL

        mov     al, KEY_INITRD_SIZE
        call    read_number
        test    eax, eax
        jz      start
        mov     ecx, eax
        mov     al, KEY_INITRD_ADDR
        call    read_number
        mov     edi, eax
        call    lower_initrd
        mov     al, KEY_INITRD_DATA
        call    read_bytes

start:
        cli                             ; boot protocol, "Running the Kernel"
        mov     eax, [ss:setup_address]
        mov     esp, [ss:cmdline_address]
        sub     esp, eax
        sub     esp, 16                 ; the heap ends below the command line
        and     esp, 0FFFCh
        shr     eax, 4
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        add     ax, SETUP_ENTRY
        push    ax
        push    word 0
        retf

; The board placed the initrd (ecx bytes at edi) below the top of memory without knowing how much of it
; this firmware keeps for its own tables. If it keeps more, moves the initrd down, to a page boundary,
; and says so in the kernel's header. Returns edi.
lower_initrd:
        push    ecx
        push    edi
        xor     cx, cx
        xor     dx, dx
        mov     ax, 0E801h              ; memory between 1 and 16 MiB in KiB, above it in 64 KiB
        int     15h
        jc      .done
        jcxz    .in_ax                  ; some answer in CX and DX, some in AX and BX only
        mov     ax, cx
        mov     bx, dx
.in_ax:
        movzx   ebx, bx
        shl     ebx, 16
        add     ebx, 1000000h           ; end of memory if it goes past 16 MiB
        cmp     ebx, 1000000h
        jne     .have_end
        movzx   ebx, ax
        shl     ebx, 10
        add     ebx, 100000h
.have_end:
        pop     edi
        pop     ecx
        mov     eax, edi
        add     eax, ecx
        jc      .move
        cmp     eax, ebx
        jbe     .kept
.move:
        sub     ebx, ecx
        jc      fail
        and     ebx, ~0FFFh
        mov     edi, ebx
        mov     eax, [ss:setup_address]
        shr     eax, 4
        mov     es, ax
        mov     [es:RAMDISK_IMAGE], edi
.kept:
        ret
.done:
        pop     edi
        pop     ecx
        ret

option_rom_routines

; Two variables above the stack's top.
setup_address   equ STACK_TOP
cmdline_address equ STACK_TOP + 4
