// SPDX-License-Identifier: GPL-3.0-or-later
// Names as they stand in sentences for people.
#pragma once

#include <string>
#include <vector>

namespace bootglass {

/// "a, b, c"; "none" if there are none.
inline std::string listOf(const std::vector<std::string> &names) {
    std::string list;
    for (const std::string &name : names) {
        if (!list.empty()) list += ", ";
        list += name;
    }
    return list.empty() ? "none" : list;
}

} // namespace bootglass
