// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass export FILE --to OUT`: a run as a figure for paper, as the window's picture, or as
// data for other tools; the format by OUT's suffix, or by --format.
#include "app/command.h"
#include "app/export/figure_options.h"
#include "app/export/folded_stacks.h"
#include "app/export/perfetto_trace.h"
#include "app/export/run_table.h"
#include "app/run/symbol_file.h"
#include "app/run/time_option.h"
#include "app/window.h"
#include "emulator/trace/run_reader.h"
#include "ui/export/figure_file.h"
#include "ui/export/timeline_png.h"
#include "ui/figure/comparison_figure.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace bootglass {

namespace {

struct Options {
    std::string file;
    std::string other; // of a figure of two runs
    std::string to;
    std::string format;
    std::string table;
    double scale = 1;
    bool scaled = false;
    bool dark = false;
    FigureOptions figure;
};

Result<int> pixels(const char *option, const std::string &text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return value;
    return Error{fmt::format("{} is a number of pixels, not '{}'", option, text)};
}

/// The range that --from and --until ask for.
Result<TimeRange> rangeOf(RunReader &reader, const Options &options) {
    // Half open, so that the run's last moment is in it.
    TimeRange range{{0}, reader.end().ns + 1};
    for (const auto &[text, point] : {std::pair(&options.figure.from, &range.from),
                                      std::pair(&options.figure.until, &range.to)}) {
        if (text->empty()) continue;
        const Result<VirtualNs> ns = timeOfWhen(reader, *text);
        if (!ns) return ns.error();
        *point = *ns;
    }
    if (range.from >= range.to && !(options.figure.from.empty() && options.figure.until.empty()))
        return Error{"--from is not before --until: there is nothing between them"};
    return range;
}

Outcome exportWindowPicture(RunReader &reader, const Options &options) {
    PngOptions png;
    png.dark = options.dark;
    png.scale = options.scale;
    for (const auto &[name, text, number] :
         {std::tuple("--width", &options.figure.width, &png.width),
          std::tuple("--height", &options.figure.height, &png.height)}) {
        if (text->empty()) continue;
        const auto value = pixels(name, *text);
        if (!value) return value.error();
        *number = *value;
    }
    if (auto possible = checkPngOptions(png); !possible) return possible.error();
    const auto range = rangeOf(reader, options);
    if (!range) return range.error();
    if (!options.figure.from.empty()) png.from = range->from;
    if (!options.figure.until.empty()) png.to = range->to;
    const GuiApplication application(GuiApplication::Screen::None);
    if (auto drawn = renderTimelinePng(options.file, options.to, png); !drawn) return drawn.error();
    return ExitCode::Done;
}

Result<Figure> figureOfTwo(RunReader &reader, const Options &options, const FigureSpec &spec) {
    if (options.other.empty())
        return Error{fmt::format("--kind {} compares runs: name two of them",
                                 nameOf(spec.kind).toStdString())};
    return makeComparison(reader, options.other, spec, QString::fromStdString(options.to));
}

/// None if none were named.
Result<SymbolTable> symbolsOf(const Options &options) {
    if (options.figure.symbols.empty()) return SymbolTable();
    return loadSymbols(options.figure.symbols);
}

Outcome exportFigure(RunReader &reader, const Options &options, FigureFormat format) {
    const GuiApplication application(GuiApplication::Screen::None);
    const auto spec = options.figure.specFor(reader);
    if (!spec) return spec.error();
    const auto symbols = symbolsOf(options);
    if (!symbols) return symbols.error();
    const auto figure =
        isOfTwoRuns(spec->kind)
            ? figureOfTwo(reader, options, *spec)
            : makeFigure(reader, *spec, QString::fromStdString(options.to),
                         [&symbols](uint32_t address) { return symbols->nameOf(address); });
    if (!figure) return figure.error();
    const auto bytes = figureBytes(*figure, format);
    if (!bytes) return bytes.error();
    if (auto written = writeBytes(*bytes, QString::fromStdString(options.to)); !written)
        return written.error();
    return ExitCode::Done;
}

Outcome exportData(RunReader &reader, const Options &options, const std::string &format) {
    const auto range = rangeOf(reader, options);
    if (!range) return range.error();
    if (format == "perfetto") {
        if (auto written = writePerfettoTrace(reader, *range, options.to); !written)
            return written.error();
        return ExitCode::Done;
    }
    const auto symbols = symbolsOf(options);
    if (!symbols) return symbols.error();
    if (auto written = writeFoldedStacks(
            reader, *range, [&symbols](uint32_t address) { return symbols->nameOf(address); },
            options.to);
        !written)
        return written.error();
    return ExitCode::Done;
}

/// "perfetto", "folded", or a suffix without its dot.
std::string formatOf(const Options &options) {
    if (!options.format.empty()) return options.format;
    for (const char *suffix : {".perfetto-trace.json", ".perfetto-trace"})
        if (options.to.ends_with(suffix)) return "perfetto";
    const std::string suffix = std::filesystem::path(options.to).extension().string();
    return suffix.empty() ? suffix : suffix.substr(1);
}

/// A second run is for what is made of two.
Result<void> checkRuns(const Options &options) {
    const auto kind = figureKindOf(QString::fromStdString(options.figure.kind));
    if (options.other.empty() || (kind && isOfTwoRuns(*kind) && options.table.empty())) return {};
    return Error{"this export is of one run; --kind compare, waterfall and changes are of two"};
}

Outcome exportRun(const Options &options) {
    if (auto possible = checkRuns(options); !possible) return possible.error();
    auto reader = RunReader::open(options.file);
    if (!reader) return reader.error();
    const std::string format = formatOf(options);
    if (!options.table.empty()) {
        if (auto written = writeRunTable(**reader, options.table, format, options.to); !written)
            return written.error();
        return ExitCode::Done;
    }
    if (format == "perfetto" || format == "folded") return exportData(**reader, options, format);
    const auto known = figureFormatOf(QString::fromStdString("x." + format));
    if (!known)
        return Error{fmt::format("{}: a run is exported as {}, .folded or .perfetto-trace.json, "
                                 "not as '{}'",
                                 options.to, figureFormats(),
                                 format.empty() ? format : "." + format)};
    const bool ofWindow = options.dark || options.scaled;
    if (ofWindow && (options.figure.isPaper() || *known != FigureFormat::Png))
        return Error{"--dark and --scale are for the window's picture as .png; a figure for paper "
                     "is light, and --dpi says how fine it is"};
    if (*known == FigureFormat::Png && !options.figure.isPaper())
        return exportWindowPicture(**reader, options);
    return exportFigure(**reader, options, *known);
}

} // namespace

void addExportCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("export", "a figure for paper, or data for other tools");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->required()->type_name("");
    command->add_option("FILE2", options->other, "another, for a figure of two runs")
        ->type_name("");
    command
        ->add_option("--to", options->to,
                     "where to; the format by the suffix: .pdf .svg .png .tex .csv .json .py "
                     ".folded .perfetto-trace.json")
        ->required()
        ->type_name("OUT");
    command->add_option("--format", options->format, "the format, whatever the suffix")
        ->type_name("NAME");
    command
        ->add_option("--table", options->table,
                     "a table as .csv or .json: " + runTableNames() +
                         "; `query --tables` tells what is in them")
        ->type_name("NAME");
    options->figure.addTo(*command);
    command->add_option("--scale", options->scale, "window's picture: dots per pixel (1)")
        ->type_name("X");
    command->add_flag("--dark", options->dark, "window's picture: light on dark");
    command->footer("A .png without any of a figure's options is the picture of the window, "
                    "--width and --height in pixels.");
    command->callback([command, options, &chosen] {
        options->scaled = command->count("--scale") > 0;
        chosen = [options] { return exportRun(*options); };
    });
}

} // namespace bootglass
