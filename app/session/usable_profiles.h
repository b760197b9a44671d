// SPDX-License-Identifier: GPL-3.0-or-later
// The profiles that a user can choose from, by name and title, the default first.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bootglass {

std::vector<std::pair<std::string, std::string>> usableProfiles();

} // namespace bootglass
