// SPDX-License-Identifier: GPL-3.0-or-later
// The sample boot as figures, and the real tools that look at what is written.
#pragma once

#include "tests/ui/sample_file.h"
#include "ui/export/figure_file.h"
#include "ui/figure/type_metrics.h"

#include <QProcess>

namespace bootglass {

class FigureSample {
  public:
    FigureSample() {
        if (!sample_.error().empty()) return;
        auto reader = RunReader::open(sample_.file().toStdString());
        if (reader) reader_ = std::move(*reader);
    }
    bool isValid() const { return reader_ != nullptr; }
    RunReader &reader() { return *reader_; }
    QString path(const char *name) const { return sample_.path(name); }

    static FigureSpec spec(const QString &preset = QStringLiteral("ieee-1col"),
                           FigureKind kind = FigureKind::Timeline) {
        FigureSpec spec;
        spec.kind = kind;
        spec.family = figureFamily();
        if (const FigurePreset *found = presetOf(preset)) spec.take(*found);
        return spec;
    }
    Result<Figure> make(const FigureSpec &spec, const QString &file = QStringLiteral("f.pdf")) {
        return makeFigure(*reader_, spec, file);
    }
    /// Empty, or what is wrong.
    QByteArray write(const FigureSpec &spec, const QString &file) {
        const auto figure = make(spec, file);
        if (!figure) return QByteArray::fromStdString(figure.error().sentence);
        const auto bytes = figureBytes(*figure, *figureFormatOf(file));
        if (!bytes) return QByteArray::fromStdString(bytes.error().sentence);
        const auto written = writeBytes(*bytes, file);
        return written ? QByteArray() : QByteArray::fromStdString(written.error().sentence);
    }

  private:
    SampleFile sample_;
    std::unique_ptr<RunReader> reader_;
};

/// What a tool prints; null if it failed.
inline QByteArray tool(const QString &program, const QStringList &arguments,
                       const QString &folder = {}) {
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit ||
        process.exitCode() != 0) {
        qWarning("%s: %s", qPrintable(program), process.readAll().right(1000).constData());
        return {};
    }
    const QByteArray out = process.readAll();
    return out.isNull() ? QByteArray("") : out;
}

} // namespace bootglass

/// A test that needs a tool that is not there says so.
#define NEEDS_TOOL(name)                                                                           \
    if (QStandardPaths::findExecutable(QStringLiteral(name)).isEmpty())                            \
    QSKIP(name " is not installed")
