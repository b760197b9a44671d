// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline of a run file as a PNG, painted by the same painters as the window's. Needs a
// QGuiApplication for its fonts and no window; may be called from any thread.
#pragma once

#include "emulator/trace/result.h"
#include "emulator/trace/run_types.h"

#include <optional>
#include <string>

namespace bootglass {

struct PngOptions {
    int width = 1600;
    int height = 0; // 0: as much as the lanes need
    bool dark = false;
    double scale = 1; // device pixels per pixel; 2 for print
    std::optional<VirtualNs> from;
    std::optional<VirtualNs> to;
};

/// Whether a picture can have these measures.
Result<void> checkPngOptions(const PngOptions &options);
Result<void> renderTimelinePng(const std::string &runFile, const std::string &outFile,
                               const PngOptions &options);

} // namespace bootglass
