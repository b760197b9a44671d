// SPDX-License-Identifier: GPL-3.0-or-later
// Goes from event to event of a lane, from marker to marker and from phase to phase: finds what
// comes next after cursor A (or, without one, in the middle of what is visible) and puts the cursor
// there.
#pragma once

#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"
#include "ui/timeline/timeline_scene.h"

#include <QObject>
#include <QPointer>

namespace bootglass {

class EventStepper : public QObject {
    Q_OBJECT

  public:
    EventStepper(Navigator &navigator, const TimelineScene &scene, QObject *parent);

    void setDocument(RunDocument *document) { document_ = document; }
    void stepEvent(bool forward);
    void stepMarker(bool forward);
    /// To the next or last edge of a phase.
    void stepPhase(bool forward);
    /// Moves cursor A to the event of the lane, or to the end of a span, that is within reach of
    /// where it was put.
    void snap(const Lane &lane, VirtualNs put, TimeRange nearby);

  signals:
    /// There is nothing further, in a sentence.
    void stuck(const QString &sentence);

  private:
    VirtualNs from() const;
    void goTo(const std::vector<VirtualNs> &places, bool forward, const QString &none);

    Navigator &navigator_;
    const TimelineScene &scene_;
    QPointer<RunDocument> document_;
};

} // namespace bootglass
