// SPDX-License-Identifier: GPL-3.0-or-later
// The SMBus host controller of the 82371AB (PIIX4 data sheet 290562, section 7.3): 14 registers at
// the base in configuration register 90h. There is nobody on this board's SMBus, so every
// transaction ends at once with a device error, as one to an unanswered address does.
#pragma once

#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>

namespace bootglass {

class Piix4Smbus {
  public:
    static constexpr uint16_t ports = 16;

    explicit Piix4Smbus(IrqLine interrupt) : interrupt_(std::move(interrupt)) {}

    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);

    void reset();
    void serialize(Archive &archive);

  private:
    void updateInterrupt();

    IrqLine interrupt_;
    uint8_t status_ = 0;                // SMBHSTSTS
    std::array<uint8_t, ports> kept_{}; // the registers without an effect here
};

} // namespace bootglass
