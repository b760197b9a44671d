// SPDX-License-Identifier: GPL-3.0-or-later
// A run that can start: options and profile brought together, every file found, read and hashed,
// every name checked. Whatever can be wrong with the input of a run is found here, before a run
// file exists.
//
// The profile's guest (kernel, memory, command line, end) is meant as a whole: who names a guest of
// their own without naming a profile gets the default profile's rules, but not its guest.
#pragma once

#include "app/run/detail_plan.h"
#include "app/run/function_watch.h"
#include "app/run/input_script.h"
#include "app/run/run_options.h"
#include "emulator/machine/machine_config.h"
#include "emulator/probe/profile.h"
#include "emulator/probe/when.h"
#include "emulator/trace/run_types.h"

#include <map>
#include <string>
#include <vector>

namespace bootglass {

struct RunPlan {
    MachineConfig machine;
    Profile profile;
    std::vector<When> until; // the run ends at the first of them
    std::string notice;      // what the user should know before it starts: a sentence
    InputScript script;
    DetailPlan detail;
    uint64_t sampleEvery = 0;
    SymbolTable symbols;
    std::vector<RegionRequest> regions;
    std::string output;
    bool force = false;
    std::string save;
    std::string restore;
    std::vector<InputFile> inputs;
    std::map<std::string, std::string> meta; // what is needed to run it again
    bool serialConsole = false;              // the guest's user types on COM1

    /// Refuses to write where the run reads from, or where it writes already: such a slip would
    /// cost the file. `option` names it.
    Result<void> checkTarget(const std::string &option, const std::string &path) const;
};

inline constexpr const char *defaultProfile = "debian-netboot";

/// Folders of profiles: the user's, then the shipped ones.
std::vector<std::string> profileFolders();

Result<RunPlan> planRun(const RunOptions &options);

} // namespace bootglass
