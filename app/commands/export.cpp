// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass export FILE --to OUT`: the timeline as a figure; the format by OUT's suffix.
#include "app/command.h"
#include "app/run/time_option.h"
#include "app/window.h"
#include "emulator/trace/run_reader.h"
#include "ui/export/timeline_png.h"

#include <fmt/format.h>

#include <filesystem>

namespace bootglass {

namespace {

struct Options {
    std::string file;
    std::string to;
    int width = 1600;
    int height = 0;
    double scale = 1;
    bool dark = false;
    std::string from;
    std::string until;
};

Outcome exportTimeline(const Options &options) {
    const std::string suffix = std::filesystem::path(options.to).extension().string();
    if (suffix != ".png") {
        return Error{
            fmt::format("{}: a figure can be written as .png, not as '{}'", options.to, suffix)};
    }
    PngOptions png{options.width, options.height, options.dark, options.scale, {}, {}};
    if (auto possible = checkPngOptions(png); !possible) return possible.error();
    for (const auto &[text, point] :
         {std::pair(&options.from, &png.from), std::pair(&options.until, &png.to)}) {
        if (text->empty()) continue;
        auto reader = RunReader::open(options.file);
        if (!reader) return reader.error();
        const Result<VirtualNs> ns = timeOfWhen(**reader, *text);
        if (!ns) return ns.error();
        *point = *ns;
    }
    if (png.from && png.to && *png.from >= *png.to)
        return Error{"--from is not before --until: there is nothing between them"};
    const GuiApplication application(GuiApplication::Screen::None);
    if (auto drawn = renderTimelinePng(options.file, options.to, png); !drawn) return drawn.error();
    return ExitCode::Done;
}

} // namespace

void addExportCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("export", "the timeline as a figure");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->required()->type_name("");
    command->add_option("--to", options->to, "where to; the format by the suffix: .png")
        ->required()
        ->type_name("FILE");
    command->add_option("--width", options->width, "in pixels (1600)")->type_name("N");
    command->add_option("--height", options->height, "in pixels (as the lanes need)")
        ->type_name("N");
    command->add_option("--scale", options->scale, "dots per pixel; 2 for print (1)")
        ->type_name("X");
    command->add_flag("--dark", options->dark, "light on dark");
    command->add_option("--from", options->from, "the figure's left end (the start)")
        ->type_name("WHEN");
    command->add_option("--until", options->until, "the figure's right end (the run's end)")
        ->type_name("WHEN");
    command->callback(
        [options, &chosen] { chosen = [options] { return exportTimeline(*options); }; });
}

} // namespace bootglass
