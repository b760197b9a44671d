// SPDX-License-Identifier: GPL-3.0-or-later
// Overview, timeline and the scroll bar of its lanes, as one widget.
#pragma once

#include "ui/timeline/overview_strip.h"
#include "ui/timeline/timeline_view.h"

#include <QScrollBar>

namespace bootglass {

class TimelinePane : public QWidget {
    Q_OBJECT

  public:
    explicit TimelinePane(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    void setTheme(const Theme &theme);
    TimelineView &view() { return *view_; }

  private:
    void alignParts();

    OverviewStrip *overview_;
    TimelineView *view_;
    QScrollBar *scroll_;
};

} // namespace bootglass
