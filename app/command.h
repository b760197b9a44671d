// SPDX-License-Identifier: GPL-3.0-or-later
// What all commands of the command line have in common. A command is a function that adds its
// options to the program and says what is to be done if it is chosen; each has a pair of files,
// named after it, in app/commands.
#pragma once

#include "emulator/trace/result.h"

#include <CLI/CLI.hpp>
#include <functional>

namespace bootglass {

/// As scripts see it. A bad input is no value of this: it is an Error, and its sentence is told.
enum class ExitCode : int {
    Done = 0,
    No = 1,       // done, and the answer is no: a marker was not reached
    BadInput = 2, // bad usage or bad input, one sentence on stderr
    Fault = 3,    // of Bootglass itself
};

using Outcome = Result<ExitCode>;
/// What the chosen command does, once its options are read.
using Action = std::function<Outcome()>;

void addRunCommand(CLI::App &program, Action &chosen);
void addInfoCommand(CLI::App &program, Action &chosen);
void addExportCommand(CLI::App &program, Action &chosen);
void addReplayCommand(CLI::App &program, Action &chosen);
void addTraceCommand(CLI::App &program, Action &chosen);
void addStateCommand(CLI::App &program, Action &chosen);
void addProfileCommand(CLI::App &program, Action &chosen);
void addQueryCommand(CLI::App &program, Action &chosen);
void addCompareCommand(CLI::App &program, Action &chosen);
void addProfilesCommand(CLI::App &program, Action &chosen);

} // namespace bootglass
