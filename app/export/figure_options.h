// SPDX-License-Identifier: GPL-3.0-or-later
// The options of `bootglass export` that say what a figure is, as they are typed, and what they
// mean for a run.
#pragma once

#include "emulator/trace/run_reader.h"
#include "ui/figure/figure_spec.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace bootglass {

struct FigureOptions {
    std::string kind;
    std::string preset;
    std::string width;
    std::string height;
    std::string typeSize;
    std::string font;
    std::string palette;
    std::string from;
    std::string until;
    std::string tracks;
    std::string axis;
    std::string title;
    std::vector<std::string> annotations;
    std::string dpi;
    std::string symbols;

    void addTo(CLI::App &command);
    /// Whether anything is asked for that only a figure for paper has.
    bool isPaper() const;
    /// Needs Qt's application: it looks for the font.
    Result<FigureSpec> specFor(RunReader &reader) const;
};

} // namespace bootglass
