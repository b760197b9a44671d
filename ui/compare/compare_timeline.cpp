// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_timeline.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/compare/compare_painter.h"
#include "ui/compare/delta_style.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace bootglass {

CompareTimeline::CompareTimeline(QWidget *parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(500, 260);
    setAccessibleName(tr("Both runs"));
    setAccessibleDescription(tr("The phases and lanes of both runs, one above the other, aligned"));
}

void CompareTimeline::setDocuments(RunDocument *a, RunDocument *b) {
    documents_ = {a, b};
    scene_.pictures = {};
    asked_ = {};
}

void CompareTimeline::setPair(std::shared_ptr<const ComparedPair> pair) {
    scene_.pair = std::move(pair);
    scene_.chosen.reset();
    scene_.hovered.reset();
    scene_.divergence.reset();
    align();
}

void CompareTimeline::setTheme(const Theme &theme) {
    scene_.theme = &theme;
    update();
}

void CompareTimeline::setMeasure(Measure measure) {
    scene_.measure = measure;
    update();
}

void CompareTimeline::setMarker(const QString &marker) {
    scene_.marker = marker;
    align();
}

void CompareTimeline::setDivergence(std::optional<Divergence> divergence) {
    scene_.divergence = std::move(divergence);
    update();
}

void CompareTimeline::choose(std::optional<size_t> row) {
    scene_.chosen = row;
    update();
}

void CompareTimeline::align() {
    if (!scene_.pair) return;
    const ComparedPair &pair = *scene_.pair;
    scene_.aligned = scene_.marker.isEmpty()
                         ? alignedOnPhases(pair.a, pair.b, pair.phases)
                         : alignedOnMarker(pair.a, pair.b, scene_.marker.toStdString());
    scene_.visible = clamped(scene_.aligned.whole(), scene_.aligned.whole());
    place();
}

void CompareTimeline::place() {
    scene_.pixelRatio = devicePixelRatioF();
    scene_.place(rect());
    ask(Side::A);
    ask(Side::B);
    update();
}

void CompareTimeline::show(TimeRange visible) {
    scene_.visible = clamped(visible, scene_.aligned.whole());
    ask(Side::A);
    ask(Side::B);
    update();
}

void CompareTimeline::showAll() {
    show(scene_.aligned.whole());
}

void CompareTimeline::showRow(size_t row) {
    if (!scene_.pair || row >= scene_.pair->phases.size()) return;
    const DeltaRow &delta = scene_.pair->phases[row];
    std::optional<TimeRange> range;
    const auto add = [&](Side side, const ComparedRun &run, std::optional<size_t> place) {
        if (!place) return;
        const TimeRange at = scene_.aligned.positionsOf(side, run.phases[*place].range());
        range = range ? TimeRange{std::min(range->from, at.from), std::max(range->to, at.to)} : at;
    };
    add(Side::A, scene_.pair->a, delta.placeInA);
    add(Side::B, scene_.pair->b, delta.placeInB);
    if (range) show(withMargin(*range, 0.03, scene_.aligned.whole()));
}

void CompareTimeline::ask(Side side) {
    const auto place = static_cast<size_t>(side);
    RunDocument *document = documents_[place];
    if (!document || !scene_.pair || width() < 100) return;
    const PictureRequest request = scene_.request(side);
    if (request == asked_[place]) return;
    asked_[place] = request;
    document->pictures().ask(
        QuerySlot::Picture, this,
        [request](RunReader &reader) { return queryPicture(reader, request); },
        [this, place](const Result<TimelinePicture> &picture) {
            if (!picture) return;
            scene_.pictures[place] = std::make_shared<const TimelinePicture>(*picture);
            update();
        });
}

bool CompareTimeline::isPainted() const {
    if (!scene_.pair) return false;
    for (const Side side : {Side::A, Side::B}) {
        const auto &picture = scene_.pictures[static_cast<size_t>(side)];
        const PictureRequest wanted = scene_.request(side);
        if (!picture || picture->range != wanted.range || picture->pixels != wanted.pixels ||
            picture->tracks.size() != wanted.tracks.size())
            return false;
    }
    return true;
}

void CompareTimeline::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    scene_.area = rect();
    paintComparison(painter, scene_);
}

void CompareTimeline::resizeEvent(QResizeEvent *) {
    place();
}

// --- hands

void CompareTimeline::wheelEvent(QWheelEvent *event) {
    if (!scene_.pair) return;
    const TimeAxis axis = scene_.axis();
    const QPoint turn = event->angleDelta();
    if (turn.x() != 0 || event->modifiers() & Qt::ShiftModifier) {
        const double steps = (turn.x() != 0 ? turn.x() : turn.y()) / 120.0;
        show(panned(scene_.visible, -0.1 * steps, scene_.aligned.whole()));
    } else {
        show(zoomed(scene_.visible, axis.timeAt(event->position().x()),
                    std::pow(0.8, turn.y() / 120.0), scene_.aligned.whole()));
    }
    event->accept();
}

void CompareTimeline::mousePressEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton) return;
    pressed_ = event->position().toPoint();
    pressedView_ = scene_.visible;
    dragging_ = true;
    moved_ = false;
}

void CompareTimeline::mouseMoveEvent(QMouseEvent *event) {
    const QPoint at = event->position().toPoint();
    if (dragging_ && (moved_ || std::abs(at.x() - pressed_.x()) > 4)) {
        moved_ = true;
        setCursor(Qt::ClosedHandCursor);
        show(panned(pressedView_,
                    static_cast<double>(pressed_.x() - at.x()) / std::max(1, scene_.header.width()),
                    scene_.aligned.whole()));
        return;
    }
    const bool link = scene_.rowOfDivergence.contains(at);
    const auto row = scene_.rowAt(at);
    setCursor(link || row ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (row == scene_.hovered) return;
    scene_.hovered = row;
    update();
}

void CompareTimeline::mouseReleaseEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton || !std::exchange(dragging_, false) || moved_) return;
    const QPoint at = event->position().toPoint();
    if (scene_.rowOfDivergence.contains(at)) {
        emit divergenceAsked();
        return;
    }
    scene_.chosen = scene_.rowAt(at);
    emit chosen(scene_.chosen);
    update();
}

void CompareTimeline::mouseDoubleClickEvent(QMouseEvent *event) {
    if (const auto row = scene_.rowAt(event->position().toPoint()))
        showRow(*row);
    else
        showAll();
}

void CompareTimeline::keyPressEvent(QKeyEvent *event) {
    const TimeRange whole = scene_.aligned.whole();
    const VirtualNs middle = scene_.visible.from + scene_.visible.lengthNs() / 2;
    switch (event->key()) {
    case Qt::Key_W:
    case Qt::Key_Plus: show(zoomed(scene_.visible, middle, 0.7, whole)); break;
    case Qt::Key_S:
    case Qt::Key_Minus: show(zoomed(scene_.visible, middle, 1 / 0.7, whole)); break;
    case Qt::Key_A:
    case Qt::Key_Left: show(panned(scene_.visible, -0.2, whole)); break;
    case Qt::Key_D:
    case Qt::Key_Right: show(panned(scene_.visible, 0.2, whole)); break;
    case Qt::Key_Home: showAll(); break;
    case Qt::Key_Escape:
        scene_.chosen.reset();
        emit chosen(std::nullopt);
        update();
        break;
    default: QWidget::keyPressEvent(event);
    }
}

void CompareTimeline::leaveEvent(QEvent *) {
    scene_.hovered.reset();
    update();
}

QString CompareTimeline::hint(size_t row) const {
    const DeltaRow &delta = scene_.pair->phases[row];
    QString text = shownLine(delta.name);
    if (const std::string change = delta.change(); !change.empty())
        text += u" (" + shownLine(change) + u")";
    for (const Measure measure : {Measure::Instructions, Measure::VirtualTime, Measure::Idle}) {
        const bool count = measure == Measure::Instructions;
        const auto told = [&](uint64_t value) {
            return count ? grouped(value) : exactDuration(value);
        };
        text += u"\n" + measureText(measure) + u": " + told(delta.inA(measure)) + u" → " +
                told(delta.inB(measure)) + u", " + exactDelta(delta.delta(measure), measure);
        if (const QString percent = percentDelta(delta.percent(measure)); !percent.isEmpty())
            text += u" (" + percent + thinSpace + u"%)";
    }
    return text;
}

bool CompareTimeline::event(QEvent *event) {
    if (event->type() == QEvent::ToolTip && scene_.pair) {
        const auto *help = static_cast<QHelpEvent *>(event);
        if (const auto row = scene_.rowAt(help->pos()))
            QToolTip::showText(help->globalPos(), hint(*row), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

} // namespace bootglass
