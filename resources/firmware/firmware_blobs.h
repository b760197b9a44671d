// SPDX-License-Identifier: GPL-3.0-or-later
// What resources/firmware/ is built into, as bytes in the program.
#pragma once

#include <cstdint>
#include <span>

namespace bootglass {

/// The option ROM that starts a Linux kernel; its size is still to be padded and its checksum to be
/// set, see finishOptionRom().
std::span<const uint8_t> linuxBootRom();
/// The same for Multiboot kernels.
std::span<const uint8_t> multibootBootRom();

/// The ACPI DSDT, complete.
std::span<const uint8_t> dsdtAml();
/// An ACPI SSDT for boards with a floppy drive, complete.
std::span<const uint8_t> floppyAml();

} // namespace bootglass
