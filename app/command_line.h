// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as a whole: reads it, does what it says, tells errors as one sentence on stderr.
// Nothing leaves it as an exception.
#pragma once

#include "app/command.h"

namespace bootglass {

ExitCode runCommandLine(int argc, char **argv);

} // namespace bootglass
