// SPDX-License-Identifier: GPL-3.0-or-later
// The whole boot in one strip: top phases, how busy it was, and the visible range as a frame that
// can be dragged. Its pixels align with the timeline's lanes below.
#pragma once

#include "ui/run/run_document.h"
#include "ui/run/timeline_picture.h"
#include "ui/timeline/navigator.h"

#include <QPointer>
#include <QWidget>

namespace bootglass {

struct Theme;

class OverviewStrip : public QWidget {
    Q_OBJECT

  public:
    explicit OverviewStrip(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    void setTheme(const Theme &theme);
    /// Where the timeline has its lanes.
    void setLanes(int left, int width);

  protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

  private:
    TimeAxis axis() const;
    QRect strip() const;
    void ask();
    void centreOn(int x);

    Navigator &navigator_;
    const Theme *theme_;
    QPointer<RunDocument> document_;
    std::shared_ptr<const TimelinePicture> picture_;
    PictureRequest asked_;
    RunPoint askedEnd_;
    int lanesLeft_ = 170;
    int lanesWidth_ = 400;
    bool dragging_ = false;
};

} // namespace bootglass
