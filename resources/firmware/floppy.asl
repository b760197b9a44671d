// SPDX-License-Identifier: GPL-3.0-or-later
// A secondary description table (ACPI 1.0b, section 5.2.7.2) for boards with a floppy drive: its controller
// on the ISA bus. A board without one has no such table, so no system looks for what is not there.

DefinitionBlock ("floppy.aml", "SSDT", 1, "BTGLSS", "BOOTGLAS", 1)
{
    External (\_SB.PCI0.ISA, DeviceObj)

    Scope (\_SB.PCI0.ISA)
    {
        Device (FDC0)
        {
            Name (_HID, EisaId ("PNP0700"))
            // 3F6h is the IDE controller's; 3F0h and 3F1h are status registers of the 82077's PS/2 mode.
            Name (_CRS, ResourceTemplate ()
            {
                IO (Decode16, 0x03F2, 0x03F2, 0, 4)
                IO (Decode16, 0x03F7, 0x03F7, 0, 1)
                IRQNoFlags () {6}
                DMA (Compatibility, NotBusMaster, Transfer8) {2}
            })
            // Drives A to D, whether they are there, and a tape: there is none (ACPI 1.0b, 6.10.1).
            Name (_FDE, Buffer (20)
            {
                1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0
            })
        }
    }
}
