// SPDX-License-Identifier: GPL-3.0-or-later
// The real window with the sample boot in it, and hands for it: where a lane, a label or a phase
// is, and waiting until everything has been painted.
#pragma once

#include "tests/ui/fake_session.h"
#include "tests/ui/sample_file.h"
#include "ui/timeline/phase_bands.h"
#include "ui/window/main_window.h"

#include <QTest>
#include <QWheelEvent>

namespace bootglass {

class OpenWindow {
  public:
    explicit OpenWindow(const QString &file = {}) : window(&session) {
        window.resize(1500, 1000);
        window.show();
        if (!file.isEmpty()) open(file);
    }

    void open(const QString &file) {
        window.openRun(file);
        (void)settle();
    }
    /// The picture is the one that the view, at its present place and size, wants.
    bool isPainted() {
        if (!window.document() || !window.document()->isLoaded() || !scene().picture) return false;
        const PictureRequest wanted = scene().request();
        return scene().picture->range == wanted.range && scene().picture->pixels == wanted.pixels &&
               scene().picture->tracks.size() == wanted.tracks.size() && !window.document()->busy();
    }
    /// Until the layout has come to rest and the reader's threads have nothing left to answer.
    bool settle() {
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
        return QTest::qWaitFor([this] { return isPainted(); }, 20'000);
    }

    Navigator &navigator() { return window.view().navigator(); }
    TimelineView &timeline() { return window.view().timeline().view(); }
    const TimelineScene &scene() { return timeline().scene(); }
    const RunSnapshot &run() { return window.document()->run(); }
    QAction &action(ActionId id) { return window.actions()[id]; }

    int xOf(VirtualNs time) { return static_cast<int>(std::lround(scene().axis.pixelOf(time))); }
    /// Of a lane, or of a group's heading, by its text.
    const LaneRow *row(const QString &text) {
        for (const LaneRow &candidate : scene().layout.rows) {
            const LaneGroup &group = scene().groups[static_cast<size_t>(candidate.group)];
            const Lane *lane = laneOf(candidate, scene().groups);
            if (lane ? lane->label == text : group.title == text) return &candidate;
        }
        return nullptr;
    }
    QPoint onLane(const QString &text, VirtualNs time) {
        const LaneRow *found = row(text);
        return found ? QPoint(xOf(time), scene().rectOf(*found).center().y()) : QPoint();
    }
    QPoint onLabel(const QString &text) {
        const LaneRow *found = row(text);
        return found ? QPoint(scene().labels.left() + 30, scene().rectOf(*found).top() + 8)
                     : QPoint();
    }
    const RunPhase &phase(const char *path) {
        return *std::ranges::find(run().phases, path, &RunPhase::path);
    }
    QPoint onPhase(const char *path) {
        const LaneRow *lane = row(QStringLiteral("Phases"));
        if (!lane) return {};
        for (const PhaseBand &band :
             phaseBands(run().phases, scene().axis, scene().rectOf(*lane))) {
            if (run().phases[band.phase].path == path) return band.rect.center();
        }
        return {};
    }

    void wheel(QPoint at, QPoint angle, Qt::KeyboardModifiers modifiers = {}) {
        QWheelEvent event(at, timeline().mapToGlobal(at), {}, angle, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&timeline(), &event);
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mousePress(&timeline(), Qt::LeftButton, modifiers, from);
        const QPoint middle = (from + to) / 2;
        for (const QPoint &at : {middle, to}) {
            QMouseEvent move(QEvent::MouseMove, at, timeline().mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, modifiers);
            QApplication::sendEvent(&timeline(), &move);
        }
        QTest::mouseRelease(&timeline(), Qt::LeftButton, modifiers, to);
    }
    void hover(QPoint at) {
        QMouseEvent move(QEvent::MouseMove, at, timeline().mapToGlobal(at), Qt::NoButton,
                         Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(&timeline(), &move);
    }

    FakeSession session;
    MainWindow window;
};

} // namespace bootglass
