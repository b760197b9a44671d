// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline: a QCustomPlot whose plottables paint bins. It asks for a picture whenever the range
// or the run changes and paints the last one, scaled, until the new one is there; it never waits.
// Cursors and hairline have a buffered layer of their own, so moving them repaints nothing else.
#pragma once

#include "emulator/trace/cause_chain.h"
#include "ui/run/run_document.h"
#include "ui/timeline/event_stepper.h"
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
    void scrollLanes(int lines) { setScroll(scene_.scroll + lines * lineScroll); }
    /// At the pointer, else in the middle; below 1 looks closer.
    void zoom(double factor);

    // --- how the lanes are arranged
    const LaneArrangement &arrangement() const { return scene_.arrangement; }
    void arrange(LaneArrangement arrangement);
    void setFolded(const QString &group, bool folded);
    void foldAll(bool fold);
    /// The lane that actions of the lanes are about, by its key; empty: none.
    QString focusedLane() const { return scene_.focus; }
    void focusLane(const QString &key);
    void stepLane(int rows);
    void pinLane();
    void hideLane();
    void moveLane(int places);
    void growLane(int pixels);

    EventStepper &stepper() { return stepper_; }
    /// Notes of the run, which have a lane.
    void setNotes(std::vector<RunNote> notes);

  signals:
    void scrollChanged();
    /// The place of the lanes has changed: whoever aligns with them should too.
    void placed();
    void phaseClicked(qint64 id);
    void arrangementChanged();
    void laneFocused();
    /// The right button on a lane's name.
    void laneMenuAsked(const QPoint &globalPos);
    void noteClicked(qint64 id);
    /// What is counted at the cursors, once it is known.
    void cursorsCounted(const bootglass::CursorFacts &facts);

  protected:
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void leaveEvent(QEvent *event) override;

  private:
    static constexpr int lineScroll = 48; // pixels

    enum class Drag { None, Pan, Select, Lane, Height };
    struct DragState {
        Drag kind = Drag::None;
        QPoint start;
        TimeRange visible;
        int scroll = 0;
        bool moved = false;
        QString lane{}; // Lane, Height: its key
        int height = 0; // Height: before
    };

    void takeRun();
    void rebuildLanes();
    void place();
    void askPicture();
    void askCursors();
    void repaintOverlay();
    void askChain();
    void click(QPoint point, Qt::KeyboardModifiers modifiers);
    void dropLane(QPoint point);
    /// The row whose lower edge is under the pointer, in the column of names.
    const LaneRow *edgeAt(QPoint point) const;
    /// A time, moved to the end of a phase or a marker that is within reach.
    VirtualNs snapped(QPoint point, Qt::KeyboardModifiers modifiers) const;

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    TimelineScene scene_;
    TimelineOverlay overlay_;
    TimelineHover hover_;
    EventStepper stepper_;
    PictureRequest asked_;
    RunPoint askedEnd_;
    DragState drag_;
    std::vector<LanePlottable *> lanes_; // QCustomPlot owns plottables
    std::vector<std::unique_ptr<PaintedLayerable>> painted_;
};

} // namespace bootglass
