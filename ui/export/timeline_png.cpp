// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/timeline_png.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/timeline/lane_painter.h"

#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QSaveFile>

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr int titleHeight = 40;
constexpr int bottomMargin = 12;
constexpr int narrowest = 480;
constexpr int largest = 16384;

QString summary(const RunSnapshot &run) {
    QStringList parts = {exactSeconds(run.end.ns) + u" virtual",
                         grouped(run.end.icount.value) + u" instructions",
                         duration(run.end.idleNs) + u" idle"};
    if (!run.info.ended.empty()) parts << u"ended by " + shownLine(run.info.ended);
    return parts.join(QStringLiteral("  ·  "));
}

void paintTitle(QPainter &painter, const TimelineScene &scene, int width) {
    const QRect line(16, 8, width - 32, titleHeight - 12);
    painter.setFont(textFont(11.5, QFont::DemiBold));
    painter.setPen(scene.theme->text);
    const QString name = QFileInfo(QString::fromStdString(scene.run->path)).completeBaseName();
    const QString shown = painter.fontMetrics().elidedText(name, Qt::ElideMiddle, width / 3);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, shown);
    const int used = painter.fontMetrics().horizontalAdvance(shown) + 20;
    painter.setFont(textFont(9.5));
    painter.setPen(scene.theme->secondary);
    paintFitting(painter, line.adjusted(used, 1, 0, 1),
                 {summary(*scene.run), exactSeconds(scene.run->end.ns)});
}

QImage paintScene(const TimelineScene &scene, QSize size) {
    QImage image(size * scene.pixelRatio, QImage::Format_RGB32);
    image.setDevicePixelRatio(scene.pixelRatio);
    image.fill(scene.theme->ground);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::TextAntialiasing);
    paintTitle(painter, scene, size.width());
    paintGrid(painter, scene);
    painter.save();
    painter.setClipRect(scene.lanes);
    for (const LaneRow &row : scene.layout.rows)
        paintLane(painter, scene, row);
    painter.restore();
    paintBeyondEnd(painter, scene);
    paintHeader(painter, scene);
    paintLabels(painter, scene);
    return image;
}

Result<void> save(const QImage &image, const std::string &outFile) {
    const QString name = QString::fromStdString(outFile);
    QSaveFile file(name);
    // QSaveFile: an export that fails half-way leaves what was there before.
    if (file.open(QIODevice::WriteOnly) && image.save(&file, "PNG") && file.commit()) return {};
    return Error{"the picture cannot be written to " + outFile + ": " +
                 file.errorString().toStdString()};
}

} // namespace

Result<void> checkPngOptions(const PngOptions &options) {
    if (options.width < narrowest || options.width > largest || options.height < 0 ||
        options.height > largest || !(options.scale >= 0.5 && options.scale <= 8))
        return Error{"a picture is 480 to 16384 pixels wide and at most 16384 high, its scale 0.5 "
                     "to 8"};
    return {};
}

Result<void> renderTimelinePng(const std::string &runFile, const std::string &outFile,
                               const PngOptions &options) {
    if (auto possible = checkPngOptions(options); !possible) return possible.error();
    auto reader = RunReader::open(runFile);
    if (!reader) return reader.error();
    auto run = takeSnapshot(**reader);
    if (!run) return run.error();

    TimelineScene scene;
    scene.theme = &Theme::of(options.dark ? ThemeName::Dark : ThemeName::Light);
    scene.pixelRatio = options.scale;
    scene.run = std::make_shared<const RunSnapshot>(std::move(*run));
    scene.plan();
    const TimeRange whole = clamped(scene.run->whole(), scene.run->whole());
    const TimeRange range =
        clamped({options.from.value_or(whole.from), options.to.value_or(whole.to)}, whole);
    const int needed = titleHeight + headerHeight + scene.layout.height + bottomMargin;
    const QSize size(options.width, std::min(options.height ? options.height : needed, largest));
    scene.place(QRect(0, titleHeight, size.width(),
                      std::max(size.height() - titleHeight - bottomMargin, headerHeight + 1)),
                range);

    PictureRequest request = scene.request();
    request.range = range; // no wings: nobody pans a picture
    request.pixels = static_cast<unsigned>(scene.columns());
    auto picture = queryPicture(**reader, request);
    if (!picture) return picture.error();
    scene.picture = std::make_shared<const TimelinePicture>(std::move(*picture));
    return save(paintScene(scene, size), outFile);
}

} // namespace bootglass
