// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/pc_board.h"

#include "emulator/cpu/system/cpuid.h"

#include <utility>

namespace bootglass {

namespace {

// Slots and functions on PCI bus 0, as on QEMU's `pc`.
constexpr unsigned hostBridgeSlot = 0;
constexpr unsigned piixSlot = 1;
constexpr unsigned vgaSlot = 2;
constexpr unsigned networkSlot = 3;
constexpr Dp8390::StationAddress networkAddress{0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
constexpr unsigned ideFunction = 1;
constexpr unsigned pmFunction = 3;
constexpr unsigned floppyChannel = 2; // of the 8237s

} // namespace

// Members are made in the order in which the wires need their other ends; what a wire reaches by
// `this` is used only when a guest runs.
PcBoard::PcBoard(MachineConfig config)
    : fingerprint_(config),
      clock_(config.shift),
      memory_(config.ramBytes),
      cpu_(clock_, memory_, ports_),
      log_(clock_),
      interrupts_(clock_, cpu_, log_),
      cpuEvents_(cpu_, interrupts_, log_),
      memoryLayout_(memory_, config.bios),
      portLayout_(ports_),
      pci_([this](unsigned pirq, bool level) { isaBridge_.setPirq(pirq, level); },
           [this] { resetRequested(); }),
      hostBridge_([this](PamRegion region, bool readRam, bool writeRam) {
          memoryLayout_.setPam(region, readRam, writeRam);
      }),
      isaBridge_([this](unsigned irq, bool level) { setIrqFromPci(irq, level); }),
      ide_(
          clock_, memory_, interrupts_.wire(irq_line::idePrimary),
          interrupts_.wire(irq_line::ideSecondary),
          [this](uint32_t base) {
              portLayout_.place(busMasterPorts_, static_cast<uint16_t>(base));
          },
          [this](uint32_t) { portLayout_.place(busMasterPorts_, {}); }),
      pm_(clock_, interrupts_.wire(irq_line::sci),
          {.mapPm = [this](uint16_t base) { portLayout_.place(pmPorts_, base); },
           .unmapPm = [this](uint16_t) { portLayout_.place(pmPorts_, {}); },
           .mapSmbus = [this](uint16_t base) { portLayout_.place(smbusPorts_, base); },
           .unmapSmbus = [this](uint16_t) { portLayout_.place(smbusPorts_, {}); }},
          [this] { end(Stop::PowerOff, ShutdownCause::PowerOff); }),
      vgaCard_(clock_, memory_, memoryLayout_, config.vgaBios),
      pit_(clock_, interrupts_.wire(irq_line::timer)),
      rtc_(clock_, interrupts_.wire(irq_line::rtc), config.rtcStart),
      hpet_(clock_,
            {.interrupt = [this](unsigned gsi,
                                 bool level) { interrupts_.setIoApicInput(gsi, level); },
             .irq0 =
                 [this](bool level) {
                     interrupts_.setIrq(irq_line::timer, InterruptRouter::HpetLegacy, level);
                 },
             .irq8 =
                 [this](bool level) {
                     interrupts_.setIrq(irq_line::rtc, InterruptRouter::HpetLegacy, level);
                 },
             .legacyReplacement = [this](bool on) { interrupts_.setLegacyReplacement(on); }}),
      port61_(
          clock_, [this](bool gate) { pit_.setGate(2, gate); }, [this] { return pit_.out(2); },
          IrqLine([this](bool level) {
              nmiLine_ = level;
              updateNmi();
          })),
      port92_([this](bool) { updateA20(); }, [this] { resetRequested(); }),
      keyboardController_(keyboard_, mouse_,
                          {.irq1 = interrupts_.wire(irq_line::keyboard),
                           .irq12 = interrupts_.wire(irq_line::mouse),
                           .a20 = [this](bool) { updateA20(); },
                           .resetCpu = [this] { resetRequested(); }}),
      dma_(memory_),
      floppy_(clock_, {.irq6 = interrupts_.wire(irq_line::floppy),
                       .dmaRequest = [this](bool level) { dma_.setRequest(floppyChannel, level); },
                       .dma = [this](std::span<uint8_t> bytes,
                                     bool toMemory) { return moveFloppyData(bytes, toMemory); }}),
      com1_(clock_, "COM1", interrupts_.wire(irq_line::com1),
            [this](uint8_t byte) { say(ConsoleId::Com1, byte); }),
      com2_(clock_, "COM2", interrupts_.wire(irq_line::com2),
            [this](uint8_t byte) { say(ConsoleId::Com2, byte); }),
      com1Input_(clock_, "COM1", com1_),
      com2Input_(clock_, "COM2", com2_),
      debugPorts_([this](DebugPort port, uint8_t value) { debugPortWritten(port, value); }),
      fwCfg_(memory_),
      exitByPortF4_(config.exitByPortF4) {
    mapPorts();
    mapChips();
    attachPci(config);
    attachDrives(config);
    fillFirmware(config);

    cpu_.setActivity(activity_);
    ports_.setActivity(activity_);
    memory_.setActivity(activity_);
    clock_.timers().setObserver(&log_);
    ports_.setObserver(&log_);
    memory_.setObserver(&log_);
    cpu_.setObserver(&cpuEvents_);
}

void PcBoard::attachPci(const MachineConfig &config) {
    pci_.attach(hostBridgeSlot, 0, hostBridge_.pci());
    pci_.attach(piixSlot, 0, isaBridge_.pci());
    pci_.attach(piixSlot, ideFunction, ide_.pci());
    pci_.attach(piixSlot, pmFunction, pm_.pci());
    pci_.attach(vgaSlot, 0, vgaCard_.pci());
    if (config.network) attachNetwork();
}

void PcBoard::attachNetwork() {
    network_.emplace(
        clock_, networkAddress,
        [this](uint32_t base) { portLayout_.place(networkPorts_, static_cast<uint16_t>(base)); },
        [this](uint32_t) { portLayout_.place(networkPorts_, {}); });
    networkPorts_ = portLayout_.addMovable(
        Dp8390::ports, "NE2000",
        {[this](uint16_t offset, unsigned size) { return network_->read(offset, size); },
         [this](uint16_t offset, uint32_t value, unsigned size) {
             network_->write(offset, value, size);
         },
         4});
    pci_.attach(networkSlot, 0, network_->pci());
}

void PcBoard::attachDrives(const MachineConfig &config) {
    if (config.disk)
        ide_.channel(0).attach(0, std::make_unique<AtaDisk>(config.disk->fresh(), "BG00001"));
    if (config.disk2)
        ide_.channel(0).attach(1, std::make_unique<AtaDisk>(config.disk2->fresh(), "BG00002"));
    // The CD-ROM drive is always there; it may be empty.
    ide_.channel(1).attach(
        0, std::make_unique<AtapiCdrom>(config.cdrom ? config.cdrom->fresh() : nullptr, "BG00003"));
    if (config.floppy)
        floppy_.attach(0, std::make_unique<FloppyDrive>(floppyFormatFor(config.floppy->size()),
                                                        config.floppy->fresh()));
    for (unsigned channel : {0U, 1U}) {
        ide_.channel(channel).busMaster().setMoved(
            [this](PhysicalAddress address, uint32_t bytes, bool toMemory) {
                log_.add({.kind = EventKind::Dma,
                          .source = busMasterPorts_,
                          .address = static_cast<uint32_t>(address),
                          .value = bytes,
                          .detail = toMemory});
            });
    }
}

I82077::Transferred PcBoard::moveFloppyData(std::span<uint8_t> bytes, bool toMemory) {
    PhysicalAddress address = dma_.address(floppyChannel);
    auto [count, terminalCount] =
        dma_.transfer(floppyChannel, bytes,
                      toMemory ? I8237Pair::Direction::ToMemory : I8237Pair::Direction::FromMemory);
    if (count != 0)
        log_.add({.kind = EventKind::Dma,
                  .source = floppyPorts_,
                  .address = static_cast<uint32_t>(address),
                  .value = count,
                  .detail = toMemory});
    return {count, terminalCount};
}

void PcBoard::fillFirmware(MachineConfig &config) {
    CmosConfig cmos{.ramBytes = config.ramBytes, .bootOrder = config.bootOrder};
    const DiskImage *disks[] = {config.disk.get(), config.disk2.get()};
    for (size_t n = 0; n < std::size(disks); ++n)
        if (disks[n]) cmos.disks[n] = CmosGeometry::ofSize(disks[n]->size() / AtaDisk::sectorBytes);
    if (config.floppy) cmos.floppyTypes[0] = floppyFormatFor(config.floppy->size()).driveType;
    for (const CmosValue &value : cmosValues(cmos))
        rtc_.setCmos(value.index, value.value);

    fillFirmwareConfig(fwCfg_, {.ramBytes = config.ramBytes,
                                .cpuidSignature = cpuSignature,
                                .cpuidFeatures = cpuid(1).edx,
                                .bootOrder = std::move(config.bootOrder),
                                .floppy = config.floppy != nullptr,
                                .linuxImage = std::move(config.kernel),
                                .multibootImage = std::move(config.multibootKernel)});
    fwCfg_.setTransferred([this](PhysicalAddress address, uint32_t bytes, bool toMemory) {
        log_.add({.kind = EventKind::Dma,
                  .source = fwCfgDma_,
                  .address = static_cast<uint32_t>(address),
                  .value = bytes,
                  .detail = toMemory});
    });
}

// --- lines

void PcBoard::updateA20() {
    cpu_.setA20(keyboardController_.a20() || port92_.a20());
}

void PcBoard::updateNmi() {
    interrupts_.setNmi(nmiLine_ && !rtc_.nmiMasked());
}

void PcBoard::powerOn() {
    if (poweredOn_) return;
    poweredOn_ = true;
    log_.add({.kind = EventKind::Reset});
}

void PcBoard::resetRequested() {
    if (ended_) return;
    ended_ = Stop::Reset;
    log_.add({.kind = EventKind::Reset});
    cpu_.requestStop();
}

void PcBoard::end(Stop why, ShutdownCause cause) {
    if (ended_) return;
    ended_ = why;
    log_.add({.kind = EventKind::Shutdown,
              .address = cpuEvents_.instructionPointer(),
              .value = static_cast<uint64_t>(cause)});
    cpu_.requestStop();
}

// --- consoles

void PcBoard::debugPortWritten(DebugPort port, uint8_t value) {
    if (port == DebugPort::SeaBiosConsole) say(ConsoleId::FirmwareLog, value);
    if (port == DebugPort::E9Console) say(ConsoleId::PortE9, value);
    if (port == DebugPort::FirmwareMarker && exitByPortF4_ && !ended_) {
        exitCode_ = uint32_t{value} << 1 | 1;
        end(Stop::GuestExit, ShutdownCause::GuestExit);
    }
}

void PcBoard::say(ConsoleId console, uint8_t byte) {
    if (MachineObserver *observer = log_.observer()) observer->consoleByte(console, byte);
}

void PcBoard::setObserver(MachineObserver *observer) {
    log_.setObserver(observer);
    // The text of a row is put together for somebody who wants it only.
    if (!observer) return vga().setTextRowWritten({});
    vga().setTextRowWritten([this, observer](unsigned row) {
        observer->textRow(row, [this, row] { return vga().textRow(row); });
    });
}

} // namespace bootglass
