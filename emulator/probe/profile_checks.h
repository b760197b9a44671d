// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold in a whole profile, beyond each entry's own form.
#pragma once

#include "emulator/probe/profile.h"

#include <string>
#include <string_view>

namespace bootglass {

/// Letters, digits, '-' and '_', at most 100 of them.
bool isName(std::string_view text);

/// Every marker that is named exists, and no rule waits for itself; phases have known top names;
/// the end of the run can be. One sentence with file and line, or empty.
std::string checkProfile(const Profile &profile);

} // namespace bootglass
