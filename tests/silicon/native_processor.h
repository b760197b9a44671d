// SPDX-License-Identifier: GPL-3.0-or-later
// Executes single instructions on the host's processor, in 64-bit mode, with all registers of a
// case. A faulting instruction raises a signal; its handler notes vector, error code and registers
// and goes on behind the instruction.
#pragma once

#include "processor_state.h"

#include <span>

namespace bootglass::silicon {

class NativeProcessor {
  public:
    /// Installs signal handlers; one object at a time.
    NativeProcessor();
    ~NativeProcessor();
    NativeProcessor(const NativeProcessor &) = delete;
    NativeProcessor &operator=(const NativeProcessor &) = delete;

    /// Why it cannot be used here; empty if it can.
    const std::string &unavailable() const { return unavailable_; }
    Outcome run(const Case &test);

  private:
    void build();
    std::string unavailable_;
};

} // namespace bootglass::silicon
