// SPDX-License-Identifier: GPL-3.0-or-later
// Where profiles are found: folders of *.toml files, searched in order; a profile in an earlier
// folder hides one of the same name in a later one, so a user can replace a shipped profile.
#pragma once

#include "emulator/probe/profile_parser.h"

#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// The user's folder ($XDG_CONFIG_HOME/bootglass/profiles, else ~/.config/bootglass/profiles) if
/// there is a home, then the given ones (shipped profiles).
std::vector<std::string> profileDirectories(std::vector<std::string> shipped);

struct ProfileEntry {
    std::string name;
    std::string file;
    std::string title;
    std::string error; // not empty: the file is broken, and how
};

/// All profiles, by name; broken ones too, with their sentence.
std::vector<ProfileEntry> listProfiles(const std::vector<std::string> &directories);

/// A profile by name, or by the path of its file (anything with a '/' or ending in ".toml"). If
/// there is none, the sentence lists the known names.
ProfileResult findProfile(const std::string &nameOrFile,
                          const std::vector<std::string> &directories);

} // namespace bootglass
