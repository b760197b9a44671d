// SPDX-License-Identifier: GPL-3.0-or-later
// The ACPI tables of the board (ACPI 1.0b, chapter 5; HPET: IA-PC HPET specification 1.0a, section
// 3.2.4): FACS, DSDT, an SSDT for the floppy controller, FADT, MADT, HPET, WAET and RSDT in one
// file, the RSDP in another, and the script by which the firmware places them, sets their pointers
// and checksums. One processor, one I/O APIC.
#pragma once

#include "emulator/machine/boot/byte_writer.h"

#include <cstdint>

namespace bootglass {

/// The PIIX4's power management registers, where the firmware puts them (PMBASE).
inline constexpr uint16_t acpiPmBase = 0x600;
/// General-purpose event registers, 4 ports.
inline constexpr uint16_t acpiGpeBase = 0xAFE0;
/// The APM control port, and what is written there to turn ACPI on and off.
inline constexpr uint16_t acpiSmiCommandPort = 0xB2;
inline constexpr uint8_t acpiEnable = 0xF1;
inline constexpr uint8_t acpiDisable = 0xF0;
inline constexpr uint8_t acpiSciIrq = 9;
/// The HPET's capability register, low half: 8086h, legacy routing, 64 bit, 3 timers, revision 1.
inline constexpr uint32_t hpetBlockId = 0x8086A201;
inline constexpr uint32_t hpetBase = 0xFED00000;

struct AcpiFiles {
    Bytes tables; // "etc/acpi/tables"
    Bytes rsdp;   // "etc/acpi/rsdp"
    Bytes loader; // "etc/table-loader"
};

/// `floppy`: there is a floppy drive, and a table that names its controller.
AcpiFiles buildAcpiFiles(bool floppy);

} // namespace bootglass
