// SPDX-License-Identifier: GPL-3.0-or-later
// Files that a run is made from: where they are, and what is noted about them.
#pragma once

#include "emulator/trace/result.h"
#include "emulator/trace/run_types.h"

#include <filesystem>
#include <string>

namespace bootglass {

/// Length and SHA-256 of a file.
Result<InputFile> describeInput(const std::string &role, const std::filesystem::path &path);

/// A path as it is written in a profile: "~/" is the home, others are relative to the profile.
std::string profilePath(const std::string &written, const std::string &profileFile);

/// A small text file's content; empty if it cannot be read.
std::string textOf(const std::string &path);

} // namespace bootglass
