// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_pane.h"

#include <QGridLayout>

namespace bootglass {

TimelinePane::TimelinePane(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      overview_(new OverviewStrip(navigator)),
      view_(new TimelineView(navigator)),
      scroll_(new QScrollBar(Qt::Vertical)) {
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(overview_, 0, 0, 1, 2);
    layout->addWidget(view_, 1, 0);
    layout->addWidget(scroll_, 1, 1);
    // Else the overview's width is shared with the scroll bar's column, though that is hidden.
    layout->setColumnStretch(0, 1);
    scroll_->setAccessibleName(tr("Scroll lanes"));
    scroll_->hide();
    connect(view_, &TimelineView::scrollChanged, this, &TimelinePane::alignParts);
    connect(view_, &TimelineView::placed, this, &TimelinePane::alignParts);
    connect(scroll_, &QScrollBar::valueChanged, view_, &TimelineView::setScroll);
}

void TimelinePane::setDocument(RunDocument *document) {
    overview_->setDocument(document);
    view_->setDocument(document);
}

void TimelinePane::setTheme(const Theme &theme) {
    overview_->setTheme(theme);
    view_->setTheme(theme);
}

void TimelinePane::alignParts() {
    const TimelineScene &scene = view_->scene();
    overview_->setLanes(scene.lanes.left(), scene.lanes.width());
    const QSignalBlocker quiet(scroll_);
    scroll_->setRange(0, view_->mostScroll());
    scroll_->setPageStep(scene.lanes.height());
    scroll_->setSingleStep(24);
    scroll_->setValue(scene.scroll);
    scroll_->setVisible(view_->mostScroll() > 0);
}

} // namespace bootglass
