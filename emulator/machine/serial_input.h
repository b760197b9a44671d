// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody types at the other end of a serial line: bytes wait here and reach the UART one by
// one, at 115,200 baud, as long as it has room.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/ns16550.h"

#include <span>
#include <string>
#include <vector>

namespace bootglass {

class SerialInput {
  public:
    /// Ten bits of 8.68 us.
    static constexpr uint64_t byteNs = 86'805;
    /// How long to wait when the guest does not read.
    static constexpr uint64_t retryNs = 1'000'000;

    SerialInput(VirtualClock &clock, const std::string &name, Ns16550 &uart);

    void type(std::span<const uint8_t> bytes);
    void serialize(Archive &archive);

  private:
    void arrive();

    Ns16550 &uart_;
    std::vector<uint8_t> waiting_;
    size_t next_ = 0;
    Timer timer_;
};

} // namespace bootglass
