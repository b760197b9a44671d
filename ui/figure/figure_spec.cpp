// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/figure_spec.h"

#include "ui/figure/type_metrics.h"

#include <QFileInfo>
#include <QRegularExpression>

#include <array>
#include <cmath>

namespace bootglass {

namespace {

constexpr double pointsPerInch = 72;
constexpr double millimetre = pointsPerInch / 25.4;
constexpr double narrowest = 144; // 2 in
constexpr double largest = 4000;

/// Columns and text widths as the venues' templates have them: IEEEtran 3.5 and 7.16 in, acmart
/// and usenix2019 3.33 and 7 in, Nature 89 mm; a slide of 16:9 as PowerPoint and Impress make it.
constexpr std::array presets = std::to_array<FigurePreset>({
    {u"ieee-1col", u"IEEE, one column (3.5 in)", 3.5 * pointsPerInch, 0, 8},
    {u"ieee-2col", u"IEEE, two columns (7.16 in)", 7.16 * pointsPerInch, 0, 8},
    {u"acm-1col", u"ACM, one column (3.33 in)", 3.33 * pointsPerInch, 0, 8},
    {u"acm-2col", u"ACM, two columns (7 in)", 7 * pointsPerInch, 0, 8},
    {u"usenix", u"USENIX, one column (3.33 in)", 3.33 * pointsPerInch, 0, 8},
    {u"nature", u"Nature, one column (89 mm)", 89 * millimetre, 0, 7},
    {u"slide", u"Slide, 16:9 (13.33 × 7.5 in)", 960, 540, 17},
    {u"free", u"Any size", 6 * pointsPerInch, 0, 9},
});

struct KindName {
    FigureKind kind;
    const char16_t *name;
};
constexpr std::array kindNames = std::to_array<KindName>({{FigureKind::Timeline, u"timeline"},
                                                          {FigureKind::Phases, u"phases"},
                                                          {FigureKind::Flame, u"flame"},
                                                          {FigureKind::Compare, u"compare"},
                                                          {FigureKind::Waterfall, u"waterfall"},
                                                          {FigureKind::Changes, u"changes"}});

/// A word of a shell's command (POSIX 2.2.2: nothing is special within single quotes).
QString word(QString text) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
    if (plain.match(text).hasMatch()) return text;
    return u'\'' + text.replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

} // namespace

std::optional<FigureKind> figureKindOf(const QString &name) {
    for (const KindName &row : kindNames)
        if (name == QStringView(row.name)) return row.kind;
    return {};
}

QString nameOf(FigureKind kind) {
    return QStringView(kindNames[static_cast<size_t>(kind)].name).toString();
}

std::optional<AxisKind> axisKindOf(const QString &name) {
    if (name == u"time") return AxisKind::Time;
    if (name == u"instructions") return AxisKind::Instructions;
    return {};
}

QString nameOf(AxisKind axis) {
    return axis == AxisKind::Time ? QStringLiteral("time") : QStringLiteral("instructions");
}

AxisKind usualAxis(FigureKind kind) {
    return kind == FigureKind::Waterfall || kind == FigureKind::Changes ? AxisKind::Instructions
                                                                        : AxisKind::Time;
}

std::span<const FigurePreset> figurePresets() {
    return presets;
}

const FigurePreset *presetOf(const QString &name) {
    for (const FigurePreset &preset : presets)
        if (name == QStringView(preset.name)) return &preset;
    return nullptr;
}

void FigureSpec::take(const FigurePreset &from) {
    preset = QStringView(from.name).toString();
    width = from.width;
    height = from.height;
    typeSize = from.typeSize;
}

Result<double> pointsOf(const QString &length) {
    static const QRegularExpression form(QStringLiteral("^([0-9]*\\.?[0-9]+)(in|mm|cm|pt|px)?$"));
    const QRegularExpressionMatch match = form.match(length);
    if (!match.hasMatch())
        return Error{QStringLiteral("'%1' is no length; it is a number with in, mm, cm, pt or px, "
                                    "as in 89mm")
                         .arg(length)
                         .toStdString()};
    const double value = match.captured(1).toDouble();
    const QString unit = match.captured(2);
    if (unit == u"in") return value * pointsPerInch;
    if (unit == u"mm") return value * millimetre;
    if (unit == u"cm") return value * 10 * millimetre;
    if (unit == u"pt") return value;
    return value * pointsPerInch / 96; // CSS Values 4, section 6.2: the reference pixel
}

Result<void> checkFigure(const FigureSpec &spec) {
    if (!(spec.width >= narrowest && spec.width <= largest) ||
        (spec.height != 0 && !(spec.height >= narrowest / 4 && spec.height <= largest)))
        return Error{"a figure is 2 to 55 in wide and 0.5 to 55 in high"};
    if (!(spec.dpi >= 72 && spec.dpi <= 1200))
        return Error{"a picture of a figure has 72 to 1200 dots per inch"};
    if (!(spec.typeSize >= leastType && spec.typeSize <= 72))
        return Error{"type is 7 to 72 points: publishers refuse smaller"};
    if (!hasFamily(spec.family))
        return Error{"the font '" + spec.family.toStdString() +
                     "' is not installed; `fc-list : family` lists those that are"};
    if (spec.from && spec.until && spec.from->ns >= spec.until->ns)
        return Error{"--from is not before --until: there is nothing between them"};
    return {};
}

QString commandOf(const FigureSpec &spec, const QStringList &runs, const QString &outFile) {
    QStringList words = {QStringLiteral("bootglass"), QStringLiteral("export")};
    const auto option = [&words](const char *name, const QString &value) {
        words << QString::fromLatin1(name) << word(value);
    };
    for (const QString &run : runs)
        words << word(QFileInfo(run).fileName());
    option("--to", QFileInfo(outFile).fileName());
    if (spec.kind != FigureKind::Timeline) option("--kind", nameOf(spec.kind));
    option("--preset", spec.preset);
    if (!spec.widthText.isEmpty()) option("--width", spec.widthText);
    if (!spec.heightText.isEmpty()) option("--height", spec.heightText);
    if (const FigurePreset *preset = presetOf(spec.preset);
        preset && preset->typeSize != spec.typeSize)
        option("--type-size", QString::number(spec.typeSize));
    if (spec.family != figureFamily()) option("--font", spec.family);
    if (spec.palette != PaletteName::OkabeIto) option("--palette", nameOf(spec.palette));
    if (spec.from) option("--from", spec.from->when);
    if (spec.until) option("--until", spec.until->when);
    if (!spec.tracks.isEmpty()) option("--tracks", spec.tracks.join(u','));
    if (spec.axis != usualAxis(spec.kind)) option("--axis", nameOf(spec.axis));
    if (!spec.title.isEmpty()) option("--title", spec.title);
    for (const Annotation &annotation : spec.annotations)
        option("--annotate", annotation.text + u'@' + annotation.at.when);
    if (!spec.symbols.isEmpty()) option("--symbols", QFileInfo(spec.symbols).fileName());
    if (outFile.endsWith(u".png") && spec.dpi != 300) option("--dpi", QString::number(spec.dpi));
    return words.join(u' ');
}

} // namespace bootglass
