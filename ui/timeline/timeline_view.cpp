// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_view.h"

#include "ui/timeline/lane_painter.h"

#include <algorithm>

namespace bootglass {

TimelineView::TimelineView(Navigator &navigator, QWidget *parent)
    : QCustomPlot(parent),
      navigator_(navigator),
      hover_(scene_, this),
      stepper_(navigator, scene_, this) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(420, 160);
    setAccessibleName(tr("Timeline"));
    setAccessibleDescription(tr("The boot's phases, markers, CPU modes, interrupts, timers and I/O "
                                "on one axis of virtual time"));
    plotLayout()->setMargins({});
    axisRect()->setAutoMargins(QCP::msNone);
    for (QCPAxis *axis : axisRect()->axes()) {
        axis->setVisible(false);
        axis->grid()->setVisible(false);
    }
    const auto paint = [this](const char *layer, PaintedLayerable::Paint painting) {
        painted_.push_back(std::make_unique<PaintedLayerable>(this, QString::fromLatin1(layer),
                                                              std::move(painting)));
    };
    paint("grid", [this](QPainter &p) { paintGrid(p, scene_); });
    paint("axes", [this](QPainter &p) {
        paintBeyondEnd(p, scene_);
        paintHeader(p, scene_);
        paintLabels(p, scene_);
    });
    paint("overlay", [this](QPainter &p) { paintOverlay(p, scene_, overlay_); });
    connect(&navigator_, &Navigator::visibleChanged, this, &TimelineView::place);
    connect(&navigator_, &Navigator::cursorsChanged, this, [this] {
        overlay_.a = navigator_.cursor(Cursor::A);
        overlay_.b = navigator_.cursor(Cursor::B);
        askCursors();
        repaintOverlay();
    });
    connect(&navigator_, &Navigator::eventChosen, this, &TimelineView::askChain);
    setTheme(Theme::light());
}

// The layerables leave the plot's layers before the plot goes.
TimelineView::~TimelineView() {
    painted_.clear();
}

void TimelineView::setTheme(const Theme &theme) {
    scene_.theme = &theme;
    setBackground(QBrush(theme.ground));
    replot(rpQueuedReplot);
}

void TimelineView::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    hover_.setDocument(document);
    stepper_.setDocument(document);
    scene_.run.reset();
    scene_.picture.reset();
    scene_.scroll = 0;
    asked_ = {};
    overlay_ = {};
    if (document) {
        connect(document, &RunDocument::loaded, this, &TimelineView::takeRun);
        connect(document, &RunDocument::changed, this, &TimelineView::takeRun);
        if (document->isLoaded()) takeRun();
    }
    rebuildLanes();
}

void TimelineView::takeRun() {
    scene_.run = document_->snapshot();
    rebuildLanes();
}

void TimelineView::rebuildLanes() {
    const LaneLayout before = scene_.layout;
    scene_.plan();
    if (before != scene_.layout || lanes_.empty()) {
        for (LanePlottable *lane : lanes_)
            removePlottable(lane);
        lanes_.clear();
        for (size_t row = 0; row < scene_.layout.rows.size(); ++row)
            if (laneOf(scene_.layout.rows[row], scene_.groups))
                lanes_.push_back(new LanePlottable(xAxis, yAxis, scene_, row));
    }
    place();
}

void TimelineView::setNotes(std::vector<RunNote> notes) {
    scene_.notes = std::move(notes);
    rebuildLanes();
}

void TimelineView::place() {
    scene_.pixelRatio = devicePixelRatioF();
    scene_.place(rect(), navigator_.visible(), navigator_.scale());
    // What was drawn for another axis says nothing on this one.
    if (scene_.picture && scene_.picture->scale != scene_.axis.scale) scene_.picture.reset();
    scene_.scroll = std::clamp(scene_.scroll, 0, mostScroll());
    axisRect()->setMargins(
        QMargins(scene_.lanes.left(), scene_.lanes.top(), width() - scene_.lanes.right() - 1, 0));
    // Times on the plot's own axes count from the range's start, where doubles are exact.
    xAxis->setRange(0, static_cast<double>(navigator_.visible().lengthNs()));
    yAxis->setRangeReversed(true);
    yAxis->setRange(scene_.scroll, scene_.scroll + scene_.lanes.height());
    askPicture();
    emit placed();
    emit scrollChanged();
    replot(rpQueuedReplot);
}

void TimelineView::askPicture() {
    if (!document_ || !scene_.run) return;
    PictureRequest request = scene_.request();
    if (request == asked_ && askedEnd_ == scene_.run->end) return;
    asked_ = request;
    askedEnd_ = scene_.run->end;
    document_->pictures().ask(
        QuerySlot::Picture, this,
        [request](RunReader &reader) { return queryPicture(reader, request); },
        [this, from = document_.data()](const Result<TimelinePicture> &picture) {
            if (from != document_) return;
            if (picture)
                scene_.picture = std::make_shared<const TimelinePicture>(*picture);
            else if (!picture.error().cancelled)
                emit document_->failed(QString::fromStdString(picture.error().sentence));
            replot(rpQueuedReplot);
        });
}

void TimelineView::askCursors() {
    if (!document_ || (!overlay_.a && !overlay_.b)) return;
    document_->details().ask(
        QuerySlot::Cursor, this,
        [a = overlay_.a, b = overlay_.b](RunReader &reader) { return queryCursors(reader, a, b); },
        [this](const Result<CursorFacts> &facts) {
            if (!facts) return;
            overlay_.facts = *facts;
            repaintOverlay();
            emit cursorsCounted(*facts);
        });
}

/// What led to the chosen event and what follows from it, for the arrows.
void TimelineView::askChain() {
    overlay_.chain.clear();
    const auto &event = navigator_.event();
    if (document_ && event) {
        document_->details().ask(
            QuerySlot::Chain, this,
            [id = event->id](RunReader &reader) { return queryChain(reader, id); },
            [this, id = event->id](const Result<std::vector<ChainStep>> &chain) {
                if (!chain || !navigator_.event() || navigator_.event()->id != id) return;
                overlay_.chain = *chain;
                repaintOverlay();
            });
    }
    repaintOverlay();
}

void TimelineView::repaintOverlay() {
    if (!isVisible()) return; // it has no buffer to paint into before it was shown
    layer(QStringLiteral("overlay"))->replot();
}

int TimelineView::mostScroll() const {
    return std::max(0, scene_.layout.height - scene_.lanes.height());
}

void TimelineView::setScroll(int y) {
    y = std::clamp(y, 0, mostScroll());
    if (y == scene_.scroll) return;
    scene_.scroll = y;
    place();
}

void TimelineView::resizeEvent(QResizeEvent *event) {
    QCustomPlot::resizeEvent(event);
    place();
}

} // namespace bootglass
