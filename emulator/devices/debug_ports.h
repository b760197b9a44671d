// SPDX-License-Identifier: GPL-3.0-or-later
// The ports through which firmware and kernels talk to whoever watches: POST codes (80h), SeaBIOS's
// debug console (402h), the Bochs "E9 hack", and the boot markers F4h and F5h of qboot and Linux
// boot-time work. The consoles read as E9h, by which their writers know that somebody listens.
#pragma once

#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>
#include <functional>

namespace bootglass {

/// The value is the port.
enum class DebugPort : uint16_t {
    PostCode = 0x80,
    E9Console = 0xE9,
    FirmwareMarker = 0xF4,
    KernelMarker = 0xF5,
    SeaBiosConsole = 0x402,
};

class DebugPorts {
  public:
    /// `written` is told of all but POST codes.
    explicit DebugPorts(std::function<void(DebugPort port, uint8_t value)> written);

    /// The byte that was written last, E9h for the consoles.
    uint8_t read(DebugPort port) const;
    void write(DebugPort port, uint8_t value);

    void reset();
    void serialize(Archive &archive);

  private:
    std::function<void(DebugPort, uint8_t)> written_;
    uint8_t postCode_ = 0;
    std::array<uint8_t, 2> markers_{};
};

} // namespace bootglass
