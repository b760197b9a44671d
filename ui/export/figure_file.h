// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a figure as a file, in the format that the file's suffix names. The bytes depend on the
// figure alone: no dates, no random identifiers. What a figure says about itself goes along: the
// runs, their inputs' hashes, the command that draws it again, a description.
#pragma once

#include "ui/figure/figure.h"

#include <QByteArray>
#include <QImage>

namespace bootglass {

enum class FigureFormat { Pdf, Svg, Png, Tex, Csv, Json, Python };

/// By the suffix of a file's name.
std::optional<FigureFormat> figureFormatOf(const QString &file);
/// ".pdf, .svg, …": for sentences.
std::string figureFormats();

Result<QByteArray> figureBytes(const Figure &figure, FigureFormat format);
/// Leaves what was there before if it cannot write all of it.
Result<void> writeBytes(const QByteArray &bytes, const QString &file);

// --- one format each
QByteArray figurePdf(const Figure &figure);
QByteArray figureSvg(const Figure &figure);
QByteArray figurePng(const Figure &figure);
/// TikZ, or, of a table, LaTeX with booktabs.
QByteArray figureTex(const Figure &figure);
QByteArray figureCsv(const Figure &figure);
QByteArray figureJson(const Figure &figure);
/// A script that draws the same numbers by matplotlib, for an author's own changes.
QByteArray figurePython(const Figure &figure);

/// The figure as a picture of so many dots per inch.
QImage figureImage(const Drawing &drawing, double dpi);
/// "key: value" lines of what the figure says about itself.
QStringList factLines(const FigureFacts &facts);
/// 12.5 rather than 12.50
QString shortNumber(double value, int decimals = 2);

} // namespace bootglass
