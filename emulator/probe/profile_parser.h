// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the TOML text of a profile and checks it: every name that is used exists, every rule can
// match, phases have known top names. What is wrong is told in one sentence with file and line, as
// "debian-netboot.toml:12: marker 'x' has no rule; give it one of …".
#pragma once

#include "emulator/probe/profile.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace bootglass {

/// Either a profile, or one sentence.
struct ProfileResult {
    std::optional<Profile> profile;
    std::string error;
};

/// The text of the profile that another one extends, or why there is none.
struct ProfileText {
    std::optional<std::string> text;
    std::string fileName;
    std::string error; // a clause: "there is no profile 'linus'; known: generic, linux"
};
using ProfileLoader = std::function<ProfileText(const std::string &name)>;

/// `fileName` is used in sentences, and its stem is the profile's name. A profile without `extends`
/// needs no loader.
ProfileResult parseProfile(std::string_view text, const std::string &fileName,
                           const ProfileLoader &loader = {});

} // namespace bootglass
