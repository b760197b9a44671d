// SPDX-License-Identifier: GPL-3.0-or-later
// What a stretch of a run cost the host, in words.
#pragma once

#include "emulator/trace/run_types.h"

#include <QStringList>

namespace bootglass {

/// A line for each thing that took time: "translating 12 % · 1.2 ms"
QStringList costLines(const HostCost &cost);

} // namespace bootglass
