; SPDX-License-Identifier: GPL-3.0-or-later
; Paging of 32 bits: SDM vol. 3, ch. 4; error codes of page faults: 4.7.
%include "system.inc"

main:
    call identity_paging

; Not present: P is 0 in the error code, whatever the rights would be.
    trying
    mov eax, [0x400010]
    caught "absent, read"
;= absent, read: #E e=0 cr2=400010
    trying
    mov [0x401FFE], eax
    caught "absent, write across two pages"
;= absent, write across two pages: #E e=2 cr2=401FFE
    trying
    user .absent_read
.absent_read:
    mov eax, [0x402000]
    caught "absent, read by level 3"
;= absent, read by level 3: #E e=4 cr2=402000
    trying
    user .absent_write
.absent_write:
    inc dword [0x402004]
    caught "absent, read and written by level 3"
;= absent, read and written by level 3: #E e=6 cr2=402004
;~ absent, read and written by level 3: #E e=4 cr2=402004 ; it reads first, silicon asks for a write at once
    trying
    mov eax, [0x800000]
    caught "absent in the directory"
;= absent in the directory: #E e=0 cr2=800000
    trying
    user 0x403000
    caught "absent, executed by level 3"
;= absent, executed by level 3: #E e=4 cr2=403000
    trying
    jmp dword 0x403FFF
    caught "absent, executed"
;= absent, executed: #E e=0 cr2=403FFF

; Rights.
    set_page 4, data_area + 5               ; read-only, for level 3
    trying
    user .write_readonly
.write_readonly:
    mov byte [0x404000], 1
    caught "read-only, written by level 3"
;= read-only, written by level 3: #E e=7 cr2=404000
    trying
    mov byte [0x404000], 1
    caught "read-only, written by level 0"
;= read-only, written by level 0: none
    mov eax, cr0
    or eax, 0x10000                         ; WP
    mov cr0, eax
    trying
    mov byte [0x404000], 1
    caught "read-only, written by level 0 with WP"
;= read-only, written by level 0 with WP: #E e=3 cr2=404000
    trying
    mov eax, [0x404000]
    caught "read-only, read with WP"
;= read-only, read with WP: none
    mov eax, cr0
    and eax, ~0x10000
    mov cr0, eax
    set_page 5, data_area + 3               ; for level 0
    trying
    user .read_system
.read_system:
    mov eax, [0x405123]
    caught "level 0's page, read by level 3"
;= level 0's page, read by level 3: #E e=5 cr2=405123
    trying
    user 0x405000
    caught "level 0's page, executed by level 3"
;= level 0's page, executed by level 3: #E e=5 cr2=405000
    ; Rights of directory and table are combined: the stricter counts.
    mov dword [page_dir + 4], page_table + 0x1005
    mov eax, cr3
    mov cr3, eax
    set_page 6, data_area + 7
    trying
    user .write_directory
.write_directory:
    mov byte [0x406000], 1
    caught "read-only in the directory"
;= read-only in the directory: #E e=7 cr2=406000
    mov dword [page_dir + 4], page_table + 0x1003
    mov eax, cr3
    mov cr3, eax
    trying
    user .read_directory
.read_directory:
    mov al, [0x406000]
    caught "level 0's in the directory"
;= level 0's in the directory: #E e=5 cr2=406000
    mov dword [page_dir + 4], page_table + 0x1007
    mov eax, cr3
    mov cr3, eax

; Accessed and dirty: 4.8. Bit 5 and bit 6.
    and dword [page_dir + 4], ~0x20
    mov eax, cr3
    mov cr3, eax
    set_page 7, data_area + 0x1007
    trying
    mov eax, [0x407000]
    caught
    line "after a read, PTE", [page_table + 0x101C]
;= after a read, PTE 31027
    mov eax, [page_dir + 4]
    and eax, 0xFFF
    line "and PDE", eax
;= and PDE 27
    mov [0x407000], eax
    line "after a write, PTE", [page_table + 0x101C]
;= after a write, PTE 31067
    set_page 7, data_area + 0x1007
    cmp byte [0x407000], 0
    lock or byte [0x407000], 0              ; a read-modify-write is a write
    line "after OR, PTE", [page_table + 0x101C]
;= after OR, PTE 31067
    set_page 8, data_area + 0x2005          ; a write that faults sets nothing but A at most
    trying
    user .write_fails
.write_fails:
    mov byte [0x408000], 1
    caught "a write that faults"
;= a write that faults: #E e=7 cr2=408000
    mov eax, [page_table + 0x1020]
    and eax, 0x40
    line "leaves D", eax
;= leaves D 0

; Stale translations: 4.10. Guests change an entry and then invalidate it.
    set_page 9, data_area + 7
    mov dword [data_area], 0x1111
    mov dword [data_area + 0x1000], 0x2222
    mov eax, [0x409000]
    mov dword [page_table + 0x1024], data_area + 0x1007
    invlpg [0x409FFF]                       ; any byte of the page
    line "after INVLPG", [0x409000]
;= after INVLPG 2222
    mov dword [page_table + 0x1024], data_area + 7
    mov eax, cr3
    mov cr3, eax
    line "after MOV CR3", [0x409000]
;= after MOV CR3 1111
    mov dword [page_table + 0x1024], 0
    invlpg [0x409000]
    trying
    mov eax, [0x409000]
    caught "unmapped"
;= unmapped: #E e=0 cr2=409000
    ; What was absent is never cached: no INVLPG is needed.
    mov dword [page_table + 0x1024], data_area + 7
    line "mapped again without INVLPG", [0x409000]
;= mapped again without INVLPG 1111
    ; Rights that grow need none either, after the fault.
    set_page 9, data_area + 5
    mov eax, cr0
    or eax, 0x10000
    mov cr0, eax
    trying
    mov [0x409000], eax
    caught "before rights grow"
;= before rights grow: #E e=3 cr2=409000
    mov dword [page_table + 0x1024], data_area + 7
    trying
    mov dword [0x409000], 0x3333
    caught "after rights grew"
;= after rights grew: none
    mov eax, cr0
    and eax, ~0x10000
    mov cr0, eax
    line "written", [data_area]
;= written 3333

; Global pages: 4.10.2.4. MOV CR3 leaves them, a change of CR4.PGE does not.
    mov eax, cr4
    or al, 0x80
    mov cr4, eax
    set_page 10, data_area + 0x107
    mov dword [data_area], 0x1111
    mov eax, [0x40A000]
    mov dword [page_table + 0x1028], data_area + 0x1107
    mov eax, cr3
    mov cr3, eax
    line "global, after MOV CR3", [0x40A000]
;= global, after MOV CR3 1111
;~ global, after MOV CR3 2222 ; it forgets more than it must
    mov eax, cr4
    and al, ~0x80
    mov cr4, eax
    line "after PGE is cleared", [0x40A000]
;= after PGE is cleared 2222
    or al, 0x80
    mov cr4, eax
    set_page 10, data_area + 0x107
    mov eax, [0x40A000]
    mov dword [page_table + 0x1028], data_area + 0x1107
    invlpg [0x40A000]
    line "global, after INVLPG", [0x40A000]
;= global, after INVLPG 2222

; Pages of 4 MiB: PS counts only with CR4.PSE.
    mov dword [page_dir + 8], 0x00000087
    mov eax, cr4
    or al, 0x10
    mov cr4, eax
    mov eax, [0x800000 + data_area]
    line "in a page of 4 MiB", eax
;= in a page of 4 MiB 1111
    line "after a read, PDE", [page_dir + 8]
;= after a read, PDE A7
    mov dword [0x800000 + data_area + 8], 5
    line "after a write, PDE", [page_dir + 8]
;= after a write, PDE E7
    mov dword [page_dir + 8], 0x00200087    ; bit 21 is reserved
    mov eax, cr3
    mov cr3, eax
    trying
    mov eax, [0x800000]
    caught "reserved bit in a page of 4 MiB"
;= reserved bit in a page of 4 MiB: #E e=9 cr2=800000
;~ reserved bit in a page of 4 MiB: #E e=8 cr2=800000 ; P is set wherever RSVD is: 4.7
    trying
    user .write_reserved
.write_reserved:
    mov [0x800004], eax
    caught "the same, written by level 3"
;= the same, written by level 3: #E e=F cr2=800004
;~ the same, written by level 3: #E e=E cr2=800004 ; as above

; An access in two pages of which the second is absent: nothing is written, CR2 is in the second.
    set_page 11, data_area + 0x3007
    mov dword [data_area + 0x3FFC], 0x55555555
    trying
    mov dword [0x40BFFE], -1
    caught "across into an absent page"
;= across into an absent page: #E e=2 cr2=40C000
    line "the first part", [data_area + 0x3FFC]
;= the first part 55555555

; An instruction that faults leaves its stack pointer.
    trying
    user .push
.push:
    mov esp, 0x40C002
    push eax
    caught "PUSH across into an absent page"
;= PUSH across into an absent page: #E e=6 cr2=40C000
    line "leaves ESP", [ex_outer_esp]
;= leaves ESP 40C002
    trying
    user .enter
.enter:
    mov esp, 0x40C002
    mov ebp, 0x12345678
    pushad
    caught "PUSHA"
;= PUSHA: #E e=6 cr2=40C000
    line "leaves ESP", [ex_outer_esp]
;= leaves ESP 40C002
    ret

firmware_end
