// SPDX-License-Identifier: GPL-3.0-or-later
// The machine of a run as it stood at a moment: registers, consoles, screen, code bytes. For that
// the run is run again up to there.
#pragma once

#include "app/rerun/rerun.h"
#include "emulator/trace/run_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace bootglass {

/// WHEN in a run that is recorded, or a bare count: its first boundary at or after that point.
Result<std::unique_ptr<Rerun>> runAgainTo(RunReader &reader, const std::string &at);

struct NamedRegister {
    std::string_view name; // "EAX"
    uint64_t value = 0;
    unsigned digits = 8; // in hexadecimal
};

/// General, segment, control and debug registers, by the SDM's names.
std::vector<NamedRegister> registersOf(const Cpu &cpu);

/// Up to `most` bytes at a linear address as the CPU would fetch them; fewer where memory ends.
std::vector<uint8_t> bytesAt(const Machine &machine, uint32_t linear, size_t most);

} // namespace bootglass
