// SPDX-License-Identifier: GPL-3.0-or-later
// What --engine lockstep asks of its two machines, the translator's and the interpreter's, that
// have executed the same number of instructions.
#pragma once

#include <string>

namespace bootglass {

class Machine;

/// Empty, or both states and the code at the interpreter's EIP. `sameEnd`: both came to the same
/// end; `memoryToo`: RAM is compared, too.
std::string lockstepDifference(const Machine &translated, const Machine &interpreted, bool sameEnd,
                               bool memoryToo);

} // namespace bootglass
