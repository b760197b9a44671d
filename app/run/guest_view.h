// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a guest's memory by linear address as the CPU would see it now, without leaving a trace in
// the machine: no accessed bits, no faults, no chip is asked.
#pragma once

#include "emulator/machine/machine.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace bootglass {

class GuestView {
  public:
    explicit GuestView(const Machine &machine) : machine_(machine) {}

    std::optional<uint32_t> word(uint32_t linear) const;
    /// A text that ends with NUL, at most so many bytes of it; none if it is not mapped.
    std::optional<std::string> text(uint32_t linear, size_t most) const;
    /// The page around an address, of ordinary memory; empty if there is none.
    std::span<const uint8_t> page(uint32_t linear) const;

  private:
    const Machine &machine_;
};

} // namespace bootglass
