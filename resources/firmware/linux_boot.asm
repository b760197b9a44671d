; SPDX-License-Identifier: GPL-3.0-or-later
; The option ROM of --kernel: a bootstrap entry vector (Plug and Play BIOS specification 1.0A, section
; 3.4) that the firmware lists among its boot devices. It takes a Linux kernel out of the fw_cfg device
; by DMA, part by part, to the addresses that the board chose, and enters it as the Linux/x86 boot
; protocol says: at 0x200 of the real-mode part, all segments there, the stack below the command line.
;
; Runs in 16-bit real mode on a 386 or later. Assembled to a flat file; whoever hands it to the firmware
; pads it to the size it states and sets the last byte so that all bytes sum to zero.

        bits    16
        cpu     486                     ; BSWAP
        org     0

ROM_SIZE        equ 1024

FW_CFG_DMA_LOW  equ 518h                ; low half of the DMA address; writing it starts the transfer
DMA_ERROR       equ 1
DMA_READ        equ 2
DMA_SELECT      equ 8

KEY_KERNEL_ADDR equ 07h
KEY_KERNEL_SIZE equ 08h
KEY_INITRD_ADDR equ 0Ah
KEY_INITRD_SIZE equ 0Bh
KEY_KERNEL_DATA equ 11h
KEY_INITRD_DATA equ 12h
KEY_CMDLINE_ADDR equ 13h
KEY_CMDLINE_SIZE equ 14h
KEY_CMDLINE_DATA equ 15h
KEY_SETUP_ADDR  equ 16h
KEY_SETUP_SIZE  equ 17h
KEY_SETUP_DATA  equ 18h

SETUP_ENTRY     equ 20h                 ; paragraphs from the real-mode part to its entry
RAMDISK_IMAGE   equ 218h                ; the header's field: where the initrd lies
STACK_TOP       equ 7C00h               ; free by convention while a boot device is tried

%define low(x)  (((x) - $$) & 0FFh)
%define high(x) ((((x) - $$) >> 8) & 0FFh)

rom:
        dw      0AA55h
        db      ROM_SIZE / 512
        xor     ax, ax                  ; offset 3, initialisation: nothing to do, nothing hooked
        retf
        times   1Ah - ($ - $$) db 0
        dw      pnp                     ; offset 1Ah: the Plug and Play header

        align   16
pnp:
        db      '$PnP'
        db      1                       ; revision of the structure
        db      2                       ; its length, in 16 bytes
        dw      0                       ; no further header
        db      0
        db      -PNP_SUM & 0FFh         ; all 32 bytes sum to zero
        dd      0                       ; device identifier: none
        dw      maker
        dw      product
        db      02h, 80h, 00h           ; type: mass storage, other
        db      64h                     ; a boot device; may be shadowed and cached
        dw      0                       ; no boot connection vector
        dw      0                       ; no disconnect vector
        dw      boot                    ; bootstrap entry vector
        dw      0
        dw      0                       ; no static resources
PNP_SUM equ     '$' + 'P' + 'n' + 'P' + 1 + 2 + 80h + 02h + 64h \
                + low(maker) + high(maker) + low(product) + high(product) + low(boot) + high(boot)

maker   db      'Bootglass', 0
product db      'Bootglass Linux loader', 0
failed  db      'Bootglass Linux loader: the kernel could not be read.', 13, 10, 0

; The bootstrap entry vector. Never returns.
boot:
        cli
        xor     ax, ax
        mov     ss, ax
        mov     esp, STACK_TOP
        sti
        cld

        ; The real-mode part first: the initrd's place may have to be corrected in it.
        mov     al, KEY_SETUP_SIZE
        call    read_number
        test    eax, eax
        jz      fail                    ; no kernel was given
        mov     ecx, eax
        mov     al, KEY_SETUP_ADDR
        call    read_number
        mov     edi, eax
        mov     [ss:setup_address], eax
        mov     al, KEY_SETUP_DATA
        call    read_bytes

        mov     al, KEY_CMDLINE_SIZE
        call    read_number
        mov     ecx, eax
        mov     al, KEY_CMDLINE_ADDR
        call    read_number
        mov     edi, eax
        mov     [ss:cmdline_address], eax
        mov     al, KEY_CMDLINE_DATA
        call    read_bytes

        mov     al, KEY_KERNEL_SIZE
        call    read_number
        mov     ecx, eax
        mov     al, KEY_KERNEL_ADDR
        call    read_number
        mov     edi, eax
        mov     al, KEY_KERNEL_DATA
        call    read_bytes

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

; Returns in eax the 32-bit number under key al. Keeps ecx, edi.
read_number:
        push    ecx
        push    edi
        push    dword 0                 ; the number's room; SS is 0, so its address is SP
        movzx   edi, sp
        mov     ecx, 4
        call    read_bytes
        pop     eax
        pop     edi
        pop     ecx
        ret

; Reads ecx bytes under key al to the physical address edi. Keeps ecx, edi.
read_bytes:
        jecxz   .done
        ; The command, built on the stack; all its numbers are big-endian.
        mov     edx, edi
        bswap   edx
        push    edx                     ; address, low half
        push    dword 0                 ; address, high half
        mov     edx, ecx
        bswap   edx
        push    edx                     ; length
        movzx   edx, al
        shl     edx, 16
        mov     dl, DMA_SELECT | DMA_READ
        bswap   edx
        push    edx                     ; control
        movzx   eax, sp
        mov     bp, sp
        bswap   eax
        mov     dx, FW_CFG_DMA_LOW
        out     dx, eax
.wait:
        mov     eax, [bp]               ; zero when done
        test    eax, eax
        jz      .complete
        test    eax, DMA_ERROR << 24
        jz      .wait
        jmp     fail
.complete:
        add     sp, 16
.done:
        ret

; Says that it failed and passes on to the next boot device.
fail:
        mov     si, failed
.next:
        mov     al, [cs:si]
        test    al, al
        jz      .over
        mov     ah, 0Eh
        mov     bx, 7
        int     10h
        inc     si
        jmp     .next
.over:
        int     18h
        jmp     $

; Two variables above the stack's top.
setup_address   equ STACK_TOP
cmdline_address equ STACK_TOP + 4
