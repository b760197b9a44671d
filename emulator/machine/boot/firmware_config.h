// SPDX-License-Identifier: GPL-3.0-or-later
// What the board tells its firmware: the contents of fw_cfg and of the CMOS memory, as SeaBIOS
// reads them on QEMU's `pc` board. Plain values in, bytes out; nothing here knows a chip but
// fw_cfg.
#pragma once

#include "emulator/devices/fw_cfg.h"
#include "emulator/machine/boot/linux_image.h"
#include "emulator/machine/boot/multiboot_image.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bootglass {

/// The most memory that the board's address map and its DSDT have room for below the PCI hole.
inline constexpr uint64_t mostRamBytes = uint64_t{3} << 30;

enum class BootDevice : uint8_t { Floppy, Disk, Cdrom, Kernel };

/// The device's name in the firmware's list "bootorder": the primary IDE master is the disk, the
/// secondary master the CD-ROM.
std::string bootDevicePath(BootDevice device);

struct FirmwareConfig {
    uint64_t ramBytes = 0;
    /// EAX and EDX of CPUID leaf 1, for the DMI tables.
    uint32_t cpuidSignature = 0;
    uint32_t cpuidFeatures = 0;
    /// First to last. A kernel goes first by itself.
    std::vector<BootDevice> bootOrder{};
    /// Whether there is a floppy drive.
    bool floppy = false;
    /// Further files, for instance option ROMs named "genroms/..." or "vgaroms/...".
    std::vector<std::pair<std::string, Bytes>> files{};
    /// A kernel, of one kind or the other.
    std::optional<LinuxImage> linuxImage{};
    std::optional<MultibootImage> multibootImage{};
};

/// Fills fw_cfg; takes the kernel's and the files' bytes over.
void fillFirmwareConfig(FwCfg &fwCfg, FirmwareConfig config);

/// An option ROM as firmware accepts it: as long as its third byte says, all bytes summing to zero.
/// Empty if `rom` is no option ROM or longer than it says.
Bytes finishOptionRom(std::span<const uint8_t> rom);

/// Geometry of a disk as the CMOS holds it: physical cylinders, heads, sectors per track.
struct CmosGeometry {
    uint16_t cylinders = 0;
    uint8_t heads = 0;
    uint8_t sectors = 0;

    /// The customary one of a disk of so many sectors.
    static CmosGeometry ofSize(uint64_t sectorCount);
    bool operator==(const CmosGeometry &) const = default;
};

struct CmosConfig {
    uint64_t ramBytes = 0;
    /// Floppy drive types as the CMOS codes them: 0 none, 4 1.44 MB, 5 2.88 MB.
    std::array<uint8_t, 2> floppyTypes{};
    /// Primary master and slave, secondary master and slave; CD-ROM drives are not listed.
    std::array<std::optional<CmosGeometry>, 4> disks{};
    std::vector<BootDevice> bootOrder{};
};

struct CmosValue {
    uint8_t index = 0;
    uint8_t value = 0;

    bool operator==(const CmosValue &) const = default;
};

/// What the CMOS memory holds at power on beside the clock's own registers.
std::vector<CmosValue> cmosValues(const CmosConfig &config);

} // namespace bootglass
