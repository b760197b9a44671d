// SPDX-License-Identifier: GPL-3.0-or-later
// A run of any size without a machine: forty lanes of interrupts, timers, devices, exceptions and
// consoles in bursts, told to a recorder as a machine would tell it. Nothing is kept in memory, so
// 10^8 events cost what recording them costs.
#pragma once

#include "emulator/trace/result.h"

#include <cstdint>
#include <string>

namespace bootglass {

struct GeneratedBoot {
    uint64_t events = 0;
    double wallSeconds = 0; // from the first event to the closed file
    uint64_t bytes = 0;     // of the file
};

/// Records `events` events of 40 lanes; the same file each time.
Result<GeneratedBoot> generateBoot(const std::string &file, uint64_t events);

} // namespace bootglass
