// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/firmware_config.h"

#include "emulator/machine/boot/acpi_tables.h"
#include "emulator/machine/boot/smbios_tables.h"
#include "resources/firmware/firmware_blobs.h"

#include <algorithm>

namespace bootglass {

namespace {

// A kernel of either kind comes with its loader under the same name.
constexpr std::string_view kernelBootRomFile = "genroms/kernel_boot.bin";

/// One path per line, the last ended by a zero.
Bytes bootOrderFile(const FirmwareConfig &config) {
    std::string text;
    if (config.linuxImage || config.multibootImage) text = bootDevicePath(BootDevice::Kernel);
    for (BootDevice device : config.bootOrder) {
        if (device == BootDevice::Kernel) continue;
        if (!text.empty()) text += '\n';
        text += bootDevicePath(device);
    }
    Bytes file(text.begin(), text.end());
    if (!file.empty()) file.push_back(0);
    return file;
}

/// Ranges of memory: address, length, type. All RAM is in one piece from 0; what lies over it below
/// 1 MiB is the firmware's own business.
Bytes e820File(uint64_t ramBytes) {
    constexpr uint32_t ram = 1;
    Bytes file;
    append64(file, 0);
    append64(file, ramBytes);
    append32(file, ram);
    return file;
}

/// S0 to S5 by number: bit 7 if it exists, its SLP_TYP in the low bits. The board has S0 and S5.
Bytes systemStatesFile() {
    return {0x80, 0, 0, 1, 2, 0x80};
}

/// The table of HPETs, eight at most: count, then block id, address, shortest period, protection.
Bytes hpetItem() {
    constexpr size_t entries = 8;
    constexpr size_t entrySize = 4 + 8 + 2 + 1;
    Bytes item;
    append8(item, 1);
    append32(item, hpetBlockId);
    append64(item, hpetBase);
    item.resize(1 + entries * entrySize);
    return item;
}

void addLinux(FwCfg &fwCfg, LinuxImage image) {
    fwCfg.addNumber(FwCfg::KernelAddress, image.kernelAddress);
    fwCfg.addNumber(FwCfg::KernelSize, static_cast<uint32_t>(image.kernel.size()));
    fwCfg.addItem(FwCfg::KernelData, std::move(image.kernel));
    fwCfg.addNumber(FwCfg::InitrdAddress, image.initrdAddress);
    fwCfg.addNumber(FwCfg::InitrdSize, static_cast<uint32_t>(image.initrd.size()));
    fwCfg.addLargeItem(FwCfg::InitrdData, std::move(image.initrd), std::move(image.initrdAgain));
    fwCfg.addNumber(FwCfg::CommandLineAddress, image.commandLineAddress);
    fwCfg.addNumber(FwCfg::CommandLineSize, static_cast<uint32_t>(image.commandLine.size()));
    fwCfg.addItem(FwCfg::CommandLineData, std::move(image.commandLine));
    fwCfg.addNumber(FwCfg::SetupAddress, image.setupAddress);
    fwCfg.addNumber(FwCfg::SetupSize, static_cast<uint32_t>(image.setup.size()));
    fwCfg.addItem(FwCfg::SetupData, std::move(image.setup));
    fwCfg.addFile(std::string(kernelBootRomFile), finishOptionRom(linuxBootRom()));
}

void addMultiboot(FwCfg &fwCfg, MultibootImage image) {
    fwCfg.addNumber(FwCfg::KernelAddress, image.address);
    fwCfg.addNumber(FwCfg::KernelSize, image.bytes);
    fwCfg.addPieces(FwCfg::KernelData, std::move(image.pieces));
    fwCfg.addNumber(FwCfg::KernelEntry, image.entry);
    fwCfg.addNumber(FwCfg::InitrdAddress, image.infoAddress);
    fwCfg.addNumber(FwCfg::InitrdSize, static_cast<uint32_t>(image.info.size()));
    fwCfg.addItem(FwCfg::InitrdData, std::move(image.info));
    fwCfg.addFile(std::string(kernelBootRomFile), finishOptionRom(multibootBootRom()));
}

/// The boot devices' codes in the CMOS.
uint8_t bootCode(BootDevice device) {
    switch (device) {
    case BootDevice::Floppy: return 1;
    case BootDevice::Disk: return 2;
    case BootDevice::Cdrom: return 3;
    case BootDevice::Kernel: break; // an option ROM's entry: known to "bootorder" only
    }
    return 0;
}

} // namespace

std::string bootDevicePath(BootDevice device) {
    switch (device) {
    case BootDevice::Floppy: return "/pci@i0cf8/isa@1/fdc@03f0/floppy@0";
    case BootDevice::Disk: return "/pci@i0cf8/ide@1,1/drive@0/disk@0";
    case BootDevice::Cdrom: return "/pci@i0cf8/ide@1,1/drive@1/disk@0";
    case BootDevice::Kernel: return "/rom@" + std::string(kernelBootRomFile);
    }
    return {};
}

void fillFirmwareConfig(FwCfg &fwCfg, FirmwareConfig config) {
    fwCfg.addItem(FwCfg::Uuid, Bytes(16));
    fwCfg.addNumber(FwCfg::RamSize, config.ramBytes);
    fwCfg.addNumber(FwCfg::NoGraphic, uint16_t{0});
    fwCfg.addNumber(FwCfg::CpuCount, uint16_t{1});
    fwCfg.addItem(FwCfg::Numa, Bytes(2 * sizeof(uint64_t))); // no nodes; the one CPU's
    fwCfg.addNumber(FwCfg::BootMenu, uint16_t{0});
    fwCfg.addNumber(FwCfg::MaxCpuCount, uint16_t{1});
    fwCfg.addNumber(FwCfg::Irq0Override, uint32_t{1}); // the 8254 is at the I/O APIC's input 2
    fwCfg.addItem(FwCfg::Hpet, hpetItem());

    fwCfg.addFile("bootorder", bootOrderFile(config));
    fwCfg.addFile("etc/boot-fail-wait", Bytes(4, 0xFF)); // do not reset when nothing boots
    fwCfg.addFile("etc/e820", e820File(config.ramBytes));
    fwCfg.addFile("etc/system-states", systemStatesFile());

    SmbiosFiles smbios =
        buildSmbiosFiles(config.ramBytes, config.cpuidSignature, config.cpuidFeatures);
    fwCfg.addFile("etc/smbios/smbios-anchor", std::move(smbios.anchor));
    fwCfg.addFile("etc/smbios/smbios-tables", std::move(smbios.tables));

    AcpiFiles acpi = buildAcpiFiles(config.floppy);
    fwCfg.addFile("etc/acpi/rsdp", std::move(acpi.rsdp));
    fwCfg.addFile("etc/acpi/tables", std::move(acpi.tables));
    fwCfg.addFile("etc/table-loader", std::move(acpi.loader));

    for (auto &[name, bytes] : config.files)
        fwCfg.addFile(std::move(name), std::move(bytes));
    if (config.linuxImage)
        addLinux(fwCfg, std::move(*config.linuxImage));
    else if (config.multibootImage)
        addMultiboot(fwCfg, std::move(*config.multibootImage));
}

Bytes finishOptionRom(std::span<const uint8_t> rom) {
    if (rom.size() < 3 || rom[0] != 0x55 || rom[1] != 0xAA) return {};
    size_t size = rom[2] * size_t{512};
    if (size == 0 || rom.size() >= size) return {}; // the last byte is the checksum's
    Bytes bytes(rom.begin(), rom.end());
    bytes.resize(size);
    bytes.back() = checksumOf(bytes);
    return bytes;
}

CmosGeometry CmosGeometry::ofSize(uint64_t sectorCount) {
    // 16 heads of 63 sectors; 16383 cylinders stand for all that is larger (ATA-5, 8.12).
    uint64_t cylinders = std::clamp<uint64_t>(sectorCount / (16 * 63), 2, 16383);
    return {static_cast<uint16_t>(cylinders), 16, 63};
}

std::vector<CmosValue> cmosValues(const CmosConfig &config) {
    std::vector<CmosValue> values;
    auto byte = [&](unsigned index, unsigned value) {
        values.push_back({static_cast<uint8_t>(index), static_cast<uint8_t>(value)});
    };
    auto word = [&](unsigned index, uint64_t value) {
        byte(index, static_cast<unsigned>(value & 0xFF));
        byte(index + 1, static_cast<unsigned>(value >> 8 & 0xFF));
    };
    auto above = [&](uint64_t start) {
        return config.ramBytes > start ? config.ramBytes - start : 0;
    };

    // Floppy drives and equipment: coprocessor and PS/2 mouse always, then drives.
    byte(0x10, config.floppyTypes[0] << 4 | config.floppyTypes[1]);
    auto drives = std::ranges::count_if(config.floppyTypes, [](uint8_t type) { return type != 0; });
    byte(0x14, 0x06U | (drives == 2 ? 0x41U : drives == 1 ? 0x01U : 0U));

    // Memory: KiB below 640K, KiB above 1 MiB (twice), 64 KiB above 16 MiB, 64 KiB above 4 GiB.
    word(0x15, 640);
    uint64_t extended = std::min<uint64_t>(above(1U << 20) >> 10, 0xFFFF);
    word(0x17, extended);
    word(0x30, extended);
    word(0x34, std::min<uint64_t>(above(16U << 20) >> 16, 0xFFFF));
    word(0x5B, 0);
    byte(0x5D, 0);
    byte(0x5F, 0); // processors beside the first

    // Disks of the primary channel: type 15, that is in the next byte, which says 47, own geometry.
    constexpr std::array<unsigned, 2> geometryAt{0x1B, 0x24};
    unsigned types = 0;
    for (size_t unit = 0; unit < 2; ++unit) {
        if (!config.disks[unit]) continue;
        const CmosGeometry &disk = *config.disks[unit];
        types |= unit == 0 ? 0xF0U : 0x0FU;
        byte(0x19 + static_cast<unsigned>(unit), 47);
        unsigned at = geometryAt[unit];
        word(at, disk.cylinders);
        byte(at + 2, disk.heads);
        word(at + 3, 0xFFFF); // no write precompensation
        byte(at + 5, 0xC0U | (disk.heads > 8 ? 0x08U : 0U));
        word(at + 6, disk.cylinders); // landing zone
        byte(at + 8, disk.sectors);
    }
    byte(0x12, types);
    // How the firmware shall fold geometries, two bits per disk: 0 not at all, 1 by LBA.
    unsigned translation = 0;
    for (size_t unit = 0; unit < config.disks.size(); ++unit) {
        if (config.disks[unit] && config.disks[unit]->cylinders > 1024)
            translation |= 1U << 2 * unit;
    }
    byte(0x39, translation);

    // Three boot devices of four bits: first and second in 3Dh, third in 38h, beside bit 0, which
    // would skip the check of a floppy's signature.
    std::array<unsigned, 3> order{};
    size_t count = 0;
    for (BootDevice device : config.bootOrder) {
        if (bootCode(device) != 0 && count < order.size()) order[count++] = bootCode(device);
    }
    byte(0x3D, order[1] << 4 | order[0]);
    byte(0x38, order[2] << 4);
    return values;
}

} // namespace bootglass
