// SPDX-License-Identifier: GPL-3.0-or-later
// What happens while the pointer rests over the timeline: finds what is under it, asks the reader
// where that is needed, shows the card.
#pragma once

#include "ui/run/run_document.h"
#include "ui/timeline/hover_card.h"
#include "ui/timeline/timeline_hit.h"

#include <QPointer>

namespace bootglass {

class TimelineHover : public QObject {
    Q_OBJECT

  public:
    TimelineHover(const TimelineScene &scene, QWidget *view);

    void setDocument(RunDocument *document);
    void moved(QPoint pointer);
    void left();
    const HoverCard &card() const { return *card_; }
    const TimelineHit &hit() const { return hit_; }

  private:
    void askLane(const Lane &lane);

    const TimelineScene &scene_;
    QPointer<RunDocument> document_;
    HoverCard *card_;
    TimelineHit hit_;
    QPoint pointer_;
    HoverRequest asked_;
};

} // namespace bootglass
