// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/overview_strip.h"

#include "ui/base/number_format.h"
#include "ui/base/theme.h"
#include "ui/timeline/bin_sampling.h"
#include "ui/timeline/strip_image.h"

#include <QMouseEvent>
#include <QPainter>

#include <cmath>

namespace bootglass {

namespace {

constexpr int stripTop = 12;
constexpr int bandHeight = 10;
constexpr int densityHeight = 18;

bool isActivity(TrackKind kind) {
    return kind == TrackKind::IrqLine || kind == TrackKind::PortDevice ||
           kind == TrackKind::MmioDevice || kind == TrackKind::Exception;
}

} // namespace

OverviewStrip::OverviewStrip(Navigator &navigator, QWidget *parent)
    : QWidget(parent), navigator_(navigator), theme_(&Theme::light()) {
    setFixedHeight(stripTop + bandHeight + densityHeight + 8);
    setAccessibleName(tr("Whole boot"));
    setAccessibleDescription(tr("The whole run with the visible range; drag to move it"));
    connect(&navigator_, &Navigator::visibleChanged, this, qOverload<>(&QWidget::update));
    connect(&navigator_, &Navigator::scaleChanged, this, &OverviewStrip::ask);
}

void OverviewStrip::setTheme(const Theme &theme) {
    theme_ = &theme;
    update();
}

void OverviewStrip::setLanes(int left, int width) {
    if (left == lanesLeft_ && width == lanesWidth_) return;
    lanesLeft_ = left;
    lanesWidth_ = width;
    ask();
    update();
}

void OverviewStrip::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    picture_.reset();
    asked_ = {};
    if (document) {
        connect(document, &RunDocument::loaded, this, &OverviewStrip::ask);
        connect(document, &RunDocument::changed, this, &OverviewStrip::ask);
        ask();
    }
    update();
}

QRect OverviewStrip::strip() const {
    return {lanesLeft_, stripTop, lanesWidth_, bandHeight + densityHeight};
}

TimeAxis OverviewStrip::axis() const {
    return {navigator_.whole(), static_cast<double>(lanesLeft_), static_cast<double>(lanesWidth_),
            navigator_.scale()};
}

void OverviewStrip::ask() {
    if (!document_ || !document_->isLoaded()) return;
    PictureRequest request;
    request.range = clamped(document_->run().whole(), document_->run().whole());
    request.pixels = static_cast<unsigned>(std::max(1.0, lanesWidth_ * devicePixelRatioF() / 3));
    request.scale = navigator_.scale();
    for (const RunTrack &track : document_->run().tracks)
        if (isActivity(track.id.kind)) request.tracks.push_back(track.id);
    if (request == asked_ && askedEnd_ == document_->run().end) return;
    asked_ = request;
    askedEnd_ = document_->run().end;
    document_->pictures().ask(
        QuerySlot::Overview, this,
        [request](RunReader &reader) { return queryPicture(reader, request); },
        [this](const Result<TimelinePicture> &picture) {
            if (!picture) return;
            picture_ = std::make_shared<const TimelinePicture>(*picture);
            update();
        });
}

void OverviewStrip::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_->ground);
    if (!document_ || !document_->isLoaded()) return;
    const RunSnapshot &run = document_->run();
    const QRect area = strip();
    const QRect band(area.left(), area.top(), area.width(), bandHeight);
    const QRect density(area.left(), area.top() + bandHeight, area.width(), densityHeight);

    painter.setFont(textFont(9));
    painter.setPen(theme_->secondary);
    painter.drawText(QRect(12, area.top(), lanesLeft_ - 22, area.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     tr("Whole boot  %1").arg(duration(run.whole().lengthNs())));
    painter.fillRect(density, theme_->lane);
    const TimeAxis whole = axis();
    for (const RunPhase &phase : run.phases) {
        if (phase.depth != 0) continue;
        const double from = std::round(whole.pixelOf(phase.start.ns));
        const double to = std::round(whole.pixelOf(phase.end.ns));
        painter.fillRect(QRectF(from, band.top(), std::max(1.0, to - from), band.height()),
                         phaseColour(QString::fromStdString(phase.path), *theme_));
    }
    if (picture_ && picture_->scale == navigator_.scale()) {
        std::vector<Bin> sum(picture_->pixels);
        const auto columns = static_cast<int>(picture_->pixels);
        for (const TrackBins &track : picture_->tracks)
            addBins(sum,
                    sampledBins(track.pixels, picture_->unitRange(), whole.unitRange(), columns));
        for (Bin &bin : sum)
            bin.busyNs = 0; // bars only
        painter.drawImage(
            QRectF(density.adjusted(0, 2, 0, 0)),
            densityStrip(sum, densityHeight - 2, mixed(theme_->ground, theme_->secondary, 0.5)));
    }
    const TimeRange visible = navigator_.visible();
    const double from = whole.pixelOf(visible.from);
    const double to = std::max(whole.pixelOf(visible.to), from + 3);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor wash = theme_->accent;
    wash.setAlpha(visible == navigator_.whole() ? 0 : 22);
    painter.setBrush(wash);
    painter.setPen(QPen(theme_->accent, 1.5));
    painter.drawRoundedRect(QRectF(from, area.top() - 3.25, to - from, area.height() + 6.5), 2.5,
                            2.5);
}

void OverviewStrip::centreOn(int x) {
    const SharedScale &scale = navigator_.scale();
    const uint64_t length = unitsOf(scale, navigator_.visible()).lengthNs();
    const uint64_t centre = unitsOf(scale, axis().timeAt(x));
    const uint64_t from = centre - std::min(centre, length / 2);
    navigator_.pan(timeOf(scale, TimeRange{{from}, {from + length}}), 0);
}

void OverviewStrip::mousePressEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton) return;
    dragging_ = true;
    centreOn(event->position().toPoint().x());
}

void OverviewStrip::mouseMoveEvent(QMouseEvent *event) {
    if (dragging_) centreOn(event->position().toPoint().x());
}

void OverviewStrip::mouseReleaseEvent(QMouseEvent *) {
    dragging_ = false;
}

void OverviewStrip::wheelEvent(QWheelEvent *event) {
    const double up = event->angleDelta().y() / 120.0;
    navigator_.zoom(axis().timeAt(event->position().x()), std::pow(0.8, up));
    event->accept();
}

} // namespace bootglass
