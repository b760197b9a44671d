// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a program and tells what it cost, as the kernel accounts for it (wait4).
#pragma once

#include "emulator/trace/result.h"

#include <functional>
#include <string>
#include <vector>

namespace bootglass {

struct ProcessCost {
    int exitCode = 0;      // 128 + signal if a signal ended it
    double cpuSeconds = 0; // user and system, all threads
    double wallSeconds = 0;
    double peakMib = 0; // resident
};

struct ProcessFiles {
    std::string standardOutput; // a path; empty: thrown away
    std::string standardError;
};

/// Runs it to its end, or until `enough` says so (asked some ten times a second): then it is ended
/// by SIGTERM.
Result<ProcessCost> measure(const std::vector<std::string> &command, const ProcessFiles &files,
                            const std::function<bool()> &enough = {});

} // namespace bootglass
