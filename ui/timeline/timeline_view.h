// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline: a QCustomPlot whose plottables paint bins. It asks for a picture whenever the range
// or the run changes and paints the last one, scaled, until the new one is there; it never waits.
// Cursors and hairline have a buffered layer of their own, so moving them repaints nothing else.
#pragma once

#include "ui/run/run_document.h"
#include "ui/timeline/lane_plottable.h"
#include "ui/timeline/navigator.h"
#include "ui/timeline/overlay_painter.h"
#include "ui/timeline/timeline_hover.h"

#include <QPointer>

namespace bootglass {

class TimelineView : public QCustomPlot {
    Q_OBJECT

  public:
    explicit TimelineView(Navigator &navigator, QWidget *parent = nullptr);
    ~TimelineView() override;

    void setDocument(RunDocument *document);
    void setTheme(const Theme &theme);
    const TimelineScene &scene() const { return scene_; }
    const HoverCard &card() const { return hover_.card(); }

    /// Lanes taller than the view are scrolled.
    int mostScroll() const;
    void setScroll(int y);
    void setFolded(const QString &group, bool folded);

  signals:
    void scrollChanged();
    /// The place of the lanes has changed: whoever aligns with them should too.
    void placed();
    void phaseClicked(qint64 id);
    /// What is counted at the cursors, once it is known.
    void cursorsCounted(const bootglass::CursorFacts &facts);

  protected:
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;

  private:
    enum class Drag { None, Pan, Select };
    struct DragState {
        Drag kind = Drag::None;
        QPoint start;
        TimeRange visible;
        int scroll = 0;
        bool moved = false;
    };

    void takeRun();
    void rebuildLanes();
    void place();
    void askPicture();
    void askCursors();
    void repaintOverlay();
    void click(QPoint point, Qt::KeyboardModifiers modifiers);
    VirtualNs zoomCentre() const;

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    TimelineScene scene_;
    TimelineOverlay overlay_;
    TimelineHover hover_;
    PictureRequest asked_;
    RunPoint askedEnd_;
    DragState drag_;
    std::vector<LanePlottable *> lanes_; // QCustomPlot owns plottables
    std::vector<std::unique_ptr<PaintedLayerable>> painted_;
};

} // namespace bootglass
