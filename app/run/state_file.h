// SPDX-License-Identifier: GPL-3.0-or-later
// A machine's whole state in a file: a line that says what it is, then an Archive's bytes. It is
// written under another name first, so that a file of the name asked for is always whole.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/trace/result.h"

#include <functional>
#include <string>

namespace bootglass {

using Serializer = std::function<void(Archive &)>;

Result<void> saveStateFile(const std::string &path, const Serializer &serialize);
Result<void> loadStateFile(const std::string &path, const Serializer &serialize);

} // namespace bootglass
