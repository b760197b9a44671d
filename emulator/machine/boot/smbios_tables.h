// SPDX-License-Identifier: GPL-3.0-or-later
// What the board says about itself to DMI readers (DMTF DSP0134, SMBIOS 2.8): system, enclosure,
// processor, memory. The BIOS's own record (type 0) is left to the firmware, which knows its
// version and adds it where it is missing.
#pragma once

#include "emulator/machine/boot/byte_writer.h"

#include <cstdint>

namespace bootglass {

struct SmbiosFiles {
    Bytes
        anchor; // "etc/smbios/smbios-anchor": the entry point; the firmware sets address, checksums
    Bytes tables; // "etc/smbios/smbios-tables"
};

/// cpuidSignature and cpuidFeatures: EAX and EDX of CPUID leaf 1.
SmbiosFiles buildSmbiosFiles(uint64_t ramBytes, uint32_t cpuidSignature, uint32_t cpuidFeatures);

} // namespace bootglass
