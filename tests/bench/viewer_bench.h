// SPDX-License-Identifier: GPL-3.0-or-later
// What looking at a run costs: the real window at 1920×1080, opened, panned, zoomed and pointed at
// by a script, and the reader asked for windows of all sizes. Milliseconds of wall time; every
// frame counts that is painted, those that an answer of the query thread causes, too.
#pragma once

#include "emulator/trace/result.h"

#include <QString>

namespace bootglass {

struct ViewerFigures {
    double openMs = 0; // from the file's name to its first picture on the screen
    double frameP50Ms = 0;
    double frameP95Ms = 0;
    double cursorMs = 0; // the hairline and cursor follow the pointer: median
    double queryP50Ms = 0;
    double queryP95Ms = 0; // any window, 40 tracks at 1920 pixels
    double memoryMib = 0;  // most that the process held while viewing
    int lanes = 0;
};

/// Wants a QApplication.
Result<ViewerFigures> measureViewer(const QString &file);

} // namespace bootglass
