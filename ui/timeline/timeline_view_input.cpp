// SPDX-License-Identifier: GPL-3.0-or-later
// TimelineView's hands: mouse and wheel. The wheel zooms at the pointer, dragging moves, a click
// sets cursor A (Shift: B) and snaps it to what is there (not with Alt), dragging the axis or with
// Shift selects; names of lanes can be dragged, and their lower edges. Keys are actions of the
// window.
#include "ui/timeline/timeline_view.h"

#include <QApplication>
#include <QMouseEvent>

#include <cmath>

namespace bootglass {

namespace {

constexpr double keyPan = 0.15;
constexpr double notch = 120; // of a wheel, in Qt's units
constexpr int edgeReach = 2;  // pixels around a lane's lower edge

} // namespace

const LaneRow *TimelineView::edgeAt(QPoint point) const {
    if (!scene_.labels.contains(point)) return nullptr;
    for (const LaneRow &row : scene_.layout.rows) {
        if (scene_.keyOf(row).isEmpty() || row.folded) continue;
        if (std::abs(scene_.rectOf(row).bottom() + 2 - point.y()) <= edgeReach) return &row;
    }
    return nullptr;
}

void TimelineView::mousePressEvent(QMouseEvent *event) {
    setFocus(Qt::MouseFocusReason);
    const QPoint point = event->position().toPoint();
    if (event->button() == Qt::BackButton) {
        navigator_.back();
    } else if (event->button() == Qt::ForwardButton) {
        navigator_.forward();
    } else if (event->button() == Qt::LeftButton) {
        const bool selects =
            scene_.header.contains(point) || event->modifiers().testFlag(Qt::ShiftModifier);
        drag_ = {selects ? Drag::Select : Drag::Pan, point, navigator_.visible(), scene_.scroll,
                 false};
        if (const LaneRow *edge = edgeAt(point)) {
            drag_.kind = Drag::Height;
            drag_.lane = scene_.keyOf(*edge);
            drag_.height = edge->height;
        } else if (scene_.labels.contains(point)) {
            const LaneRow *row = scene_.rowAt(point.y());
            drag_.kind = Drag::Lane;
            drag_.lane = row ? scene_.keyOf(*row) : QString();
        }
        hover_.left();
    }
    event->accept();
}

void TimelineView::mouseMoveEvent(QMouseEvent *event) {
    const QPoint point = event->position().toPoint();
    overlay_.pointer = point.x();
    if (drag_.kind == Drag::None) {
        hover_.moved(point);
        const HitKind kind = hover_.hit().kind;
        if (edgeAt(point))
            setCursor(Qt::SplitVCursor);
        else
            setCursor(kind == HitKind::Label || kind == HitKind::Phase || kind == HitKind::Marker ||
                              kind == HitKind::Activity
                          ? Qt::PointingHandCursor
                          : Qt::ArrowCursor);
        repaintOverlay();
        return;
    }
    const QPoint way = point - drag_.start;
    if (!drag_.moved && way.manhattanLength() < QApplication::startDragDistance()) return;
    drag_.moved = true;
    switch (drag_.kind) {
    case Drag::Pan:
        setCursor(Qt::ClosedHandCursor);
        setScroll(drag_.scroll - way.y());
        navigator_.pan(drag_.visible, -way.x() / scene_.axis.width);
        break;
    case Drag::Select:
        navigator_.select(
            {snapped(drag_.start, event->modifiers()), snapped(point, event->modifiers())});
        break;
    case Drag::Height: {
        LaneArrangement wanted = scene_.arrangement;
        wanted.setHeight(drag_.lane, drag_.height + way.y());
        arrange(std::move(wanted));
        break;
    }
    case Drag::Lane: setCursor(Qt::ClosedHandCursor); break;
    case Drag::None: break;
    }
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton || drag_.kind == Drag::None) return;
    const DragState drag = std::exchange(drag_, {});
    setCursor(Qt::ArrowCursor);
    const QPoint point = event->position().toPoint();
    if (!drag.moved)
        click(point, event->modifiers());
    else if (drag.kind == Drag::Lane && !drag.lane.isEmpty()) {
        focusLane(drag.lane);
        dropLane(point);
    }
}

/// The focused lane takes the place of the one it was dropped on, within its group.
void TimelineView::dropLane(QPoint point) {
    const LaneRow *from = scene_.rowOf(scene_.focus);
    const LaneRow *to = scene_.rowAt(point.y());
    if (!from || !to || from->group != to->group || to->lane < 0) return;
    moveLane(to->lane - from->lane);
}

VirtualNs TimelineView::snapped(QPoint point, Qt::KeyboardModifiers modifiers) const {
    const VirtualNs put = scene_.axis.timeAt(point.x());
    if (modifiers.testFlag(Qt::AltModifier) || !scene_.run) return put;
    constexpr double reach = 4; // pixels
    VirtualNs best = put;
    double nearest = reach + 0.5;
    const auto offer = [&](VirtualNs place) {
        const double distance = std::abs(scene_.axis.pixelOf(place) - point.x());
        if (distance >= nearest) return;
        nearest = distance;
        best = place;
    };
    for (const RunPhase &phase : scene_.run->phases) {
        offer(phase.start.ns);
        offer(phase.end.ns);
    }
    for (const RunMarker &marker : scene_.run->markers)
        offer(marker.ns);
    return best;
}

void TimelineView::click(QPoint point, Qt::KeyboardModifiers modifiers) {
    const TimelineHit hit = hitTest(scene_, point);
    const LaneRow *row = hit.row >= 0 ? &scene_.layout.rows[static_cast<size_t>(hit.row)] : nullptr;
    if (hit.kind == HitKind::Label) {
        const LaneGroup &group = scene_.groups[static_cast<size_t>(row->group)];
        const QString key = scene_.keyOf(*row);
        // A handle folds; a lane's name chooses the lane.
        if (row->heading && group.foldable) setFolded(group.key, !row->folded);
        focusLane(key.isEmpty() ? scene_.focus : key);
        return;
    }
    if (hit.kind == HitKind::None && !scene_.lanes.contains(point)) return;
    const Cursor cursor = modifiers.testFlag(Qt::ShiftModifier) ? Cursor::B : Cursor::A;
    VirtualNs time = snapped(point, modifiers);
    if (hit.kind == HitKind::Marker) time = scene_.run->markers[hit.marker].ns;
    if (hit.kind == HitKind::Note) time = scene_.notes[hit.note].range.from;
    const QString key = row ? scene_.keyOf(*row) : QString();
    navigator_.setCursor(cursor, time);
    if (hit.kind == HitKind::Phase) emit phaseClicked(scene_.run->phases[hit.phase].id);
    if (hit.kind == HitKind::Note) emit noteClicked(scene_.notes[hit.note].id);
    if (hit.kind == HitKind::Lane && cursor == Cursor::A && !modifiers.testFlag(Qt::AltModifier)) {
        if (const Lane *lane = laneOf(*row, scene_.groups)) stepper_.snap(*lane, time, hit.nearby);
    }
    if (!key.isEmpty()) focusLane(key);
}

void TimelineView::contextMenuEvent(QContextMenuEvent *event) {
    if (!scene_.labels.contains(event->pos())) return;
    if (const LaneRow *row = scene_.rowAt(event->pos().y()))
        if (const QString key = scene_.keyOf(*row); !key.isEmpty()) focusLane(key);
    emit laneMenuAsked(event->globalPos());
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton) return;
    const TimelineHit hit = hitTest(scene_, event->position().toPoint());
    if (hit.kind == HitKind::Phase)
        navigator_.show(
            withMargin(scene_.run->phases[hit.phase].range(), 0.02, navigator_.whole()));
    else if (hit.kind == HitKind::Activity)
        navigator_.show(
            withMargin(scene_.run->activities[hit.activity].range(), 0.02, navigator_.whole()));
    else if (hit.kind == HitKind::Label)
        click(event->position().toPoint(), {}); // the second click of two folds, too
    else if (hit.kind == HitKind::Header)
        navigator_.fit();
    event->accept();
}

void TimelineView::wheelEvent(QWheelEvent *event) {
    const QPoint point = event->position().toPoint();
    const double up = event->angleDelta().y() / notch;
    const double across = event->angleDelta().x() / notch;
    if (scene_.labels.contains(point) || event->modifiers().testFlag(Qt::AltModifier)) {
        setScroll(scene_.scroll - static_cast<int>(std::lround((up + across) * lineScroll)));
    } else if (event->modifiers().testFlag(Qt::ShiftModifier)) {
        navigator_.pan(-(up + across) * keyPan);
    } else {
        if (across != 0) navigator_.pan(-across * keyPan);
        if (up != 0) navigator_.zoom(scene_.axis.timeAt(point.x()), std::pow(0.8, up));
    }
    hover_.moved(point);
    event->accept();
}

void TimelineView::zoom(double factor) {
    const double x = overlay_.pointer ? *overlay_.pointer : scene_.lanes.center().x();
    navigator_.zoom(scene_.axis.timeAt(x), factor);
}

void TimelineView::leaveEvent(QEvent *event) {
    overlay_.pointer.reset();
    hover_.left();
    repaintOverlay();
    QCustomPlot::leaveEvent(event);
}

} // namespace bootglass
