// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/figure_options.h"

#include "app/run/time_option.h"
#include "ui/figure/type_metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace bootglass {

namespace {

QString text(const std::string &bytes) {
    return QString::fromStdString(bytes);
}

Error unknown(const char *option, const std::string &value, const std::string &known) {
    return Error{fmt::format("{} is {}, not '{}'", option, known, value)};
}

std::string presetNames() {
    std::string names;
    for (const FigurePreset &preset : figurePresets())
        names += (names.empty() ? "" : ", ") + QStringView(preset.name).toString().toStdString();
    return names;
}

Result<FigurePoint> pointOf(RunReader &reader, const std::string &when) {
    const auto ns = timeOfWhen(reader, when);
    if (!ns) return ns.error();
    return FigurePoint{*ns, text(when)};
}

Result<double> numberOf(const char *option, const std::string &value) {
    bool good = false;
    const double number = text(value).toDouble(&good);
    if (!good) return Error{fmt::format("{} is a number, not '{}'", option, value)};
    return number;
}

Result<void> takeNames(const FigureOptions &options, FigureSpec &spec) {
    if (!options.kind.empty()) {
        const auto kind = figureKindOf(text(options.kind));
        if (!kind)
            return unknown(
                "--kind", options.kind,
                "timeline, phases, flame, or, of two runs, compare, waterfall or changes");
        spec.kind = *kind;
    }
    spec.axis = usualAxis(spec.kind);
    if (!options.preset.empty()) {
        const FigurePreset *preset = presetOf(text(options.preset));
        if (!preset) return unknown("--preset", options.preset, presetNames());
        spec.take(*preset);
    }
    if (!options.palette.empty()) {
        const auto palette = paletteOf(text(options.palette));
        if (!palette) return unknown("--palette", options.palette, "okabe-ito, tol or grey");
        spec.palette = *palette;
    }
    if (!options.axis.empty()) {
        const auto axis = axisKindOf(text(options.axis));
        if (!axis) return unknown("--axis", options.axis, "time or instructions");
        spec.axis = *axis;
    }
    return {};
}

Result<void> takeMeasures(const FigureOptions &options, FigureSpec &spec) {
    for (const auto &[asked, points, kept] :
         {std::tuple(&options.width, &spec.width, &spec.widthText),
          std::tuple(&options.height, &spec.height, &spec.heightText)}) {
        if (asked->empty()) continue;
        const auto length = pointsOf(text(*asked));
        if (!length) return length.error();
        *points = *length;
        *kept = text(*asked);
    }
    for (const auto &[name, asked, number] :
         {std::tuple("--type-size", &options.typeSize, &spec.typeSize),
          std::tuple("--dpi", &options.dpi, &spec.dpi)}) {
        if (asked->empty()) continue;
        const auto value = numberOf(name, *asked);
        if (!value) return value.error();
        *number = *value;
    }
    return {};
}

} // namespace

void FigureOptions::addTo(CLI::App &command) {
    const auto option = [&command](const char *name, std::string &value, const char *help,
                                   const char *type) {
        command.add_option(name, value, help)->type_name(type);
    };
    option("--kind", kind,
           "timeline (the default), phases, flame; of two runs compare, waterfall, changes",
           "KIND");
    option("--preset", preset,
           "the measures of a venue: ieee-1col, ieee-2col, acm-1col, acm-2col, usenix, nature, "
           "slide, free",
           "NAME");
    option("--width", width, "3.5in, 89mm, 252pt; a bare number is pixels", "LENGTH");
    option("--height", height, "the same (as the content needs)", "LENGTH");
    option("--type-size", typeSize, "of the lanes' names, in points, 7 or more", "PT");
    option("--font", font, "an installed family (DejaVu Sans)", "FAMILY");
    option("--palette", palette, "okabe-ito (the default), tol, grey", "NAME");
    option("--from", from, "the figure's left end (the start)", "WHEN");
    option("--until", until, "the figure's right end (the run's end)", "WHEN");
    option("--tracks", tracks,
           "what the timeline shows, as phases,markers,irq,timer/*: a group as one lane, with /* "
           "as all of its lanes, or a lane by its name",
           "LIST");
    option("--axis", axis, "time (the default) or instructions, on which idle time has no width",
           "WHAT");
    option("--title", title, "above the figure; papers have captions instead", "TEXT");
    command.add_option("--annotate", annotations, "a line with a text at a point (repeatable)")
        ->type_name("TEXT@WHEN")
        ->allow_extra_args(false);
    option("--dpi", dpi, "dots per inch of a figure as .png (300)", "N");
    option("--symbols", symbols, "names for the flame graph: System.map, nm's output, an ELF",
           "FILE");
}

bool FigureOptions::isPaper() const {
    const auto hasUnit = [](const std::string &length) {
        return std::ranges::any_of(length, [](char c) { return c >= 'a' && c <= 'z'; });
    };
    return !kind.empty() || !preset.empty() || !typeSize.empty() || !font.empty() ||
           !palette.empty() || !tracks.empty() || !axis.empty() || !title.empty() ||
           !annotations.empty() || !dpi.empty() || !symbols.empty() || hasUnit(width) ||
           hasUnit(height);
}

Result<FigureSpec> FigureOptions::specFor(RunReader &reader) const {
    FigureSpec spec;
    spec.family = font.empty() ? figureFamily() : text(font);
    if (const auto taken = takeNames(*this, spec); !taken) return taken.error();
    if (const auto taken = takeMeasures(*this, spec); !taken) return taken.error();
    for (const auto &[asked, point] :
         {std::pair(&from, &spec.from), std::pair(&until, &spec.until)}) {
        if (asked->empty()) continue;
        const auto found = pointOf(reader, *asked);
        if (!found) return found.error();
        *point = *found;
    }
    if (!tracks.empty()) spec.tracks = text(tracks).split(u',', Qt::SkipEmptyParts);
    spec.title = text(title);
    spec.symbols = text(symbols);
    for (const std::string &annotation : annotations) {
        const size_t at = annotation.rfind('@');
        if (at == std::string::npos || at == 0)
            return Error{fmt::format(
                "--annotate is TEXT@WHEN, as in 'fast path@time:2.5s', not '{}'", annotation)};
        const auto point = pointOf(reader, annotation.substr(at + 1));
        if (!point) return point.error();
        spec.annotations.push_back({*point, text(annotation.substr(0, at))});
    }
    if (const auto possible = checkFigure(spec); !possible) return possible.error();
    return spec;
}

} // namespace bootglass
