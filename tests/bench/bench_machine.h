// SPDX-License-Identifier: GPL-3.0-or-later
// The two machines that boot a guest in turn: Bootglass, and QEMU counting instructions with the
// same shift. Each boot is a process of its own.
#pragma once

#include "emulator/trace/result.h"
#include "tests/bench/bench_guest.h"
#include "tests/bench/measured_process.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bootglass {

struct BenchPrograms {
    std::string bootglass;
    std::string qemu;
    std::string engine;                 // of Bootglass; empty: its own choice
    std::vector<std::string> recording; // options of Bootglass beside its defaults
};

enum class BootKind : uint8_t {
    Measured, // the guest as it is
    Timed,    // with the init that tells its virtual time; see BenchGuest
};

struct BenchBoot {
    ProcessCost cost;
    std::string serial; // what the guest wrote to COM1

    // Of Bootglass alone.
    uint64_t instructions = 0;
    std::string digest;
};

/// Recording, unless told otherwise: events, and a sample each million instructions.
Result<BenchBoot> bootHere(const BenchPrograms &programs, const BenchGuest &guest, BootKind kind,
                           const std::filesystem::path &folder);
Result<BenchBoot> bootInQemu(const BenchPrograms &programs, const BenchGuest &guest, BootKind kind,
                             const std::filesystem::path &folder);

} // namespace bootglass
