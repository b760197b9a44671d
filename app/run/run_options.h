// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said about a run, by the names of the command line. One table of options feeds the
// command line, its help, and the window's requests, which use the same names.
#pragma once

#include "emulator/trace/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// As it was asked for; what is not set comes from the profile, or is the default.
struct RunOptions {
    std::optional<std::string> profile;
    std::string bios;
    std::string kernel;
    std::string initrd;
    std::optional<std::string> append;
    std::vector<std::string> modules; // "FILE ARGUMENTS"
    std::string disk;
    std::string disk2;
    std::string cdrom;
    std::string floppy;
    bool network = false;
    std::vector<std::string> boot; // devices, first to last
    std::optional<uint32_t> memoryMib;
    std::optional<unsigned> shift;
    std::optional<int64_t> rtcStart; // seconds since 1970
    std::string engine;              // empty: the translator where the host has one
    std::string input;               // a script of keys and serial bytes
    std::vector<std::string> until;  // WHEN
    std::vector<std::string> detail; // LEVEL or PHASE=LEVEL
    uint64_t sampleEvery = 1'000'000;
    std::string symbols;              // of the guest's code
    std::vector<std::string> regions; // NAME=SYMBOL
    std::string output = "run.bootglass";
    bool force = false;
    std::string save;    // the machine's state goes there when the run ends
    std::string restore; // the run starts from that state
};

struct RunOptionInfo {
    std::string_view name;     // "--memory" is "memory"
    std::string_view argument; // "MIB"; empty: a flag
    std::string_view help;
    bool repeatable = false;
    Result<void> (*set)(RunOptions &options, const std::string &value) = nullptr;
};

std::span<const RunOptionInfo> runOptionTable();

/// Sets one option by its name. Says what is wrong with the value.
Result<void> setRunOption(RunOptions &options, std::string_view name, const std::string &value);

} // namespace bootglass
