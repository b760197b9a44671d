// SPDX-License-Identifier: GPL-3.0-or-later
// Events in words, driven by the table of kinds: what a hover card and the event table say.
#pragma once

#include "ui/run/run_snapshot.h"

#include <QString>

namespace bootglass {

/// "port write"
QString kindText(EventKind kind);
/// Who: "16550 COM1", "IRQ 4"; empty for the machine itself.
QString sourceText(const Event &event, const RunSnapshot &run);
/// What: "port 0x3F8, value 0x41, 1 byte"
QString valuesText(const Event &event);
/// Of the bits of a bin: "port read, port write"
QString kindsText(uint32_t kinds);

} // namespace bootglass
