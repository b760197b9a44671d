// SPDX-License-Identifier: GPL-3.0-or-later
// One IDE cable with places for two drives, as the host reaches it (ATA/ATAPI-6, sections 5 to 7
// and 9): the command block (1F0h–1F7h), the control block (3F6h), INTRQ and the bus master. Both
// drives hear each write; the selected one answers. Where only one drive is, it also answers
// with its registers for the absent one, but with a status of zero, which firmware and drivers
// take at once as "nobody there" (9.16.1).
//
// Only one drive works at a time, since the host cannot select another while BSY is set: so one
// timer serves the cable.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/ata_device.h"
#include "emulator/devices/ide_bus_master.h"
#include "emulator/devices/irq_line.h"

#include <array>
#include <memory>
#include <string>

namespace bootglass {

class IdeChannel final : private AtaCable {
  public:
    static constexpr uint16_t commandPorts = 8;

    /// name: of the timer, "IDE primary".
    IdeChannel(VirtualClock &clock, std::string name, IrqLine interrupt, PhysicalMap &memory,
               std::function<bool()> busMasterEnabled);

    /// Puts a drive at place 0 (master) or 1 (slave).
    void attach(unsigned place, std::unique_ptr<AtaDevice> device);
    AtaDevice *device(unsigned place) { return devices_[place & 1].get(); }
    IdeBusMaster &busMaster() { return busMaster_; }

    /// The command block; the data port takes 2 and 4 bytes.
    uint32_t read(uint16_t offset, unsigned size);
    void write(uint16_t offset, uint32_t value, unsigned size);
    /// The control block's one port: alternate status, device control.
    uint8_t readControl() const;
    void writeControl(uint8_t value);

    void reset();
    void serialize(Archive &archive);

  private:
    /// What the timer is for.
    enum class Pending : uint8_t { Nothing, Drive, DriveDma, Reset, Diagnostic };

    void wait(uint64_t ns) override;
    void waitForDma(uint64_t ns) override;
    bool transfer(std::span<uint8_t> bytes, bool toMemory) override;
    void interruptChanged() override;

    AtaDevice *selected() const { return devices_[selected_].get(); }
    uint8_t readByte(uint8_t reg);
    void writeByte(uint8_t reg, uint8_t value);
    void writeCommand(uint8_t command);
    void beginReset();
    void finishReset(bool powerOn);
    void timeElapsed();
    void busMasterStarted(bool started);

    std::array<std::unique_ptr<AtaDevice>, 2> devices_;
    IrqLine interrupt_;
    IdeBusMaster busMaster_;
    Timer timer_;

    uint8_t selected_ = 0;
    uint8_t control_ = 0; // device control: HOB, SRST, nIEN
    Pending pending_ = Pending::Nothing;
    uint64_t dmaNs_ = 0; // the delay that a started bus master begins
};

} // namespace bootglass
