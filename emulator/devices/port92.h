// SPDX-License-Identifier: GPL-3.0-or-later
// System control port A of the PS/2, port 92h: the fast A20 gate (bit 1) and the fast reset of the
// CPU (bit 0, by its rising edge).
#pragma once

#include "emulator/memory/archive.h"

#include <cstdint>
#include <functional>

namespace bootglass {

class Port92 {
  public:
    Port92(std::function<void(bool enabled)> a20, std::function<void()> resetCpu);

    uint8_t read(uint16_t offset) const;
    void write(uint16_t offset, uint8_t value);
    bool a20() const { return (value_ & 0x02) != 0; }

    void reset();
    void serialize(Archive &archive);

  private:
    std::function<void(bool)> a20_;
    std::function<void()> resetCpu_;
    uint8_t value_ = 0;
};

} // namespace bootglass
