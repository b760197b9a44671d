// SPDX-License-Identifier: GPL-3.0-or-later
// Where the board's chips are: ports and physical addresses of a PC/AT with the PIIX's additions.
#include "emulator/machine/boot/acpi_tables.h"
#include "emulator/machine/pc_board.h"

namespace bootglass {

namespace {

constexpr PhysicalAddress ioApicBase = 0xFEC00000;
constexpr uint64_t apicBaseAddress = 0xFFFFFF000; // of IA32_APIC_BASE
constexpr uint64_t apicBaseReset = 0xFEE00900;

/// Ports of a chip with a byte-wide bus, whose methods take an offset.
template<typename Read, typename Write>
PortHandler byteWide(Read read, Write write) {
    return {[read](uint16_t offset, unsigned) -> uint32_t { return read(offset); },
            [write](uint16_t offset, uint32_t value, unsigned) {
                write(offset, static_cast<uint8_t>(value));
            },
            1};
}

template<typename Chip>
PortHandler byteWide(Chip &chip) {
    return byteWide([&chip](uint16_t offset) { return chip.read(offset); },
                    [&chip](uint16_t offset, uint8_t value) { chip.write(offset, value); });
}

/// Ports of a chip whose methods take offset and size.
template<typename Read, typename Write>
PortHandler wide(unsigned widest, Read read, Write write) {
    return {read, write, widest};
}

} // namespace

void PcBoard::mapPorts() {
    PortLayout &layout = portLayout_;

    layout.add(
        0x00, 16, "8237 DMA 1",
        byteWide([this](uint16_t offset) { return dma_.readFirst(offset); },
                 [this](uint16_t offset, uint8_t value) { dma_.writeFirst(offset, value); }));
    layout.add(0x80, 16, "DMA page registers",
               byteWide([this](uint16_t offset) { return dma_.readPage(offset); },
                        [this](uint16_t offset, uint8_t value) { dma_.writePage(offset, value); }));
    layout.add(
        0xC0, 32, "8237 DMA 2",
        byteWide([this](uint16_t offset) { return dma_.readSecond(offset); },
                 [this](uint16_t offset, uint8_t value) { dma_.writeSecond(offset, value); }));

    I8259Pair &pic = interrupts_.pic();
    layout.add(0x20, 2, "8259 master", byteWide(pic.master()));
    layout.add(0xA0, 2, "8259 slave", byteWide(pic.slave()));
    layout.add(0x4D0, 2, "8259 edge/level",
               byteWide([&pic](uint16_t offset) { return pic.readElcr(offset); },
                        [&pic](uint16_t offset, uint8_t value) { pic.writeElcr(offset, value); }));

    layout.add(0x40, 4, "8254", byteWide(pit_));
    layout.add(0x60, 5, "8042", byteWide(keyboardController_));
    layout.add(0x62, 2, PortMap::unassigned);
    layout.add(0x61, 1, "system control B", byteWide(port61_));
    layout.add(0x92, 1, "system control A", byteWide(port92_));
    layout.add(0x70, 2, "RTC",
               byteWide([this](uint16_t offset) { return rtc_.read(offset); },
                        [this](uint16_t offset, uint8_t value) {
                            rtc_.write(offset, value);
                            updateNmi();
                        }));

    // 3F6h between them is the primary IDE channel's.
    floppyPorts_ = layout.add(0x3F0, 6, "floppy", byteWide(floppy_));
    layout.add(0x3F7, 1, "floppy input",
               byteWide([this](uint16_t) { return floppy_.read(7); },
                        [this](uint16_t, uint8_t value) { floppy_.write(7, value); }));

    layout.add(0x3F8, 8, "COM1", byteWide(com1_));
    layout.add(0x2F8, 8, "COM2", byteWide(com2_));

    Vga &display = vga();
    layout.add(
        Vga::firstPort, Vga::portCount, "VGA",
        wide(
            1, [&display](uint16_t offset, unsigned size) { return display.read(offset, size); },
            [&display](uint16_t offset, uint32_t value, unsigned size) {
                display.write(offset, value, size);
            }));
    layout.add(
        Vga::firstVbePort, Vga::vbePortCount, "VGA extensions",
        wide(
            2, [&display](uint16_t offset, unsigned size) { return display.readVbe(offset, size); },
            [&display](uint16_t offset, uint32_t value, unsigned size) {
                display.writeVbe(offset, value, size);
            }));

    for (unsigned number : {0U, 1U}) {
        IdeChannel &channel = ide_.channel(number);
        std::string name = number == 0 ? "IDE primary" : "IDE secondary";
        layout.add(
            IdeController::commandPort(number), IdeChannel::commandPorts, name,
            wide(
                4,
                [&channel](uint16_t offset, unsigned size) { return channel.read(offset, size); },
                [&channel](uint16_t offset, uint32_t value, unsigned size) {
                    channel.write(offset, value, size);
                }));
        layout.add(IdeController::controlPort(number), 1, name + " control",
                   byteWide([&channel](uint16_t) { return channel.readControl(); },
                            [&channel](uint16_t, uint8_t value) { channel.writeControl(value); }));
    }

    layout.add(0xCF8, 8, "PCI configuration",
               wide(
                   4, [this](uint16_t offset, unsigned size) { return pci_.read(offset, size); },
                   [this](uint16_t offset, uint32_t value, unsigned size) {
                       pci_.write(offset, value, size);
                   }));
    layout.add(Piix4Pm::apmPort, 2, "APM control",
               byteWide([this](uint16_t offset) { return pm_.readApm(offset); },
                        [this](uint16_t offset, uint8_t value) { pm_.writeApm(offset, value); }));
    layout.add(Piix4Pm::gpePort, Piix4Pm::gpePorts, "ACPI general-purpose events",
               byteWide([this](uint16_t offset) { return pm_.readGpe(offset); },
                        [this](uint16_t offset, uint8_t value) { pm_.writeGpe(offset, value); }));
    busMasterPorts_ = layout.addMovable(
        IdeController::busMasterPorts, "IDE bus master",
        wide(
            4, [this](uint16_t offset, unsigned size) { return ide_.readBusMaster(offset, size); },
            [this](uint16_t offset, uint32_t value, unsigned size) {
                ide_.writeBusMaster(offset, value, size);
            }));
    pmPorts_ = layout.addMovable(
        Piix4Pm::pmPorts, "ACPI power management",
        wide(
            4, [this](uint16_t offset, unsigned size) { return pm_.readPm(offset, size); },
            [this](uint16_t offset, uint32_t value, unsigned size) {
                pm_.writePm(offset, value, size);
            }));
    smbusPorts_ = layout.addMovable(Piix4Smbus::ports, "SMBus", byteWide(pm_.smbus()));

    layout.add(FwCfg::controlPort, FwCfg::controlPortCount, "fw_cfg", fwCfg_.controlPorts());
    fwCfgDma_ = layout.add(FwCfg::dmaPort, FwCfg::dmaPortCount, "fw_cfg DMA", fwCfg_.dmaPorts());
    auto debug = [&](DebugPort port, std::string name) {
        layout.add(
            static_cast<uint16_t>(port), 1, std::move(name),
            byteWide([this, port](uint16_t) { return debugPorts_.read(port); },
                     [this, port](uint16_t, uint8_t value) { debugPorts_.write(port, value); }));
    };
    // Port 80h lies among the DMA page registers and wins, being added later.
    debug(DebugPort::PostCode, "POST code");
    debug(DebugPort::E9Console, "E9 console");
    debug(DebugPort::FirmwareMarker, "firmware marker");
    debug(DebugPort::KernelMarker, "kernel marker");
    debug(DebugPort::SeaBiosConsole, "SeaBIOS console");
}

void PcBoard::mapChips() {
    IoApic &ioApic = interrupts_.ioApic();
    memoryLayout_.addChip(
        ioApicBase, pageSize,
        memory_.addDevice("I/O APIC", {[&ioApic](uint64_t offset, unsigned size) {
                                           return ioApic.read(offset, size);
                                       },
                                       [&ioApic](uint64_t offset, uint64_t value, unsigned size) {
                                           ioApic.write(offset, value, size);
                                       }}));
    memoryLayout_.addChip(
        hpetBase, pageSize,
        memory_.addDevice(
            "HPET", {[this](uint64_t offset, unsigned size) { return hpet_.read(offset, size); },
                     [this](uint64_t offset, uint64_t value, unsigned size) {
                         hpet_.write(offset, value, size);
                     }}));
    LocalApic &apic = interrupts_.apic();
    uint16_t localApic = memory_.addDevice(
        "local APIC", {[&apic](uint64_t offset, unsigned size) { return apic.read(offset, size); },
                       [&apic](uint64_t offset, uint64_t value, unsigned size) {
                           apic.write(offset, value, size);
                       }});
    mmioDevices_ = static_cast<uint16_t>(localApic + 1);
    localApic_ = memoryLayout_.addAnywhere(pageSize, localApic);
    interrupts_.setApicBaseChanged([this](uint64_t value) { placeLocalApic(value); });
    placeLocalApic(apicBaseReset);
}

void PcBoard::placeLocalApic(uint64_t apicBase) {
    constexpr uint64_t globalEnable = 1U << 11;
    apicBase_ = apicBase;
    if ((apicBase & globalEnable) != 0)
        memoryLayout_.place(localApic_, apicBase & apicBaseAddress);
    else
        memoryLayout_.place(localApic_, {});
}

} // namespace bootglass
