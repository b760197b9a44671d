// SPDX-License-Identifier: GPL-3.0-or-later
// TimelineView's hands: mouse, wheel and keys. Wheel zooms at the pointer, dragging moves, a click
// sets cursor A (Shift: B), dragging the axis or with Shift selects, W A S D and arrows walk.
#include "ui/timeline/timeline_view.h"

#include <QApplication>
#include <QMouseEvent>

#include <cmath>

namespace bootglass {

namespace {

constexpr double keyZoom = 0.7;
constexpr double keyPan = 0.15;
constexpr int lineScroll = 48;
constexpr double notch = 120; // of a wheel, in Qt's units

} // namespace

void TimelineView::mousePressEvent(QMouseEvent *event) {
    setFocus(Qt::MouseFocusReason);
    if (event->button() == Qt::BackButton) {
        navigator_.back();
    } else if (event->button() == Qt::ForwardButton) {
        navigator_.forward();
    } else if (event->button() == Qt::LeftButton) {
        const QPoint point = event->position().toPoint();
        const bool selects =
            scene_.header.contains(point) || event->modifiers().testFlag(Qt::ShiftModifier);
        drag_ = {selects ? Drag::Select : Drag::Pan, point, navigator_.visible(), scene_.scroll,
                 false};
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
        setCursor(kind == HitKind::Label || kind == HitKind::Phase || kind == HitKind::Marker
                      ? Qt::PointingHandCursor
                      : Qt::ArrowCursor);
        repaintOverlay();
        return;
    }
    const QPoint way = point - drag_.start;
    if (!drag_.moved && way.manhattanLength() < QApplication::startDragDistance()) return;
    drag_.moved = true;
    if (drag_.kind == Drag::Pan) {
        setCursor(Qt::ClosedHandCursor);
        setScroll(drag_.scroll - way.y());
        navigator_.pan(drag_.visible, -way.x() / scene_.axis.width);
    } else {
        navigator_.select({scene_.axis.timeAt(drag_.start.x()), scene_.axis.timeAt(point.x())});
    }
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton || drag_.kind == Drag::None) return;
    const DragState drag = drag_;
    drag_ = {};
    setCursor(Qt::ArrowCursor);
    if (!drag.moved) click(event->position().toPoint(), event->modifiers());
}

void TimelineView::click(QPoint point, Qt::KeyboardModifiers modifiers) {
    const TimelineHit hit = hitTest(scene_, point);
    if (hit.kind == HitKind::Label) {
        const LaneRow &row = scene_.layout.rows[static_cast<size_t>(hit.row)];
        const LaneGroup &group = scene_.groups[static_cast<size_t>(row.group)];
        if (row.heading && group.foldable) setFolded(group.key, !row.folded);
        return;
    }
    if (hit.kind == HitKind::None && !scene_.lanes.contains(point)) return;
    const Cursor cursor = modifiers.testFlag(Qt::ShiftModifier) ? Cursor::B : Cursor::A;
    VirtualNs time = hit.time;
    if (hit.kind == HitKind::Marker) time = scene_.run->markers[hit.marker].ns;
    navigator_.setCursor(cursor, time);
    if (hit.kind == HitKind::Phase) emit phaseClicked(scene_.run->phases[hit.phase].id);
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent *event) {
    if (event->button() != Qt::LeftButton) return;
    const TimelineHit hit = hitTest(scene_, event->position().toPoint());
    if (hit.kind == HitKind::Phase)
        navigator_.show(
            withMargin(scene_.run->phases[hit.phase].range(), 0.02, navigator_.whole()));
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

VirtualNs TimelineView::zoomCentre() const {
    const double x = overlay_.pointer ? *overlay_.pointer : scene_.lanes.center().x();
    return scene_.axis.timeAt(x);
}

void TimelineView::keyPressEvent(QKeyEvent *event) {
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) {
        event->ignore();
        return;
    }
    switch (event->key()) {
    case Qt::Key_W:
    case Qt::Key_Plus:
    case Qt::Key_Equal: navigator_.zoom(zoomCentre(), keyZoom); break;
    case Qt::Key_S:
    case Qt::Key_Minus: navigator_.zoom(zoomCentre(), 1 / keyZoom); break;
    case Qt::Key_A:
    case Qt::Key_Left: navigator_.pan(-keyPan); break;
    case Qt::Key_D:
    case Qt::Key_Right: navigator_.pan(keyPan); break;
    case Qt::Key_Up: setScroll(scene_.scroll - lineScroll); break;
    case Qt::Key_Down: setScroll(scene_.scroll + lineScroll); break;
    case Qt::Key_PageUp: navigator_.pan(-0.9); break;
    case Qt::Key_PageDown: navigator_.pan(0.9); break;
    case Qt::Key_Home: navigator_.goToStart(); break;
    case Qt::Key_End: navigator_.goToEnd(); break;
    case Qt::Key_F: navigator_.fit(); break;
    case Qt::Key_Escape: navigator_.clearCursors(); break;
    case Qt::Key_Backspace: navigator_.back(); break;
    default: event->ignore(); return;
    }
    event->accept();
}

void TimelineView::leaveEvent(QEvent *event) {
    overlay_.pointer.reset();
    hover_.left();
    repaintOverlay();
    QCustomPlot::leaveEvent(event);
}

} // namespace bootglass
