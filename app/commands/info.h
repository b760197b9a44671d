// SPDX-License-Identifier: GPL-3.0-or-later
// What `info --json` prints, for `run --json` as well.
#pragma once

#include "emulator/trace/result.h"

#include <string>

namespace bootglass {

Result<void> printInfoJson(const std::string &file);

} // namespace bootglass
