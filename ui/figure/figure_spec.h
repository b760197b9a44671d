// SPDX-License-Identifier: GPL-3.0-or-later
// What a figure shows and how it looks, as one value: what the command line's options and the
// dialog's fields become, and what the command that redraws it is made from. Lengths are points
// (1/72 in) at final size.
#pragma once

#include "emulator/trace/result.h"
#include "emulator/trace/run_types.h"
#include "ui/figure/figure_palette.h"

#include <QStringList>

#include <span>

namespace bootglass {

enum class FigureKind { Timeline, Phases, Flame, Compare, Waterfall, Changes };
enum class AxisKind { Time, Instructions };

std::optional<FigureKind> figureKindOf(const QString &name);
QString nameOf(FigureKind kind);
std::optional<AxisKind> axisKindOf(const QString &name);
QString nameOf(AxisKind axis);
/// Of differences instructions are what counts.
AxisKind usualAxis(FigureKind kind);

/// A place where figures appear, with its measures.
struct FigurePreset {
    const char16_t *name;
    const char16_t *title; // for people
    double width;
    double height; // 0: as its content needs
    double typeSize;
};
std::span<const FigurePreset> figurePresets();
const FigurePreset *presetOf(const QString &name);

/// A point of the run that a figure names; `when` as it was asked for.
struct FigurePoint {
    VirtualNs ns;
    QString when;
};

struct Annotation {
    FigurePoint at;
    QString text;
};

struct FigureSpec {
    FigureKind kind = FigureKind::Timeline;
    QString preset = QStringLiteral("free");
    double width = 432; // 6 in
    double height = 0;  // 0: as its content needs
    double typeSize = 9;
    QString family;
    PaletteName palette = PaletteName::OkabeIto;
    std::optional<FigurePoint> from;
    std::optional<FigurePoint> until;
    QStringList tracks; // empty: the usual ones
    AxisKind axis = AxisKind::Time;
    QString title;
    std::vector<Annotation> annotations;
    QString symbols;  // a file that names addresses, as it was asked for
    double dpi = 300; // of a PNG
    /// What of width and height was asked for beyond the preset, as it was written.
    QString widthText;
    QString heightText;

    void take(const FigurePreset &preset);
};

/// "3.5in", "89mm", "8.9cm", "252pt", "336px"; a bare number is pixels of 1/96 in.
Result<double> pointsOf(const QString &length);
/// Whether a figure can have these measures, this font.
Result<void> checkFigure(const FigureSpec &spec);
/// What draws the figure again, fit for a shell. Names of files without their folders.
QString commandOf(const FigureSpec &spec, const QStringList &runs, const QString &outFile);

} // namespace bootglass
