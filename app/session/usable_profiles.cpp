// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/usable_profiles.h"

#include "app/run/run_plan.h"
#include "emulator/probe/profile_library.h"

#include <algorithm>

namespace bootglass {

std::vector<std::pair<std::string, std::string>> usableProfiles() {
    std::vector<std::pair<std::string, std::string>> profiles;
    for (const auto &entry : listProfiles(profileFolders())) {
        if (entry.error.empty()) profiles.emplace_back(entry.name, entry.title);
    }
    std::stable_partition(profiles.begin(), profiles.end(),
                          [](const auto &profile) { return profile.first == defaultProfile; });
    return profiles;
}

} // namespace bootglass
