// SPDX-License-Identifier: GPL-3.0-or-later
// Boots that more than one test follows: by either engine to their digests, and by both at once.
#pragma once

#include "tests/boot/boot_steps.h"

namespace bootglass {

inline void addBootsOfBothEngines(BootTable &table) {
    using enum Step::Kind;
    table.row("memtest86+",
              {.medium = &MachineFiles::kernel,
               .file = "/boot/memtest86+ia32.bin",
               .steps = {{Wait, "Memtest86+ v"},
                         {Wait, "Testing:"},
                         {Wait, "Test #3"},
                         {Wait, "Errors: 0"}}},
              "memtest86+");
    table.row("iPXE's CD",
              {.medium = &MachineFiles::cdrom,
               .file = "/usr/lib/ipxe/ipxe.iso",
               .steps = {{Wait, "ISOLINUX"},
                         {Wait, "Ctrl-B"},
                         {Type, "\002"},
                         {Wait, "iPXE>"},
                         {Type, "show buildarch\n"},
                         {Wait, "i386"}}},
              "ipxe");
    table.row("GRUB's diskette",
              {.medium = &MachineFiles::floppy,
               .file = "/usr/lib/grub-rescue/grub-rescue-floppy.img",
               .order = {BootDevice::Floppy},
               .steps = {{Wait, "GNU GRUB"},
                         {Wait, "highlighted"},
                         {Type, "c"},
                         {Wait, "grub>"},
                         {Type, "ls (fd0)/\n"},
                         {Wait, "boot.catalog"}}},
              "grub-rescue-pc");
    table.row("a diskette as DOS has it",
              {.medium = &MachineFiles::floppy,
               .file = Boot::ourDiskette,
               .order = {BootDevice::Floppy},
               .steps = {{Wait, "Program loaded"},
                         {Wait, "Code changed itself"},
                         {Wait, "Sector written and read"},
                         {Wait, "Clock ticks"},
                         {Wait, "A:\\>"},
                         {Type, "dir\n"},
                         {Wait, "A:\\>dir"}}},
              "");
}

} // namespace bootglass
