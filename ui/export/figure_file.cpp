// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/figure_file.h"

#include "ui/export/drawing_painter.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPainter>
#include <QSaveFile>

#include <array>
#include <cmath>

namespace bootglass {

namespace {

struct FormatRow {
    FigureFormat format;
    const char16_t *suffix;
    QByteArray (*write)(const Figure &);
};

const std::array formats = std::to_array<FormatRow>({
    {FigureFormat::Pdf, u"pdf", figurePdf},
    {FigureFormat::Svg, u"svg", figureSvg},
    {FigureFormat::Png, u"png", figurePng},
    {FigureFormat::Tex, u"tex", figureTex},
    {FigureFormat::Csv, u"csv", figureCsv},
    {FigureFormat::Json, u"json", figureJson},
    {FigureFormat::Python, u"py", figurePython},
});

constexpr double mostPixels = 300e6;

} // namespace

std::optional<FigureFormat> figureFormatOf(const QString &file) {
    const QString suffix = QFileInfo(file).suffix().toLower();
    for (const FormatRow &row : formats)
        if (suffix == QStringView(row.suffix)) return row.format;
    return {};
}

std::string figureFormats() {
    QStringList names;
    for (const FormatRow &row : formats)
        names << u'.' + QStringView(row.suffix).toString();
    return names.join(QStringLiteral(", ")).toStdString();
}

Result<QByteArray> figureBytes(const Figure &figure, FigureFormat format) {
    const QSizeF size = figure.drawing.size() * figure.spec.dpi / 72;
    if (format == FigureFormat::Png && size.width() * size.height() > mostPixels)
        return Error{"the picture would have more than 300 million pixels; ask for fewer --dpi"};
    QByteArray bytes = formats[static_cast<size_t>(format)].write(figure);
    if (bytes.isEmpty()) return Error{"there is not enough memory for this figure"};
    return bytes;
}

Result<void> writeBytes(const QByteArray &bytes, const QString &file) {
    QSaveFile out(file);
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit())
        return {};
    return Error{file.toStdString() +
                 ": the file cannot be written: " + out.errorString().toStdString()};
}

QImage figureImage(const Drawing &drawing, double dpi) {
    const double scale = dpi / 72;
    const QSizeF size = drawing.size() * scale;
    QImage image(static_cast<int>(std::ceil(size.width() - 1e-6)),
                 static_cast<int>(std::ceil(size.height() - 1e-6)), QImage::Format_RGB32);
    if (image.isNull()) return image;
    image.setDotsPerMeterX(static_cast<int>(std::lround(dpi / 0.0254)));
    image.setDotsPerMeterY(static_cast<int>(std::lround(dpi / 0.0254)));
    image.fill(Qt::white);
    QPainter painter(&image);
    paintDrawing(painter, drawing, scale);
    return image;
}

QByteArray figurePng(const Figure &figure) {
    QImage image = figureImage(figure.drawing, figure.spec.dpi);
    // Keywords of the PNG specification, section 11.3.4.2.
    image.setText(QStringLiteral("Title"), figure.facts.title);
    image.setText(QStringLiteral("Description"), figure.facts.description);
    image.setText(QStringLiteral("Software"), figure.facts.writer);
    image.setText(QStringLiteral("Source"), factLines(figure.facts).join(u'\n'));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (image.isNull() || !image.save(&buffer, "PNG")) return {};
    return bytes;
}

QStringList factLines(const FigureFacts &facts) {
    QStringList lines = {u"drawn by: " + facts.command};
    for (const FigureRun &run : facts.runs) {
        QString line = u"run: " + run.name;
        if (!run.ended.isEmpty()) line += u", ended by " + run.ended;
        if (!run.digest.isEmpty()) line += u", digest " + run.digest;
        lines << line;
        for (const InputFile &input : run.inputs) {
            const QString name = QFileInfo(QString::fromStdString(input.path)).fileName();
            lines << u"input: " + QString::fromStdString(input.role) + u' ' + name + u" sha256 " +
                         QString::fromStdString(input.sha256);
        }
    }
    for (QString &line : lines) // a guest's or a file's name is only text
        line.removeIf([](QChar c) { return c.category() == QChar::Other_Control; });
    return lines;
}

QString shortNumber(double value, int decimals) {
    QString text = QString::number(value, 'f', decimals);
    while (text.contains(u'.') && (text.endsWith(u'0') || text.endsWith(u'.')))
        text.chop(1);
    return text == u"-0" ? QStringLiteral("0") : text;
}

} // namespace bootglass
