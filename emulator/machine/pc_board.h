// SPDX-License-Identifier: GPL-3.0-or-later
// The board: clock, memory, ports, the CPU and all chips of QEMU's `pc` (i440FX, PIIX3, PIIX4 power
// management), and the wires between them. What is at which address is in MemoryLayout and
// PortLayout, interrupts are InterruptRouter's; here chips are put on their places and their
// remaining lines soldered: A20, reset, power, NMI, DMA, consoles.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/devices/ata_disk.h"
#include "emulator/devices/atapi_cdrom.h"
#include "emulator/devices/debug_ports.h"
#include "emulator/devices/dp8390.h"
#include "emulator/devices/fw_cfg.h"
#include "emulator/devices/hpet.h"
#include "emulator/devices/i440fx.h"
#include "emulator/devices/i8042.h"
#include "emulator/devices/i82077.h"
#include "emulator/devices/i8237.h"
#include "emulator/devices/i8254.h"
#include "emulator/devices/ide_controller.h"
#include "emulator/devices/mc146818.h"
#include "emulator/devices/ns16550.h"
#include "emulator/devices/pci_bus.h"
#include "emulator/devices/piix3.h"
#include "emulator/devices/piix4_pm.h"
#include "emulator/devices/port61.h"
#include "emulator/devices/port92.h"
#include "emulator/machine/cpu_events.h"
#include "emulator/machine/event_log.h"
#include "emulator/machine/interrupt_router.h"
#include "emulator/machine/machine.h"
#include "emulator/machine/memory_layout.h"
#include "emulator/machine/port_layout.h"
#include "emulator/machine/serial_input.h"
#include "emulator/machine/vga_card.h"

#include <optional>

namespace bootglass {

class PcBoard {
  public:
    explicit PcBoard(MachineConfig config);
    PcBoard(const PcBoard &) = delete;
    PcBoard &operator=(const PcBoard &) = delete;

    VirtualClock &clock() { return clock_; }
    Cpu &cpu() { return cpu_; }
    PhysicalMap &memory() { return memory_; }
    PortMap &ports() { return ports_; }
    EventLog &log() { return log_; }
    ActivityMark &activity() { return activity_; }
    InterruptRouter &interrupts() { return interrupts_; }
    Ps2Keyboard &keyboard() { return keyboard_; }
    Vga &vga() { return vgaCard_.vga(); }
    SerialInput &serialInput(ConsoleId console) {
        return console == ConsoleId::Com2 ? com2Input_ : com1Input_;
    }
    uint16_t mmioDeviceCount() const { return mmioDevices_; }

    void setObserver(MachineObserver *observer);

    // --- the ends of the run
    /// Before the first instruction: the power comes on, which is a reset, and an event.
    void powerOn();
    /// Why the run is over, if it is.
    std::optional<Stop> ended() const { return ended_; }
    std::optional<uint32_t> exitCode() const { return exitCode_; }
    /// Told by the run loop.
    void tripleFault() { end(Stop::Shutdown, ShutdownCause::TripleFault); }

    /// Registers and chips, without memory: for the digest.
    Digest stateDigest();
    /// Memory comes before the CPU, whose cached translations point into it.
    void serialize(Archive &archive);

  private:
    /// What a snapshot is checked against: hashes of the configuration's parts.
    struct Fingerprint {
        uint64_t ramBytes = 0;
        uint64_t shift = 0;
        int64_t rtcStart = 0;
        Digest firmware{};
        Digest kernel{};
        uint64_t diskBytes = 0;
        uint64_t disk2Bytes = 0;
        uint64_t cdromBytes = 0;
        uint64_t floppyBytes = 0;
        uint8_t exitByPortF4 = 0;
        uint8_t network = 0;

        explicit Fingerprint(const MachineConfig &config);
        void check(Archive &archive);
    };

    void end(Stop why, ShutdownCause cause);
    void resetRequested();
    void updateA20();
    void updateNmi();
    void debugPortWritten(DebugPort port, uint8_t value);
    void say(ConsoleId console, uint8_t byte);
    void setIrqFromPci(unsigned irq, bool level) {
        interrupts_.setIrq(irq, InterruptRouter::Pci, level);
    }

    // pc_board.cpp
    void attachPci(const MachineConfig &config);
    void attachNetwork();
    void attachDrives(const MachineConfig &config);
    I82077::Transferred moveFloppyData(std::span<uint8_t> bytes, bool toMemory);
    void fillFirmware(MachineConfig &config);
    // pc_board_map.cpp
    void mapPorts();
    void mapChips();
    void placeLocalApic(uint64_t apicBase);

    void serializeChips(Archive &archive);
    void serializeRegisters(Archive &archive);

    Fingerprint fingerprint_;
    ActivityMark activity_;
    VirtualClock clock_;
    PhysicalMap memory_;
    PortMap ports_;
    Cpu cpu_;
    EventLog log_;
    InterruptRouter interrupts_;
    CpuEvents cpuEvents_;
    MemoryLayout memoryLayout_;
    PortLayout portLayout_;

    PciBus pci_;
    I440fx hostBridge_;
    Piix3 isaBridge_;
    IdeController ide_;
    Piix4Pm pm_;
    VgaCard vgaCard_;

    I8254 pit_;
    Mc146818 rtc_;
    Hpet hpet_;
    Port61 port61_;
    Port92 port92_;
    Ps2Keyboard keyboard_;
    Ps2Mouse mouse_;
    I8042 keyboardController_;
    I8237Pair dma_;
    I82077 floppy_;
    Ns16550 com1_;
    Ns16550 com2_;
    SerialInput com1Input_;
    SerialInput com2Input_;
    DebugPorts debugPorts_;
    FwCfg fwCfg_;
    std::optional<Dp8390> network_;

    // Numbers of what moves, and of bus masters in events.
    uint16_t busMasterPorts_ = 0;
    uint16_t pmPorts_ = 0;
    uint16_t smbusPorts_ = 0;
    uint16_t fwCfgDma_ = 0;
    uint16_t floppyPorts_ = 0;
    uint16_t networkPorts_ = 0;
    uint16_t mmioDevices_ = 0;
    MemoryLayout::Movable localApic_{};
    uint64_t apicBase_ = 0;

    bool nmiLine_ = false;
    bool exitByPortF4_;
    bool poweredOn_ = false;
    std::optional<Stop> ended_;
    std::optional<uint32_t> exitCode_;
};

} // namespace bootglass
