// SPDX-License-Identifier: GPL-3.0-or-later
// The guests that are booted here and in QEMU: which files they are made of, and how their boots
// end. What has to be fetched or put together is, into a folder of the bench's own.
#pragma once

#include "emulator/trace/result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace bootglass {

struct BenchGuest {
    std::string name;
    std::string kernel; // these are paths; empty: none
    std::string initrd;
    std::string disk;
    std::string append;
    unsigned memoryMib = 256;
    std::string profile; // of ours, for markers
    std::string endText; // on the serial line; empty: the guest ends with a reset

    /// With an init that tells its virtual time ("tsc userspace …") and returns at once. None if
    /// the guest tells times by itself.
    std::string timedInitrd;
    std::string timedAppend;
};

/// "b1", "prompt", "workload" or "dos"; an error is one sentence.
Result<BenchGuest> prepareGuest(const std::string &name, const std::filesystem::path &folder);

} // namespace bootglass
