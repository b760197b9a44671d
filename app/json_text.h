// SPDX-License-Identifier: GPL-3.0-or-later
// JSON as the command line prints it: one line. What a guest or a file name put into it need not be
// UTF-8; bytes that are not become U+FFFD.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace bootglass {

inline std::string jsonText(const nlohmann::ordered_json &json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace bootglass
