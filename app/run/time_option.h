// SPDX-License-Identifier: GPL-3.0-or-later
// WHEN in a run that is recorded already: where it is, in virtual time.
#pragma once

#include "emulator/trace/run_reader.h"

#include <string>

namespace bootglass {

Result<VirtualNs> timeOfWhen(RunReader &reader, const std::string &text);

} // namespace bootglass
