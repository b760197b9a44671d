// SPDX-License-Identifier: GPL-3.0-or-later
// The differentiated system description table (ACPI 1.0b, chapter 5): the board's devices that no bus
// can enumerate, the routing of PCI interrupts through the PIIX3's steering registers, and how to power
// off. It describes the board of emulator/machine; the ranges here and there agree.
//
// Table revision 1: integers are 32 bits wide.

DefinitionBlock ("dsdt.aml", "DSDT", 1, "BTGLSS", "BOOTGLAS", 1)
{
    Scope (\_SB)
    {
        // ACPI 1.0 systems know no other way to declare a processor.
        Processor (C000, 0, 0, 0) {}

        Device (PCI0)
        {
            Name (_HID, EisaId ("PNP0A03"))
            Name (_UID, 0)

            // What the host bridge passes on to the PCI bus. The memory window begins above the largest
            // memory that the board takes, 3 GiB, so that it is the same for all.
            Name (_CRS, ResourceTemplate ()
            {
                WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode,
                    0, 0, 0xFF, 0, 0x100)
                IO (Decode16, 0x0CF8, 0x0CF8, 1, 8)
                WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
                    0, 0x0000, 0x0CF7, 0, 0x0CF8)
                WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
                    0, 0x0D00, 0xFFFF, 0, 0xF300)
                DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite,
                    0, 0x000A0000, 0x000BFFFF, 0, 0x00020000)
                DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite,
                    0, 0xC0000000, 0xFEBFFFFF, 0, 0x3EC00000)
            })

            // The wiring turns the four lines by one from slot to slot, but slot 1 pin A is the power
            // management's SCI, soldered to IRQ 9. Local2 is the slot, Local3 the pin.
            Method (_PRT, 0, NotSerialized)
            {
                Local0 = Package (128) {}
                Local1 = 0
                While (Local1 < 128)
                {
                    Local2 = Local1 >> 2
                    Local3 = Local1 & 3
                    Local4 = (Local2 + Local3) & 3
                    If (Local4 == 0)
                    {
                        Local5 = Package () {0, 0, LNKD, 0}
                    }
                    If (Local4 == 1)
                    {
                        If (Local1 == 4)
                        {
                            Local5 = Package () {0, 0, LNKS, 0}
                        }
                        Else
                        {
                            Local5 = Package () {0, 0, LNKA, 0}
                        }
                    }
                    If (Local4 == 2)
                    {
                        Local5 = Package () {0, 0, LNKB, 0}
                    }
                    If (Local4 == 3)
                    {
                        Local5 = Package () {0, 0, LNKC, 0}
                    }
                    Local5 [0] = (Local2 << 16) | 0xFFFF
                    Local5 [1] = Local3
                    Local0 [Local1] = Local5
                    Local1++
                }
                Return (Local0)
            }

            // Function 0 of the PIIX3: the ISA bridge, with all that hangs from it.
            Device (ISA)
            {
                Name (_ADR, 0x00010000)
                OperationRegion (PIRQ, PCI_Config, 0x60, 4)
                Field (PIRQ, ByteAcc, NoLock, Preserve)
                {
                    PIRA, 8,
                    PIRB, 8,
                    PIRC, 8,
                    PIRD, 8
                }

                Device (KBD)
                {
                    Name (_HID, EisaId ("PNP0303"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x60, 0x60, 1, 1)
                        IO (Decode16, 0x64, 0x64, 1, 1)
                        IRQNoFlags () {1}
                    })
                }
                Device (MOU)
                {
                    Name (_HID, EisaId ("PNP0F13"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IRQNoFlags () {12}
                    })
                }
                Device (COM1)
                {
                    Name (_HID, EisaId ("PNP0501"))
                    Name (_UID, 1)
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x3F8, 0x3F8, 1, 8)
                        IRQNoFlags () {4}
                    })
                }
                Device (RTC)
                {
                    Name (_HID, EisaId ("PNP0B00"))
                    Name (_CRS, ResourceTemplate ()
                    {
                        IO (Decode16, 0x70, 0x70, 1, 8)
                        IRQNoFlags () {8}
                    })
                }
            }

            // The board's own ports that belong to no chip above: general-purpose events, and the
            // firmware configuration device (its identifier is registered for it).
            Device (GPEB)
            {
                Name (_HID, EisaId ("PNP0A06"))
                Name (_UID, "GPE0 resources")
                Name (_STA, 0x0B)
                Name (_CRS, ResourceTemplate ()
                {
                    IO (Decode16, 0xAFE0, 0xAFE0, 1, 4)
                })
            }
            Device (FWCF)
            {
                Name (_HID, "QEMU0002")
                Name (_STA, 0x0B)
                Name (_CRS, ResourceTemplate ()
                {
                    IO (Decode16, 0x510, 0x510, 1, 12)
                })
            }
        }

        Device (HPET)
        {
            Name (_HID, EisaId ("PNP0103"))
            Name (_UID, 0)
            Name (_CRS, ResourceTemplate ()
            {
                Memory32Fixed (ReadOnly, 0xFED00000, 0x400)
            })
        }

        // The four PIRQ lines. Bit 7 of a steering register disconnects it (82371SB, 2.2.4).
        Method (LSTA, 1, NotSerialized)
        {
            If (Arg0 & 0x80)
            {
                Return (0x09)
            }
            Return (0x0B)
        }
        Method (LCRS, 1, Serialized)
        {
            Name (RES, ResourceTemplate ()
            {
                Interrupt (ResourceConsumer, Level, ActiveHigh, Shared, , , INTR) {0}
            })
            CreateDWordField (RES, INTR._INT, IRQN)
            If (Arg0 < 0x80)
            {
                IRQN = Arg0
            }
            Return (RES)
        }
        Name (LPRS, ResourceTemplate ()
        {
            Interrupt (ResourceConsumer, Level, ActiveHigh, Shared) {5, 10, 11}
        })

        Device (LNKA)
        {
            Name (_HID, EisaId ("PNP0C0F"))
            Name (_UID, 0)
            Method (_PRS) { Return (LPRS) }
            Method (_STA) { Return (LSTA (^^PCI0.ISA.PIRA)) }
            Method (_CRS) { Return (LCRS (^^PCI0.ISA.PIRA)) }
            Method (_DIS) { ^^PCI0.ISA.PIRA |= 0x80 }
            Method (_SRS, 1)
            {
                CreateDWordField (Arg0, 5, IRQN)
                ^^PCI0.ISA.PIRA = IRQN
            }
        }
        Device (LNKB)
        {
            Name (_HID, EisaId ("PNP0C0F"))
            Name (_UID, 1)
            Method (_PRS) { Return (LPRS) }
            Method (_STA) { Return (LSTA (^^PCI0.ISA.PIRB)) }
            Method (_CRS) { Return (LCRS (^^PCI0.ISA.PIRB)) }
            Method (_DIS) { ^^PCI0.ISA.PIRB |= 0x80 }
            Method (_SRS, 1)
            {
                CreateDWordField (Arg0, 5, IRQN)
                ^^PCI0.ISA.PIRB = IRQN
            }
        }
        Device (LNKC)
        {
            Name (_HID, EisaId ("PNP0C0F"))
            Name (_UID, 2)
            Method (_PRS) { Return (LPRS) }
            Method (_STA) { Return (LSTA (^^PCI0.ISA.PIRC)) }
            Method (_CRS) { Return (LCRS (^^PCI0.ISA.PIRC)) }
            Method (_DIS) { ^^PCI0.ISA.PIRC |= 0x80 }
            Method (_SRS, 1)
            {
                CreateDWordField (Arg0, 5, IRQN)
                ^^PCI0.ISA.PIRC = IRQN
            }
        }
        Device (LNKD)
        {
            Name (_HID, EisaId ("PNP0C0F"))
            Name (_UID, 3)
            Method (_PRS) { Return (LPRS) }
            Method (_STA) { Return (LSTA (^^PCI0.ISA.PIRD)) }
            Method (_CRS) { Return (LCRS (^^PCI0.ISA.PIRD)) }
            Method (_DIS) { ^^PCI0.ISA.PIRD |= 0x80 }
            Method (_SRS, 1)
            {
                CreateDWordField (Arg0, 5, IRQN)
                ^^PCI0.ISA.PIRD = IRQN
            }
        }

        // The SCI's line: nothing to choose.
        Device (LNKS)
        {
            Name (_HID, EisaId ("PNP0C0F"))
            Name (_UID, 4)
            Name (_PRS, ResourceTemplate ()
            {
                Interrupt (ResourceConsumer, Level, ActiveHigh, Shared) {9}
            })
            Name (_STA, 0x0B)
            Method (_CRS) { Return (_PRS) }
            Method (_DIS) {}
            Method (_SRS, 1) {}
        }
    }

    // Power off: SLP_TYP 0 in PM1_CNT. The board does not sleep, so there is no S3 nor S4.
    Name (\_S5, Package () {0, 0, 0, 0})
}
