; SPDX-License-Identifier: GPL-3.0-or-later
; PAE paging: SDM vol. 3, 4.4; execute-disable: 4.6.
%include "system.inc"

pdpt equ 0x28000
dir  equ 0x29000
low_table equ 0x2A000
table equ 0x2B000

; Page number (%1) from 400000h gets the entry %2 with the high half %3.
%macro set_pae_page 3
    mov dword [table + (%1) * 8], %2
    mov dword [table + (%1) * 8 + 4], %3
    invlpg [0x400000 + (%1) * 0x1000]
%endmacro

main:
    ; 0 to 2 MiB one to one in pages of 4 KiB, 2 to 4 MiB in one of 2 MiB, 4 to 6 MiB by `table`.
    mov edi, pdpt
    mov ecx, 0x1000
    xor eax, eax
    rep stosd
    mov dword [pdpt], dir + 1
    mov dword [dir], low_table + 7
    mov dword [dir + 8], 0x200087
    mov dword [dir + 16], table + 7
    mov edi, low_table
    mov eax, 7
    mov ecx, 512
.next:
    mov [edi], eax
    add edi, 8
    add eax, 0x1000
    loop .next

; PDPTEs are loaded and checked by MOV CR3: 4.4.1.
    mov eax, cr4
    or al, 0x20                         ; PAE
    mov cr4, eax
    mov eax, pdpt
    mov cr3, eax
    mov eax, cr0
    or eax, 0x80000000
    mov cr0, eax
    mov dword [pdpt + 8], 3             ; bit 1 is reserved
    trying
    mov eax, pdpt
    mov cr3, eax
    caught "reserved bit in a PDPTE"
;= reserved bit in a PDPTE: #D e=0
;~ reserved bit in a PDPTE: none ; it reads PDPTEs with each walk
    mov dword [pdpt + 8], 2             ; not present: nothing is reserved
    trying
    mov eax, pdpt
    mov cr3, eax
    caught "in one that is absent"
;= in one that is absent: none
    mov dword [pdpt + 8], 0
    trying
    mov eax, [0x40000000]
    caught "absent PDPTE"
;= absent PDPTE: #E e=0 cr2=40000000

; Pages.
    trying
    mov eax, [0x400000]
    caught "absent"
;= absent: #E e=0 cr2=400000
    mov dword [data_area], 0x1111
    set_pae_page 0, data_area + 7, 0
    line "present", [0x400000]
;= present 1111
    line "accessed", [table]
;= accessed 30027
    mov [0x400004], eax
    line "dirty", [table]
;= dirty 30067
    set_pae_page 1, data_area + 5, 0
    trying
    user .write
.write:
    mov byte [0x401000], 1
    caught "read-only, written by level 3"
;= read-only, written by level 3: #E e=7 cr2=401000
    set_pae_page 2, data_area + 7, 0x40000000
    trying
    mov eax, [0x402000]
    caught "address bit 62"
;= address bit 62: #E e=9 cr2=402000
;~ address bit 62: #E e=8 cr2=402000 ; P is set wherever RSVD is: 4.7
    mov dword [0x200000 + 0x100], 0x77
    line "page of 2 MiB", [0x200100]
;= page of 2 MiB 77
    line "its PDE", [dir + 8]
;= its PDE 2000E7
    mov dword [dir + 24], 0x202087      ; bit 13 is reserved
    trying
    mov eax, [0x600000]
    caught "reserved bit in a page of 2 MiB"
;= reserved bit in a page of 2 MiB: #E e=9 cr2=600000
;~ reserved bit in a page of 2 MiB: #E e=8 cr2=600000 ; as above

; Without EFER.NXE, bit 63 is reserved.
    set_pae_page 3, data_area + 7, 0x80000000
    trying
    mov eax, [0x403000]
    caught "bit 63 without NXE"
;= bit 63 without NXE: #E e=9 cr2=403000
;~ bit 63 without NXE: #E e=8 cr2=403000 ; as above
    mov ecx, 0xC0000080
    rdmsr
    or eax, 0x800
    wrmsr
    mov byte [data_area], 0xC3          ; RET
    set_pae_page 3, data_area + 7, 0x80000000
    trying
    mov al, [0x403000]
    caught "read with NXE"
;= read with NXE: none
    trying
    call dword 0x403000
    caught "executed"
;= executed: #E e=11 cr2=403000
    trying
    user 0x403000
    caught "executed by level 3"
;= executed by level 3: #E e=15 cr2=403000
    trying
    call dword 0x404000
    caught "absent, executed"           ; the fetch is told only with NXE
;= absent, executed: #E e=10 cr2=404000
    set_pae_page 4, data_area + 7, 0
    trying
    call dword 0x404000
    caught "executable"
;= executable: none
    ; Execute-disable in the directory counts for the whole table.
    mov dword [dir + 20], 0x80000000
    mov eax, cr3
    mov cr3, eax
    trying
    call dword 0x404000
    caught "execute-disable in the directory"
;= execute-disable in the directory: #E e=11 cr2=404000
    mov dword [dir + 20], 0
    ret

firmware_end
